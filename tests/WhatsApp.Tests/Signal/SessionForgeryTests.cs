using WhatsApp.Crypto;
using WhatsApp.Signal;
using WhatsApp.Signal.Wire;

namespace WhatsApp.Tests.Signal;

public class SessionForgeryTests
{
    [Fact]
    public void A_forged_signed_prekey_is_refused_and_nothing_is_stored()
    {
        var (alice, bob) = Party.Pair();
        var real = bob.Publish();
        var mallory = KeyPair.Generate(alice.Random);
        var before = alice.Store.Image;

        foreach (var forged in new[]
        {
            real with { SignedPreKey = mallory.Public },
            real with { Identity = mallory.Public },
            real with { SignedPreKeySignature = XEdDsa.Sign(mallory.Private, SignalPublicKey.ToWire(real.SignedPreKey), alice.Random) },
            real with { SignedPreKeySignature = XEdDsa.Sign(bob.Store.Own.Identity.Private, real.SignedPreKey, alice.Random) },
            real with { SignedPreKeySignature = [] },
            real with { SignedPreKeySignature = new byte[64] },
        })
        {
            var fault = Assert.Throws<SignalException>(() => alice.Sessions.BuildSession(bob.Address, forged));
            Assert.Equal(SignalFault.BadSignature, fault.Fault);
        }

        Assert.Equal(before, alice.Store.Image);
        Assert.False(alice.Sessions.HasSession(bob.Address));
    }

    [Fact]
    public void Keys_of_a_wrong_size_or_of_low_order_make_no_session()
    {
        var (alice, bob) = Party.Pair();
        var real = bob.Publish();

        foreach (var wrong in new[] { new byte[32], new byte[31], new byte[33], [] })
        {
            Assert.Equal(SignalFault.InvalidKey, Assert.Throws<SignalException>(() => alice.Sessions.BuildSession(bob.Address, real with { PreKey = wrong })).Fault);
            Assert.Throws<SignalException>(() => alice.Sessions.BuildSession(bob.Address, real with { SignedPreKey = wrong }));
            Assert.Throws<SignalException>(() => alice.Sessions.BuildSession(bob.Address, real with { Identity = wrong }));
        }

        var signature = XEdDsa.Sign(bob.Store.Own.Identity.Private, SignalPublicKey.ToWire(new byte[32]), alice.Random);
        var signedLowOrder = real with { SignedPreKey = new byte[32], SignedPreKeySignature = signature };
        Assert.Equal(SignalFault.InvalidKey, Assert.Throws<SignalException>(() => alice.Sessions.BuildSession(bob.Address, signedLowOrder)).Fault);
        Assert.False(alice.Sessions.HasSession(bob.Address));
    }

    [Fact]
    public void Low_order_keys_inside_messages_are_refused()
    {
        var (alice, bob) = Party.Acquainted();
        var zero = new byte[32];
        var inner = SignalMessage.Prepare(zero, 0, 0, 16, out _);
        var before = bob.Store.Image;

        Assert.Equal(SignalFault.InvalidKey, bob.Refuses(alice, new Ciphertext(CiphertextType.Message, inner)));
        foreach (var (baseKey, identity) in new[] { (zero, alice.Store.Own.Identity.Public), (alice.Store.Own.Identity.Public, zero) })
        {
            var first = PreKeySignalMessage.Write(null, 1, 1, baseKey, identity, inner);
            Assert.Equal(SignalFault.InvalidKey, bob.Refuses(alice, new Ciphertext(CiphertextType.PreKeyMessage, first)));
        }

        Assert.Equal(before, bob.Store.Image);
    }

    [Fact]
    public void Any_changed_byte_of_a_message_is_refused_and_leaves_the_record_as_it_was()
    {
        var (alice, bob) = Party.Acquainted();
        var message = alice.Write(bob, "the real text");
        var before = bob.Store.Image;

        for (var position = 0; position < message.Bytes.Length; position++)
        {
            var changed = message.Bytes.ToArray();
            changed[position] ^= 1;
            // The low bit of the first byte lowers the version its sender knows: refused as well.
            bob.Refuses(alice, message with { Bytes = changed });
            Assert.Equal(before, bob.Store.Image);
        }

        Assert.Equal("the real text", bob.Read(alice, message));
    }

    [Fact]
    public void A_changed_byte_of_a_first_message_is_refused_unless_it_says_nothing_about_the_keys()
    {
        var size = 200;
        for (var position = 0; position < size; position++)
        {
            var (alice, bob) = Party.Pair(position);
            alice.Sessions.BuildSession(bob.Address, bob.Publish());
            var message = alice.Write(bob, "the real text");
            size = message.Bytes.Length;
            message.Bytes[position] ^= 1;
            var before = bob.Store.Image;
            try
            {
                // The registration id and the numbers of optional fields are not authenticated by the protocol.
                Assert.Equal("the real text", bob.Read(alice, message));
                Assert.Equal(alice.Store.Own.Identity.Public, bob.Store.LoadIdentity(alice.Address));
            }
            catch (SignalException)
            {
                Assert.Equal(before, bob.Store.Image);
            }
        }
    }

    [Fact]
    public void A_wrong_mac_is_its_own_fault()
    {
        var (alice, bob) = Party.Acquainted();
        var message = alice.Write(bob, "text");
        message.Bytes[^1] ^= 1;

        Assert.Equal(SignalFault.BadMac, bob.Refuses(alice, message));
    }

    [Fact]
    public void A_message_for_somebody_else_is_not_read()
    {
        var (alice, bob) = Party.Acquainted();
        var carol = new Party("100000000000003", alice.Random);
        alice.Sessions.BuildSession(carol.Address, carol.Publish());
        carol.Read(alice, alice.Write(carol, "1"));
        alice.Read(carol, carol.Write(alice, "2"));

        Assert.Equal(SignalFault.BadMac, bob.Refuses(alice, alice.Write(carol, "for Carol")));
    }

    [Theory]
    [InlineData(0x23)]
    [InlineData(0x44)]
    [InlineData(0x32)]
    public void Another_version_is_refused(byte version)
    {
        var (alice, bob) = Party.Acquainted();
        var message = alice.Write(bob, "text");
        message.Bytes[0] = version;

        Assert.Equal(SignalFault.InvalidMessage, bob.Refuses(alice, message));
    }

    [Fact]
    public void A_sender_key_message_is_not_for_a_session()
    {
        var (alice, bob) = Party.Acquainted();

        Assert.Equal(SignalFault.InvalidMessage, bob.Refuses(alice, alice.Write(bob, "x") with { Type = CiphertextType.SenderKeyMessage }));
    }
}
