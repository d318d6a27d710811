using WhatsApp.Signal;
using WhatsApp.Signal.Records;

namespace WhatsApp.Tests.Signal;

public class SessionOrderTests
{
    [Fact]
    public void Messages_are_read_in_any_order()
    {
        var (alice, bob) = Party.Acquainted();
        var messages = Enumerable.Range(0, 30).Select(number => (number, Message: alice.Write(bob, $"{number}"))).ToList();

        foreach (var (number, message) in messages.OrderBy(item => item.number * 7 % 30))
        {
            Assert.Equal($"{number}", bob.Read(alice, message));
        }
    }

    [Fact]
    public void A_message_of_an_older_chain_is_read_after_the_ratchet_turned()
    {
        var (alice, bob) = Party.Acquainted();
        var late = alice.Write(bob, "late");
        for (var turn = 0; turn < 4; turn++)
        {
            bob.Read(alice, alice.Write(bob, "on"));
            alice.Read(bob, bob.Write(alice, "and on"));
        }

        Assert.Equal("late", bob.Read(alice, late));
        Assert.Equal(SignalFault.Duplicate, bob.Refuses(alice, late));
    }

    [Fact]
    public void Only_five_chains_are_kept()
    {
        var (alice, bob) = Party.Acquainted();
        var late = alice.Write(bob, "late");
        for (var turn = 0; turn < 6; turn++)
        {
            bob.Read(alice, alice.Write(bob, "on"));
            alice.Read(bob, bob.Write(alice, "and on"));
        }

        Assert.Equal(SignalFault.BadMac, bob.Refuses(alice, late));
        Assert.Equal("goes on", bob.Read(alice, alice.Write(bob, "goes on")));
    }

    [Fact]
    public void The_latest_two_thousand_skipped_keys_are_kept()
    {
        var (alice, bob) = Party.Acquainted();
        var messages = Enumerable.Range(0, SkippedKeys.Most + 3).Select(number => alice.Write(bob, $"{number}")).ToList();

        Assert.Equal("2002", bob.Read(alice, messages[2002]));

        Assert.Equal(SignalFault.Duplicate, bob.Refuses(alice, messages[0]));
        Assert.Equal(SignalFault.Duplicate, bob.Refuses(alice, messages[1]));
        Assert.Equal("2", bob.Read(alice, messages[2]));
        Assert.Equal("2001", bob.Read(alice, messages[2001]));
        Assert.Equal(SignalFault.Duplicate, bob.Refuses(alice, messages[2]));
        Assert.Equal("1000", bob.Read(alice, messages[1000]));
    }

    [Fact]
    public void The_oldest_skipped_keys_make_room_for_newer_ones()
    {
        var (alice, bob) = Party.Acquainted();
        var messages = Enumerable.Range(0, 2200).Select(number => alice.Write(bob, $"{number}")).ToList();

        bob.Read(alice, messages[1500]);
        bob.Read(alice, messages[2199]);

        Assert.Equal(SignalFault.Duplicate, bob.Refuses(alice, messages[197]));
        Assert.Equal("198", bob.Read(alice, messages[198]));
        Assert.Equal("1499", bob.Read(alice, messages[1499]));
        Assert.Equal("1501", bob.Read(alice, messages[1501]));
    }

    [Theory]
    [InlineData(25_000, true)]
    [InlineData(25_001, false)]
    public void A_jump_forward_is_bounded(int jump, bool isRead)
    {
        var (alice, bob) = Party.Acquainted();
        bob.Read(alice, alice.Write(bob, "0"));
        var record = SessionRecord.Read(alice.Store.LoadSession(bob.Address));
        var state = record.State(0);
        for (var passed = 0; passed < jump; passed++)
        {
            state.NextSeed(new byte[32]);
        }

        record.Replace(0, state, isInUse: true);
        alice.Store.SaveSession(bob.Address, record.Write());
        var message = alice.Write(bob, "far");
        var before = bob.Store.Image;

        if (isRead)
        {
            Assert.Equal("far", bob.Read(alice, message));
        }
        else
        {
            Assert.Equal(SignalFault.FutureMessage, bob.Refuses(alice, message));
            Assert.Equal(before, bob.Store.Image);
        }
    }
}
