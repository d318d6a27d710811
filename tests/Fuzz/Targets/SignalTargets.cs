using WhatsApp.Messages;
using WhatsApp.Signal;
using WhatsApp.Signal.Records;
using WhatsApp.Signal.Wire;
using WhatsApp.Tests.Signal;

namespace Fuzz.Targets;

/// <summary>Ciphertexts of strangers, and stored records that a disk may have damaged.</summary>
internal static class SignalTargets
{
    private static readonly (Party Alice, Party Bob) Peers = Acquainted();
    private static readonly byte[] Distribution = Peers.Alice.Groups.DistributionFor(Party.Group, Peers.Alice.Address);
    private static readonly byte[] GroupMessage = Peers.Alice.WriteGroup("text");
    private static readonly byte[] Message = Peers.Alice.Write(Peers.Bob, "text").Bytes;
    private static readonly byte[] FirstMessage = First();

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Target("signal-message", () => [Message], bytes => SignalMessage.Parse(bytes)),
        Target("prekey-message", () => [FirstMessage], bytes => PreKeySignalMessage.Parse(bytes)),
        Target("sender-key-message", () => [GroupMessage], bytes => SenderKeyMessage.Parse(bytes)),
        Target("sender-key-distribution", () => [Distribution], bytes => SenderKeyDistribution.Parse(bytes)),
        Target("decrypt", Ciphertexts, Decrypt),
        Target("session-record", () => [Peers.Bob.Store.LoadSession(Peers.Alice.Address)!, Peers.Alice.Store.LoadSession(Peers.Bob.Address)!], ReadSession),
        Target("sender-key-record", () => [Peers.Bob.Store.LoadSenderKey(Party.Group, Peers.Alice.Address)!, Peers.Alice.Store.LoadSenderKey(Party.Group, Peers.Alice.Address)!], ReadSenderKey),
        Target("padding", () => [[1, 2, 2], [16]], bytes => MessagePadding.Unpad(bytes)),
    ];

    private static FuzzTarget Target(string name, Func<IEnumerable<byte[]>> seeds, Action<byte[]> read) => FuzzTarget.Refusing<SignalException>(name, seeds, read);

    /// <summary>The first byte says how it came. What is refused must leave no trace; what is taken was taken before or is genuine.</summary>
    private static void Decrypt(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return;
        }

        var (alice, bob) = Peers;
        var before = bob.Store.Image;
        try
        {
            switch (bytes[0] % 4)
            {
                case 0:
                    _ = bob.Sessions.Decrypt(alice.Address, CiphertextType.Message, bytes.AsMemory(1));
                    break;
                case 1:
                    _ = bob.Sessions.Decrypt(alice.Address, CiphertextType.PreKeyMessage, bytes.AsMemory(1));
                    break;
                case 2:
                    _ = bob.Groups.Decrypt(Party.Group, alice.Address, bytes.AsMemory(1));
                    break;
                default:
                    bob.Groups.Process(Party.Group, bob.Address, bytes.AsSpan(1));
                    break;
            }
        }
        catch (SignalException)
        {
            FuzzTarget.Require(bob.Store.Image == before, "a refused message changes nothing");
            throw;
        }
    }

    private static void ReadSession(byte[] bytes)
    {
        var record = SessionRecord.Read(bytes);
        FuzzTarget.Require(record.Write().AsSpan().SequenceEqual(bytes), "a record is written as it was read");
        for (var index = 0; index < record.Count; index++)
        {
            _ = record.State(index);
        }
    }

    private static void ReadSenderKey(byte[] bytes) => _ = SenderKeyRecord.Read(bytes).Write();

    private static (Party Alice, Party Bob) Acquainted()
    {
        var (alice, bob) = Party.Acquainted();
        bob.Groups.Process(Party.Group, alice.Address, alice.Groups.DistributionFor(Party.Group, alice.Address));
        return (alice, bob);
    }

    private static byte[] First()
    {
        var (alice, bob) = (new Party("100000000000003", new SeededRandom(3)), Peers.Bob);
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        return alice.Write(bob, "text").Bytes;
    }

    private static IEnumerable<byte[]> Ciphertexts() => [[0, .. Message], [1, .. FirstMessage], [2, .. GroupMessage], [3, .. Distribution]];
}
