using WhatsApp.Signal;
using WhatsApp.Signal.Records;

namespace WhatsApp.Tests.Signal;

public class SessionArchiveTests
{
    [Fact]
    public void A_late_message_of_an_archived_session_is_read_and_the_new_session_stays_current()
    {
        var (alice, bob) = Party.Acquainted();
        bob.Read(alice, alice.Write(bob, "earlier on the same chain"));
        var late = alice.Write(bob, "late");
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        bob.Read(alice, alice.Write(bob, "new session"));
        var current = bob.Sessions.BaseKeyOf(alice.Address);

        Assert.Equal("late", bob.Read(alice, late));

        Assert.Equal(current, bob.Sessions.BaseKeyOf(alice.Address));
        Assert.Equal("reply", alice.Read(bob, bob.Write(alice, "reply")));
        Assert.Equal(SignalFault.Duplicate, bob.Refuses(alice, late));
    }

    [Fact]
    public void A_late_first_message_of_an_archived_session_makes_no_new_session()
    {
        var (alice, bob) = Party.Pair();
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        bob.Read(alice, alice.Write(bob, "1"));
        var late = alice.Write(bob, "2");
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        bob.Read(alice, alice.Write(bob, "new session"));
        var current = bob.Sessions.BaseKeyOf(alice.Address);

        Assert.Equal("2", bob.Read(alice, late));

        Assert.Equal(current, bob.Sessions.BaseKeyOf(alice.Address));
        Assert.Equal(2, SessionRecord.Read(bob.Store.LoadSession(alice.Address)).Count);
    }

    [Fact]
    public void Both_may_begin_at_once_and_keep_talking()
    {
        var (alice, bob) = Party.Pair();
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        bob.Sessions.BuildSession(alice.Address, alice.Publish());
        var fromAlice = alice.Write(bob, "from Alice");
        var fromBob = bob.Write(alice, "from Bob");

        Assert.Equal("from Bob", alice.Read(bob, fromBob));
        Assert.Equal("from Alice", bob.Read(alice, fromAlice));
        for (var round = 0; round < 10; round++)
        {
            Assert.Equal($"a{round}", bob.Read(alice, alice.Write(bob, $"a{round}")));
            Assert.Equal($"b{round}", alice.Read(bob, bob.Write(alice, $"b{round}")));
        }
    }

    [Fact]
    public void Two_sessions_begun_at_once_end_as_one()
    {
        var (alice, bob) = Party.Pair();
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        bob.Sessions.BuildSession(alice.Address, alice.Publish());
        var fromAlice = alice.Write(bob, "from Alice");
        var fromBob = bob.Write(alice, "from Bob");
        alice.Read(bob, fromBob);
        bob.Read(alice, fromAlice);
        Assert.NotEqual(alice.Sessions.BaseKeyOf(bob.Address), bob.Sessions.BaseKeyOf(alice.Address));

        bob.Read(alice, alice.Write(bob, "the next one decides"));

        Assert.Equal(alice.Sessions.BaseKeyOf(bob.Address), bob.Sessions.BaseKeyOf(alice.Address));
        Assert.Equal("and on", alice.Read(bob, bob.Write(alice, "and on")));
    }

    [Fact]
    public void An_archived_session_the_other_side_goes_on_with_becomes_current_again()
    {
        var (alice, bob) = Party.Acquainted();
        var before = bob.Sessions.BaseKeyOf(alice.Address);
        bob.Read(alice, alice.Write(bob, "turn"));
        alice.Read(bob, bob.Write(alice, "turn"));
        bob.Sessions.BuildSession(alice.Address, alice.Publish());

        Assert.Equal("on a chain of its own", bob.Read(alice, alice.Write(bob, "on a chain of its own")));

        Assert.Equal(before, bob.Sessions.BaseKeyOf(alice.Address));
        Assert.Equal("and on", alice.Read(bob, bob.Write(alice, "and on")));
    }

    [Fact]
    public void Forty_archived_sessions_are_kept()
    {
        var (alice, bob) = Party.Acquainted();
        var oldest = alice.Write(bob, "oldest");
        Ciphertext? second = null;
        for (var session = 0; session < SessionRecord.MostArchived + 1; session++)
        {
            alice.Sessions.BuildSession(bob.Address, bob.Publish());
            bob.Read(alice, alice.Write(bob, "new session"));
            second ??= alice.Write(bob, "second");
        }

        Assert.Equal(SessionRecord.MostArchived + 1, SessionRecord.Read(bob.Store.LoadSession(alice.Address)).Count);
        Assert.Equal(SignalFault.BadMac, bob.Refuses(alice, oldest));
        Assert.Equal("second", bob.Read(alice, second!));
    }

    [Fact]
    public void A_device_set_up_anew_is_trusted_and_reported()
    {
        var (alice, bob) = Party.Acquainted();
        var again = alice.Reinstalled();
        again.Sessions.BuildSession(bob.Address, bob.Publish());
        var message = again.Write(bob, "new phone");

        bob.Sessions.Decrypt(alice.Address, message.Type, message.Bytes, out var seenByBob);

        Assert.Equal(IdentityTrust.Changed, seenByBob);
        Assert.Equal(again.Store.Own.Identity.Public, bob.Store.LoadIdentity(alice.Address));
        Assert.Equal("welcome", again.Read(bob, bob.Write(again, "welcome")));
    }

    [Fact]
    public void A_late_message_of_the_former_identity_does_not_bring_it_back()
    {
        var (alice, bob) = Party.Acquainted();
        var late = alice.Write(bob, "late");
        var again = alice.Reinstalled();
        again.Sessions.BuildSession(bob.Address, bob.Publish());
        bob.Read(again, again.Write(bob, "new phone"));

        Assert.Equal("late", bob.Read(alice, late));

        Assert.Equal(again.Store.Own.Identity.Public, bob.Store.LoadIdentity(alice.Address));
        Assert.Equal("still for the new one", again.Read(bob, bob.Write(again, "still for the new one")));
    }

    [Fact]
    public void The_first_sight_of_an_identity_is_new_and_the_next_is_unchanged()
    {
        var (alice, bob) = Party.Pair();

        Assert.Equal(IdentityTrust.New, alice.Sessions.BuildSession(bob.Address, bob.Publish()));
        Assert.Equal(IdentityTrust.Unchanged, alice.Sessions.BuildSession(bob.Address, bob.Publish()));

        var first = alice.Write(bob, "1");
        bob.Sessions.Decrypt(alice.Address, first.Type, first.Bytes, out var seen);
        Assert.Equal(IdentityTrust.New, seen);
        var second = alice.Write(bob, "2");
        bob.Sessions.Decrypt(alice.Address, second.Type, second.Bytes, out seen);
        Assert.Equal(IdentityTrust.Unchanged, seen);
        Assert.Equal(IdentityTrust.Changed, bob.Sessions.BuildSession(alice.Address, alice.Reinstalled().Publish()));
    }
}
