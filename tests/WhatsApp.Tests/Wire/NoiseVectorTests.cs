using WhatsApp.Crypto;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Wire;

/// <summary>Known answers computed apart from this code, and a handshake recorded with the real service.</summary>
public class NoiseVectorTests
{
    private static readonly KeyPair A = KeyPair.FromPrivate([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    private static readonly KeyPair B = KeyPair.FromPrivate([.. Enumerable.Range(32, 32).Select(i => (byte)i)]);

    // The certificate chain inside the recorded handshake.
    private static readonly byte[] RecordedChain = Hex(
        "0a770a3308c90210031a205854d333d8e13975abd6597bbaddd49d6935ced25c93a44bd3ade508f2bec33020d08f87bf0628d0c99fc406124019cbee71b63bb8048af269f3aa7c13c62a1fd89ac4ef2509d1d78d68267f40393b49a9cc38db05e35a6c5bf3ba6172a4c5325f25f363338cf8f3535a4cd9520512760a32080310001a201c51a9ac303994c6c8d0b92ea1878a533476599cc599fbea35997d9aa90cce62208091aebe0628ffdeb7dc061240270f294648539fed4870e25054dd4e95983aba29189c2ba6c8eeda7055555f753740f5ec192ab64c26c26d6ade6d20b9f774aee37120a6b20395f53c66058507");

    private static readonly byte[] RecordedServerKey = Hex("5854d333d8e13975abd6597bbaddd49d6935ced25c93a44bd3ade508f2bec330");
    private static readonly DateTimeOffset Spring2025 = new(2025, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Hash_key_and_both_ciphers_match_the_known_answers()
    {
        using var state = new NoiseHandshakeState(NoiseHandshakeState.Xx, WireIntro.Header);
        Assert.Equal("ffff0c9267310966f1311170c04b38c79504285bf5edf763e5c946492a50a755", Hex(state.Hash));

        state.MixHash(A.Public);
        Assert.Equal("4973a200cee20adb58b11e40d5d1de859b7056aa4c02ccc83e0a5e2fbf4a165d", Hex(state.Hash));

        state.MixKey(A.Private, B.Public);
        Assert.Equal("26f620e048f64adb83054e38103ad1f0bf3d89e946c93ee7e746c07ad8d31a82", Hex(state.ChainingKey));
        Assert.Equal("279fc7581f04fe9141d23fa27b3b903f95c29fb593b9dbe2d274a51a93aa047b", Hex(state.Key));

        using var transport = new NoiseCipher(state.Key, counter: 1);
        byte[] frame = [.. "hello"u8, .. new byte[NoiseCipher.TagSize]];
        transport.EncryptInPlace(frame);
        Assert.Equal("ecb6aa001924ebcbff7cfc830278a3a265cb295f09", Hex(frame));

        Assert.Equal("a3787d75eaa6e863e7172cc07876663d16f52e4974", Hex(state.Encrypt("hello"u8)));
    }

    [Fact]
    public void Split_gives_the_known_transport_keys()
    {
        using var state = new NoiseHandshakeState(NoiseHandshakeState.Xx, WireIntro.Header);
        state.MixKey(A.Private, B.Public);

        var (initiator, responder) = state.Split();

        AssertSameKey("40257b775ae6fa98439596c45d4b442831d186a9b313b50859cc0a39e421d043", initiator);
        AssertSameKey("5a0b3a724a716fb85ce337ee898a28392b5fdf1e96f6ed8ea371e6518e8d1aaa", responder);

        static void AssertSameKey(string expected, NoiseCipher actual)
        {
            using var reference = new NoiseCipher(Hex(expected));
            var (one, other) = (new byte[40], new byte[40]);
            reference.EncryptInPlace(one);
            actual.EncryptInPlace(other);
            Assert.Equal(one, other);
        }
    }

    [Fact]
    public void A_name_over_32_bytes_is_hashed_at_the_start()
    {
        using var state = new NoiseHandshakeState("Noise_XXfallback_25519_AESGCM_SHA256", []);

        Assert.Equal("0ad4c34614b2e476fdc2a30345bc7feb2714f7796a5e19f0962b30f5bac8c57b", Hex(state.ChainingKey));
    }

    [Fact]
    public void The_first_recorded_server_hello_opens()
    {
        var client = KeyPair.FromPrivate(Hex("58a49f1c633f3d5161f6b7854c13d4b28ba4b6b5fe91644a5fc3c09fd623e07d"));
        var server = Hex("9d9b8241572937f6672ce07221c143bc1cb1266334333f33797a592669523733");
        using var state = new NoiseHandshakeState(NoiseHandshakeState.Xx, WireIntro.Header);
        state.MixHash(client.Public);
        state.MixHash(server);
        Assert.Equal("42e2950db11903f6fd490bedd1cc630feb40b1d01ac350655a98273284498a1d", Hex(state.Hash));

        state.MixKey(client.Private, server);
        Assert.Equal("cf20e4a2d076541a3f45609407f6501d9f20d55f40b06ff32af4573c44ab1595", Hex(state.ChainingKey));
        Assert.Equal(RecordedServerKey, state.Decrypt(Hex("6de6577bb273d20bb64ee96ffc99fabd1390853791c26fad729806b5b7ddedc44d689b48e05068e2823b44dd533fff8d")));
    }

    [Fact]
    public void The_second_recorded_server_hello_opens_down_to_its_certificates()
    {
        var client = KeyPair.FromPrivate(Hex("b8de0b5ebad3e7879fa659c0d27baa6c3e3f32a10f7c4cb2613cb4182fe83047"));
        var server = Hex("27692cf5d6a08e51f2d601f2e475378456bda16f96255c5121d081d0aa4a815d");
        using var state = new NoiseHandshakeState(NoiseHandshakeState.Xx, WireIntro.Header);
        state.MixHash(client.Public);
        state.MixHash(server);
        state.MixKey(client.Private, server);

        var serverKey = state.Decrypt(Hex("0addd1ce96c55699824fc20ef2a73928dd8168bc29ef863bdea6dc69002b00054add28f7711e3a7dff984d3f31badaa2"));
        Assert.Equal(RecordedServerKey, serverKey);

        state.MixKey(client.Private, serverKey);
        Assert.Equal("5092572187a71abe8044010b9c8419633272b45b2babf4ca316966edc3eb9bde", Hex(state.ChainingKey));
        Assert.Equal(RecordedChain, state.Decrypt(Hex("c4f948e737857d6bd675fa0a84f38ed784685b784402da53f972388a8aa3398f01be799862907d43cce7a49858023ec66dc909d1eac245f842661360804acf4975801ca0a156f876ba6004cc2f1241f761f753c516cef59fb3c6b95d39ad6d3540caa40b361bfbb7189eaa2d331e086870f2bd846bc6653cf2887387ba25268c9923dec5ecdc5ee37507680ba6906550f9991f6a60b2dc74803c6df8d6df352f206c376b0bb3d7d17dca91e3999f73d6dc6469e59281bc18c22fd1e7d85467b3f17fafc141a62c6fd92d364310d5b32493c9f2c77817aa4d901aef2538858b157d46ea247371a9c2f577171796fa7be059d975dddee115d5aa967602b02a93be36")));
        Assert.Equal("4a82b448599eb44f85bacedaff0a81820999a87be156b08989c2857b8651d4d2", Hex(state.Hash));
    }

    [Fact]
    public void The_real_services_recorded_chain_is_trusted_at_its_time() =>
        NoiseCertificateCheck.Verify(RecordedChain, RecordedServerKey, NoiseTrustRoot.Production, Spring2025);

    [Theory]
    [InlineData(1742850000, -24 * 3600, null)] // the leaf's first second, a day early: tolerated
    [InlineData(1742850000, (-24 * 3600) - 1, NoiseFault.NotYetValid)]
    [InlineData(1753736400, 24 * 3600, null)]
    [InlineData(1753736400, (24 * 3600) + 1, NoiseFault.Expired)]
    public void The_recorded_chain_is_trusted_within_a_day_of_its_validity(long edge, int offset, object? expected)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(edge + offset);

        var fault = Record.Exception(() => NoiseCertificateCheck.Verify(RecordedChain, RecordedServerKey, NoiseTrustRoot.Production, now));

        Assert.Equal(expected, (fault as NoiseHandshakeException)?.Reason);
    }

    [Fact]
    public void A_change_of_any_byte_of_the_recorded_chain_is_refused()
    {
        for (var index = 0; index < RecordedChain.Length; index++)
        {
            byte[] forged = [.. RecordedChain];
            forged[index] ^= 0x01;

            Assert.Throws<NoiseHandshakeException>(() => NoiseCertificateCheck.Verify(forged, RecordedServerKey, NoiseTrustRoot.Production, Spring2025));
        }
    }

    [Fact]
    public void A_cipher_whose_counter_is_used_up_refuses_to_go_on()
    {
        using var cipher = new NoiseCipher(new byte[32], uint.MaxValue - 1);
        cipher.EncryptInPlace(new byte[20]);

        Assert.Throws<IOException>(() => cipher.EncryptInPlace(new byte[20]));
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text);

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
