using FsCheck.Xunit;
using WhatsApp.Messages;
using WhatsApp.Signal;
using WhatsApp.Signal.Records;
using WhatsApp.Signal.Wire;

namespace WhatsApp.Tests.Signal;

/// <summary>What comes from strangers or from a damaged disk ends in a SignalException or in nothing, never in another fault.</summary>
public class GarbageTests
{
    private static bool OnlySignalFaults(Action parse)
    {
        try
        {
            parse();
        }
        catch (SignalException)
        {
            // The one fault allowed.
        }

        return true;
    }

    [Property(MaxTest = 2000)]
    public bool Random_bytes_break_no_parser(byte[] bytes) =>
        OnlySignalFaults(() => SignalMessage.Parse(bytes))
        && OnlySignalFaults(() => PreKeySignalMessage.Parse(bytes))
        && OnlySignalFaults(() => SenderKeyMessage.Parse(bytes))
        && OnlySignalFaults(() => SenderKeyDistribution.Parse(bytes))
        && OnlySignalFaults(() => SessionRecord.Read(bytes))
        && OnlySignalFaults(() => SessionState.Read(bytes))
        && OnlySignalFaults(() => SenderKeyRecord.Read(bytes))
        && OnlySignalFaults(() => MessagePadding.Unpad(bytes));

    [Property(MaxTest = 1500)]
    public bool Damaged_messages_break_no_cipher(int seed, byte[] positions, byte[] values, int cut)
    {
        var (alice, bob) = Party.Acquainted();
        bob.Groups.Process(Party.Group, alice.Address, alice.Groups.DistributionFor(Party.Group, alice.Address));
        var random = new Random(seed);
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        var first = Damage(alice.Write(bob, "text").Bytes);
        var group = Damage(alice.WriteGroup("text"));
        var distribution = Damage(alice.Groups.DistributionFor(Party.Group, alice.Address));
        var message = Damage(bob.Write(alice, "text").Bytes);
        var session = Damage(bob.Store.LoadSession(alice.Address)!);
        var senderKey = Damage(bob.Store.LoadSenderKey(Party.Group, alice.Address)!);

        return OnlySignalFaults(() => bob.Sessions.Decrypt(alice.Address, CiphertextType.PreKeyMessage, first))
            && OnlySignalFaults(() => alice.Sessions.Decrypt(bob.Address, CiphertextType.Message, message))
            && OnlySignalFaults(() => bob.Groups.Decrypt(Party.Group, alice.Address, group))
            && OnlySignalFaults(() => bob.Groups.Process(Party.Group, alice.Address, distribution))
            && OnlySignalFaults(() => WithSession(session))
            && OnlySignalFaults(() => WithSenderKey(senderKey));

        byte[] Damage(byte[] bytes)
        {
            var damaged = bytes[..^(Math.Abs(cut % 3) * random.Next(bytes.Length) / 3)];
            for (var change = 0; change < Math.Min(positions.Length, values.Length); change++)
            {
                damaged[(positions[change] + random.Next(damaged.Length)) % damaged.Length] = values[change];
            }

            return damaged;
        }

        void WithSession(byte[] record)
        {
            bob.Store.SaveSession(alice.Address, record);
            bob.Write(alice, "text");
        }

        void WithSenderKey(byte[] record)
        {
            bob.Store.SaveSenderKey(Party.Group, alice.Address, record);
            bob.Groups.Decrypt(Party.Group, alice.Address, alice.WriteGroup("text"));
        }
    }

    [Fact]
    public void Every_cut_of_a_message_and_of_a_record_is_refused()
    {
        var (alice, bob) = Party.Acquainted();
        var message = alice.Write(bob, "text").Bytes;
        var record = bob.Store.LoadSession(alice.Address)!;

        for (var length = 0; length < message.Length; length++)
        {
            bob.Refuses(alice, new Ciphertext(CiphertextType.Message, message[..length]));
        }

        for (var length = 0; length < record.Length; length++)
        {
            Assert.Equal(SignalFault.InvalidSession, Assert.Throws<SignalException>(() => SessionRecord.Read(record[..length])).Fault);
        }
    }

    [Fact]
    public void Unknown_fields_of_every_wire_type_are_skipped()
    {
        byte[] extra = [0x48, 0x96, 0x01, 0x51, 1, 2, 3, 4, 5, 6, 7, 8, 0x5A, 2, 9, 9, 0x65, 1, 2, 3, 4];
        var distribution = SenderKeyDistribution.Write(7, 8, new byte[32], new byte[32]);

        var parsed = SenderKeyDistribution.Parse([.. distribution, .. extra]);

        Assert.Equal((7u, 8u), (parsed.KeyId, parsed.Iteration));
    }

    [Fact]
    public void The_largest_numbers_survive()
    {
        var parsed = SenderKeyDistribution.Parse(SenderKeyDistribution.Write(uint.MaxValue, uint.MaxValue, new byte[32], new byte[32]));

        Assert.Equal((uint.MaxValue, uint.MaxValue), (parsed.KeyId, parsed.Iteration));
    }
}
