using WhatsApp.Signal;

namespace WhatsApp.Tests.Signal;

public class SessionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_session_from_a_bundle_reads_both_ways(bool withPreKey)
    {
        var (alice, bob) = Party.Pair();

        alice.Sessions.BuildSession(bob.Address, bob.Publish(withPreKey));

        Assert.Equal("hello", bob.Read(alice, alice.Write(bob, "hello")));
        Assert.Equal("hi", alice.Read(bob, bob.Write(alice, "hi")));
        Assert.Equal("how are you", bob.Read(alice, alice.Write(bob, "how are you")));
    }

    [Fact]
    public void Every_message_is_a_pkmsg_until_a_reply_was_read()
    {
        var (alice, bob) = Party.Pair();
        alice.Sessions.BuildSession(bob.Address, bob.Publish());

        var first = alice.Write(bob, "1");
        var second = alice.Write(bob, "2");
        bob.Read(alice, first);
        var reply = bob.Write(alice, "reply");
        var third = alice.Write(bob, "3");
        alice.Read(bob, reply);
        var fourth = alice.Write(bob, "4");

        Assert.Equal(
            [CiphertextType.PreKeyMessage, CiphertextType.PreKeyMessage, CiphertextType.Message, CiphertextType.PreKeyMessage, CiphertextType.Message],
            new[] { first, second, reply, third, fourth }.Select(message => message.Type));
        Assert.Equal("2", bob.Read(alice, second));
        Assert.Equal("3", bob.Read(alice, third));
        Assert.Equal("4", bob.Read(alice, fourth));
    }

    [Fact]
    public void A_pkmsg_after_the_first_uses_the_session_that_is_there()
    {
        var (alice, bob) = Party.Pair();
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        bob.Read(alice, alice.Write(bob, "1"));
        var baseKey = bob.Sessions.BaseKeyOf(alice.Address);

        Assert.Equal("2", bob.Read(alice, alice.Write(bob, "2")));

        Assert.Equal(baseKey, bob.Sessions.BaseKeyOf(alice.Address));
        Assert.Equal(baseKey, alice.Sessions.BaseKeyOf(bob.Address));
    }

    [Fact]
    public void A_message_read_twice_is_a_duplicate_and_changes_nothing()
    {
        var (alice, bob) = Party.Pair();
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        var first = alice.Write(bob, "1");
        bob.Read(alice, first);
        alice.Read(bob, bob.Write(alice, "reply"));
        var later = alice.Write(bob, "2");
        bob.Read(alice, later);
        var before = bob.Store.Image;

        Assert.Equal(SignalFault.Duplicate, bob.Refuses(alice, first));
        Assert.Equal(SignalFault.Duplicate, bob.Refuses(alice, later));
        Assert.Equal(before, bob.Store.Image);
    }

    [Fact]
    public void The_one_time_prekey_goes_with_the_first_message_read()
    {
        var (alice, bob) = Party.Pair();
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        var other = bob.Publish();

        bob.Read(alice, alice.Write(bob, "1"));

        Assert.Equal([other.PreKeyId!.Value], bob.Store.PreKeys.Keys);
    }

    [Fact]
    public void A_pkmsg_for_a_prekey_that_is_gone_is_refused_by_name()
    {
        var (alice, bob) = Party.Pair();
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        bob.Store.PreKeys.Clear();
        var before = bob.Store.Image;

        Assert.Equal(SignalFault.InvalidKeyId, bob.Refuses(alice, alice.Write(bob, "1")));

        Assert.Equal(before, bob.Store.Image);
    }

    [Fact]
    public void A_pkmsg_for_an_unknown_signed_prekey_is_refused_by_name()
    {
        var (alice, bob) = Party.Pair();
        alice.Sessions.BuildSession(bob.Address, bob.Publish());
        bob.Store.SignedPreKeys.Clear();

        Assert.Equal(SignalFault.InvalidKeyId, bob.Refuses(alice, alice.Write(bob, "1")));
    }

    [Fact]
    public void Without_a_session_nothing_is_read_or_written()
    {
        var (alice, bob) = Party.Acquainted();
        var message = alice.Write(bob, "1");
        var stranger = new Party("100000000000009", alice.Random);

        Assert.Equal(SignalFault.NoSession, stranger.Refuses(alice, message));
        Assert.Equal(SignalFault.NoSession, Assert.Throws<SignalException>(() => stranger.Write(alice, "?")).Fault);
        Assert.False(stranger.Sessions.HasSession(alice.Address));
        Assert.Null(stranger.Sessions.BaseKeyOf(alice.Address));
        Assert.Null(stranger.Sessions.RegistrationIdOf(alice.Address));
    }

    [Fact]
    public void Both_sides_know_the_registration_id_of_the_other()
    {
        var (alice, bob) = Party.Acquainted();

        Assert.Equal(bob.Store.Own.RegistrationId, alice.Sessions.RegistrationIdOf(bob.Address));
        Assert.Equal(alice.Store.Own.RegistrationId, bob.Sessions.RegistrationIdOf(alice.Address));
        Assert.True(bob.Sessions.HasSession(alice.Address));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(65_536)]
    public void Plaintexts_of_every_size_come_back(int size)
    {
        var (alice, bob) = Party.Acquainted();
        var plaintext = alice.Random.Bytes(size);

        var message = alice.Sessions.Encrypt(bob.Address, plaintext);

        Assert.Equal(plaintext, bob.Sessions.Decrypt(alice.Address, message.Type, message.Bytes));
    }

    [Fact]
    public void The_same_text_never_encrypts_alike()
    {
        var (alice, bob) = Party.Acquainted();

        Assert.Equal(50, Enumerable.Range(0, 50).Select(_ => Convert.ToHexString(alice.Write(bob, "same").Bytes)).Distinct().Count());
    }
}
