using WhatsApp.Crypto;
using WhatsApp.Pairing;

namespace WhatsApp.Tests.Pairing;

/// <summary>Known answers of facts 18.1: A, B, C are private keys of bytes 00..1f, 20..3f, 40..5f.</summary>
public class LinkingVectorTests
{
    private static readonly byte[] A = Range(0x00, 32), B = Range(0x20, 32), C = Range(0x40, 32);

    [Theory]
    [InlineData("0001020304", "111H51R5")]
    [InlineData("ffffffffff", "ZZZZZZZZ")]
    [InlineData("deadbeef42", "VTPVXVT3")]
    public void A_code_is_written_in_the_alphabet_without_look_alikes(string bytes, string code) =>
        Assert.Equal(code, LinkingCodes.Write(Convert.FromHexString(bytes)));

    [Fact]
    public void The_key_of_a_code_and_what_it_wraps()
    {
        var key = CodeLinkCrypto.KeyOf("ABCD1234", Range(0, 32));

        Assert.Equal("b04d4d0e43ffa6d1a3b2226d4ee58ba2900a470c09bcf39fb5257512a55c08bc", Convert.ToHexStringLower(key));
        Assert.Equal("274aabac2e9e26ad3db796a72d7cbaed7a4f481758c359f974dd4c40402726f1",
            Convert.ToHexStringLower(AesCtr.Apply(key, Range(0xa0, 16), Curve25519.PublicOf(A))));
    }

    [Fact]
    public void The_key_of_the_bundle_and_the_secret_agreed_by_it()
    {
        var ephemeral = Curve25519.Agree(A, Curve25519.PublicOf(B));
        var identity = Curve25519.Agree(A, Curve25519.PublicOf(C));

        Assert.Equal("92488f99e5ca047e6c16870e12394be0893acdae4fba57fafd030fe0c644cacc", Convert.ToHexStringLower(CodeLinkCrypto.BundleKey(ephemeral, Range(0, 32))));
        Assert.Equal("8af2ba402b68a03b899f42a38e15e72e4cb5f989c095158672dba5457bb9e782",
            Convert.ToHexStringLower(CodeLinkCrypto.AdvSecret(ephemeral, identity, Enumerable.Repeat((byte)0x77, 32).ToArray())));
    }

    [Fact]
    public void The_key_that_hands_a_scan_over_to_the_passkey_gate() =>
        Assert.Equal("bf71b722a793d4f9d2c8e46ad45266621b5d4c5273cca92d93068648346c10a5", Convert.ToHexStringLower(PasskeyCrypto.HandoffKey(Range(0, 32))));

    [Fact]
    public void Counter_mode_carries_over_the_whole_counter_and_undoes_itself()
    {
        var start = Enumerable.Repeat((byte)0xff, 16).ToArray();
        var cipher = AesCtr.Apply(A, start, Range(0, 40));
        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = A;

        Assert.Equal(Range(0, 40), AesCtr.Apply(A, start, cipher));
        var second = aes.EncryptEcb(new byte[16], System.Security.Cryptography.PaddingMode.None); // after ff..ff comes zero
        Assert.Equal(second.Zip(Range(16, 16), (stream, plain) => (byte)(stream ^ plain)), cipher[16..32]);
    }

    [Theory]
    [InlineData("+62 812-3456-789", "628123456789")]
    [InlineData(" (62) 812.345.678 ", "62812345678")]
    [InlineData("0812345678", null)] // no country code
    [InlineData("+0812345678", null)]
    [InlineData("628123", null)]
    [InlineData("6281234567890123", null)]
    [InlineData("62812x456789", null)]
    [InlineData("٦٢٨١٢٣٤٥٦٧", null)]
    [InlineData("", null)]
    public void A_number_is_read_as_people_write_it(string text, string? digits)
    {
        Assert.Equal(digits, LinkingMethod.TryByCode(text)?.PhoneNumber);
        if (digits is null)
        {
            Assert.Throws<ArgumentException>(() => LinkingMethod.ByCode(text));
        }
    }

    [Fact]
    public void Nothing_secret_of_a_step_is_printed()
    {
        var now = DateTimeOffset.UnixEpoch;
        LinkingStep[] steps = [new QrShown("seeded", now), new CodeShown("seeded", now), new PasskeyRequired("seeded", now), new WaitingForPhone(now), new ConfirmCode("seeded", now), new Linked()];

        Assert.Equal(["QrShown", "CodeShown", "PasskeyRequired", "WaitingForPhone", "ConfirmCode", "Linked"], steps.Select(step => step.ToString()));
        Assert.Equal("Code", LinkingMethod.ByCode("628000000002").ToString());
        Assert.DoesNotContain("seeded", new SessionStatus(SessionPhase.WaitingForScan) { Linking = steps[0] }.ToString(), StringComparison.Ordinal);
    }

    private static byte[] Range(int from, int count) => [.. Enumerable.Range(from, count).Select(value => (byte)value)];
}
