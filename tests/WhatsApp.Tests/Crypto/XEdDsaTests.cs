using WhatsApp.Crypto;

namespace WhatsApp.Tests.Crypto;

public class XEdDsaTests
{
    private static readonly SystemRandomSource Chance = new();

    [Fact]
    public void Public_keys_and_agreement_match_the_vectors()
    {
        var a = KeyPair.FromPrivate([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        var b = KeyPair.FromPrivate([.. Enumerable.Range(32, 32).Select(i => (byte)i)]);

        Assert.Equal("8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f", Convert.ToHexStringLower(a.Public));
        Assert.Equal("9663aa1da97e848a914a436d04163dfbb89178f107f1b5b77ed3854203382854", Convert.ToHexStringLower(Curve25519.Agree(a.Private, b.Public)));
    }

    [Fact]
    public void A_signature_verifies_and_any_change_breaks_it()
    {
        for (var round = 0; round < 50; round++)
        {
            var pair = KeyPair.Generate(Chance);
            var message = Chance.Bytes(round);
            var signature = XEdDsa.Sign(pair.Private, message, Chance);

            Assert.True(XEdDsa.Verify(pair.Public, message, signature));

            signature[round] ^= 1;
            Assert.False(XEdDsa.Verify(pair.Public, message, signature));
        }
    }

    [Fact]
    public void A_low_order_public_key_is_refused()
    {
        var pair = KeyPair.Generate(Chance);

        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => Curve25519.Agree(pair.Private, new byte[32]));
    }
}
