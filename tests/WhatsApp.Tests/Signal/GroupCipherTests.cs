using WhatsApp.Crypto;
using WhatsApp.Signal;
using WhatsApp.Signal.Records;
using WhatsApp.Signal.Wire;

namespace WhatsApp.Tests.Signal;

public class GroupCipherTests
{
    private static (Party Alice, Party Bob) Members()
    {
        var (alice, bob) = Party.Pair();
        Share(alice, bob);
        return (alice, bob);
    }

    private static void Share(Party from, Party to) =>
        to.Groups.Process(Party.Group, from.Address, from.Groups.DistributionFor(Party.Group, from.Address));

    private static void Leap(Party sender, uint iterations)
    {
        var record = SenderKeyRecord.Read(sender.Store.LoadSenderKey(Party.Group, sender.Address));
        record.Current!.Chain.Take(record.Current.Chain.Next + iterations - 1, uint.MaxValue, new byte[32]);
        sender.Store.SaveSenderKey(Party.Group, sender.Address, record.Write());
    }

    [Fact]
    public void A_member_with_the_key_reads_what_follows()
    {
        var (alice, bob) = Members();

        Assert.Equal("one", bob.ReadGroup(alice, alice.WriteGroup("one")));
        Assert.Equal("two", bob.ReadGroup(alice, alice.WriteGroup("two")));
    }

    [Fact]
    public void A_member_who_gets_the_key_later_reads_from_then_on_only()
    {
        var (alice, bob) = Party.Pair();
        alice.Groups.DistributionFor(Party.Group, alice.Address);
        var early = alice.WriteGroup("early");
        Share(alice, bob);

        Assert.Equal("now", bob.ReadGroup(alice, alice.WriteGroup("now")));
        Assert.Equal(SignalFault.Duplicate, bob.RefusesGroup(alice, early));
    }

    [Fact]
    public void Messages_are_read_in_any_order_and_each_once()
    {
        var (alice, bob) = Members();
        var messages = Enumerable.Range(0, 40).Select(number => (number, Bytes: alice.WriteGroup($"{number}"))).ToList();

        foreach (var (number, bytes) in messages.OrderBy(item => item.number * 13 % 40))
        {
            Assert.Equal($"{number}", bob.ReadGroup(alice, bytes));
            Assert.Equal(SignalFault.Duplicate, bob.RefusesGroup(alice, bytes));
        }
    }

    [Fact]
    public void Gaps_in_the_iterations_are_accepted()
    {
        var (alice, bob) = Members();

        for (var message = 0; message < 20; message++)
        {
            Leap(alice, 1);
            Assert.Equal($"{message}", bob.ReadGroup(alice, alice.WriteGroup($"{message}")));
        }
    }

    [Theory]
    [InlineData(25_000, true)]
    [InlineData(25_001, false)]
    public void A_jump_forward_is_bounded(uint jump, bool isRead)
    {
        var (alice, bob) = Members();
        Leap(alice, jump);
        var message = alice.WriteGroup("far");
        var before = bob.Store.Image;

        if (isRead)
        {
            Assert.Equal("far", bob.ReadGroup(alice, message));
        }
        else
        {
            Assert.Equal(SignalFault.FutureMessage, bob.RefusesGroup(alice, message));
            Assert.Equal(before, bob.Store.Image);
        }
    }

    [Fact]
    public void The_latest_two_thousand_skipped_keys_are_kept()
    {
        var (alice, bob) = Members();
        var dropped = alice.WriteGroup("dropped");
        var kept = alice.WriteGroup("kept");
        Leap(alice, SkippedKeys.Most - 1);

        Assert.Equal("last", bob.ReadGroup(alice, alice.WriteGroup("last")));

        Assert.Equal(SignalFault.Duplicate, bob.RefusesGroup(alice, dropped));
        Assert.Equal("kept", bob.ReadGroup(alice, kept));
    }

    [Fact]
    public void A_forged_or_changed_message_does_not_move_the_chain()
    {
        var (alice, bob) = Members();
        var genuine = alice.WriteGroup("genuine");
        var before = bob.Store.Image;

        for (var position = 0; position < genuine.Length; position++)
        {
            var changed = genuine.ToArray();
            changed[position] ^= 1;
            bob.RefusesGroup(alice, changed);
            Assert.Equal(before, bob.Store.Image);
        }

        var forged = SenderKeyMessage.Prepare(alice.Groups.KeyIdOf(Party.Group, alice.Address), 20_000, 16, out _);
        SenderKeyMessage.Seal(forged, KeyPair.Generate(alice.Random).Private, alice.Random);
        Assert.Equal(SignalFault.BadSignature, bob.RefusesGroup(alice, forged));
        Assert.Equal(before, bob.Store.Image);
        Assert.Equal("genuine", bob.ReadGroup(alice, genuine));
    }

    [Fact]
    public void After_a_rotation_only_those_with_the_new_key_read_on()
    {
        var (alice, bob) = Members();
        var carol = new Party("100000000000003", alice.Random);
        Share(alice, carol);
        var late = alice.WriteGroup("before");
        var former = alice.Groups.KeyIdOf(Party.Group, alice.Address);

        alice.Groups.Rotate(Party.Group, alice.Address);
        Share(alice, bob);
        var after = alice.WriteGroup("after");

        Assert.NotEqual(former, alice.Groups.KeyIdOf(Party.Group, alice.Address));
        Assert.Equal("after", bob.ReadGroup(alice, after));
        Assert.Equal("before", bob.ReadGroup(alice, late));
        Assert.Equal(SignalFault.NoSession, carol.RefusesGroup(alice, after));
    }

    [Fact]
    public void Five_keys_of_a_sender_are_kept()
    {
        var (alice, bob) = Members();
        var messages = new List<byte[]>();
        for (var key = 0; key < 6; key++)
        {
            Share(alice, bob);
            messages.Add(alice.WriteGroup($"{key}"));
            alice.Groups.Rotate(Party.Group, alice.Address);
        }

        Assert.Equal(SignalFault.NoSession, bob.RefusesGroup(alice, messages[0]));
        for (var key = 1; key < 6; key++)
        {
            Assert.Equal($"{key}", bob.ReadGroup(alice, messages[key]));
        }
    }

    [Fact]
    public void A_repeated_distribution_does_not_set_the_chain_back()
    {
        var (alice, bob) = Members();
        var old = alice.Groups.DistributionFor(Party.Group, alice.Address);
        var first = alice.WriteGroup("first");
        var skipped = alice.WriteGroup("skipped");
        bob.ReadGroup(alice, first);
        bob.ReadGroup(alice, alice.WriteGroup("third"));

        bob.Groups.Process(Party.Group, alice.Address, old);

        Assert.Equal(SignalFault.Duplicate, bob.RefusesGroup(alice, first));
        Assert.Equal("skipped", bob.ReadGroup(alice, skipped));
        Assert.Equal("fourth", bob.ReadGroup(alice, alice.WriteGroup("fourth")));
    }

    [Fact]
    public void A_newer_distribution_of_the_same_key_loses_nothing_on_the_way()
    {
        var (alice, bob) = Members();
        var underway = alice.WriteGroup("on the way");

        Share(alice, bob);

        Assert.Equal("next", bob.ReadGroup(alice, alice.WriteGroup("next")));
        Assert.Equal("on the way", bob.ReadGroup(alice, underway));
    }

    [Fact]
    public void A_distribution_too_far_ahead_for_the_chain_moves_it()
    {
        var (alice, bob) = Members();
        var skipped = alice.WriteGroup("skipped");
        bob.ReadGroup(alice, alice.WriteGroup("read"));
        Leap(alice, 30_000);

        Share(alice, bob);

        Assert.Equal("far", bob.ReadGroup(alice, alice.WriteGroup("far")));
        Assert.Equal("skipped", bob.ReadGroup(alice, skipped));
    }

    [Fact]
    public void The_same_id_with_another_signing_key_is_a_new_key()
    {
        var (alice, bob) = Members();
        var keyId = alice.Groups.KeyIdOf(Party.Group, alice.Address);
        var mallory = KeyPair.Generate(alice.Random);
        var message = alice.WriteGroup("one");

        bob.Groups.Process(Party.Group, alice.Address, SenderKeyDistribution.Write(keyId, 0, new byte[32], mallory.Public));

        Assert.Equal(SignalFault.BadSignature, bob.RefusesGroup(alice, message));
        Share(alice, bob);
        Assert.Equal("two", bob.ReadGroup(alice, alice.WriteGroup("two")));
    }

    [Fact]
    public void A_low_order_signing_key_is_refused()
    {
        var (alice, bob) = Party.Pair();
        var before = bob.Store.Image;

        var fault = Assert.Throws<SignalException>(
            () => bob.Groups.Process(Party.Group, alice.Address, SenderKeyDistribution.Write(1, 0, new byte[32], new byte[32])));

        Assert.Equal(SignalFault.InvalidKey, fault.Fault);
        Assert.Equal(before, bob.Store.Image);
    }

    [Fact]
    public void A_key_is_of_one_sender_in_one_group()
    {
        var (alice, bob) = Members();
        var message = alice.WriteGroup("one");
        var otherGroup = Jid.Parse("120363000000000002@g.us");

        Assert.Equal(SignalFault.NoSession, Assert.Throws<SignalException>(() => bob.Groups.Decrypt(otherGroup, alice.Address, message)).Fault);
        Assert.Equal(SignalFault.NoSession, bob.RefusesGroup(bob, message));
    }

    [Fact]
    public void Nothing_is_encrypted_before_a_key_was_made()
    {
        var (alice, bob) = Members();

        Assert.Equal(SignalFault.NoSession, Assert.Throws<SignalException>(() => bob.WriteGroup("?")).Fault);
        Assert.Equal(SignalFault.NoSession, Assert.Throws<SignalException>(() => bob.Groups.Encrypt(Party.Group, alice.Address, [1])).Fault);
        Assert.Equal(0u, bob.Groups.IterationOf(Party.Group, bob.Address));
    }

    [Fact]
    public void The_record_of_our_own_key_does_not_grow_with_its_age()
    {
        var (alice, _) = Members();
        var size = alice.Store.LoadSenderKey(Party.Group, alice.Address)!.Length;

        for (var message = 0; message < 300; message++)
        {
            alice.WriteGroup("x");
        }

        Assert.Equal(size, alice.Store.LoadSenderKey(Party.Group, alice.Address)!.Length);
        Assert.Equal(300u, alice.Groups.IterationOf(Party.Group, alice.Address));
    }

    [Fact]
    public void A_plaintext_of_64_kB_comes_back()
    {
        var (alice, bob) = Members();
        var plaintext = alice.Random.Bytes(65_536);

        Assert.Equal(plaintext, bob.Groups.Decrypt(Party.Group, alice.Address, alice.Groups.Encrypt(Party.Group, alice.Address, plaintext)));
    }
}
