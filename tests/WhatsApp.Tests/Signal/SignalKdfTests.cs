using WhatsApp.Crypto;
using WhatsApp.Signal;

namespace WhatsApp.Tests.Signal;

/// <summary>Known answers, computed with another implementation of the primitives.</summary>
public class SignalKdfTests
{
    private static byte[] Counting(int first, int count) => [.. Enumerable.Range(first, count).Select(value => (byte)value)];

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    [Fact]
    public void A_chain_step_gives_the_known_seed_and_next_key()
    {
        var chain = Counting(0, 32);
        var seed = new byte[32];

        SignalKdf.StepChain(chain, seed);

        Assert.Equal("9b4c8120a4823a95f47cde17a244f4507244ee6e3957d1fab9fa29b44d3829b7", Hex(seed));
        Assert.Equal("4304c22c84a53755ab08ead8d97a8d429be5efa480682d7ad1da27f73e1fbe1d", Hex(chain));
    }

    [Fact]
    public void A_skipped_chain_step_gives_the_same_next_key()
    {
        var chain = Counting(0, 32);

        SignalKdf.SkipChain(chain);

        Assert.Equal("4304c22c84a53755ab08ead8d97a8d429be5efa480682d7ad1da27f73e1fbe1d", Hex(chain));
    }

    [Fact]
    public void Message_keys_are_the_known_ones()
    {
        var seed = new byte[32];
        SignalKdf.StepChain(Counting(0, 32), seed);
        var keys = new byte[SignalKdf.MessageKeysSize];

        SignalKdf.MessageKeys(seed, keys);

        Assert.Equal(
            "86268814b41f5fd154659f26873660e3dbc8b205155c3b59b8570b015d773c0c"
            + "dea51fa5beca2618971c4292647b81e83f2b4edd03e0d292a87ec66e0163abdb"
            + "21cfd5b9956a1631f6b7b5b5bdf7b791",
            Hex(keys));
    }

    [Fact]
    public void Group_keys_are_the_known_ones()
    {
        var seed = new byte[32];
        SignalKdf.StepChain(Counting(0, 32), seed);
        var keys = new byte[SignalKdf.GroupKeysSize];

        SignalKdf.GroupKeys(seed, keys);

        Assert.Equal("ed1f5e26325b1399f6a34c76e47ff047" + "d89f10a08215e845ceb4df3fc59c052ad09e01cd499650025ff83df48ed656e6", Hex(keys));
    }

    [Fact]
    public void First_keys_and_a_root_step_are_the_known_ones()
    {
        var root = new byte[32];
        var chain = new byte[32];

        SignalKdf.FirstKeys([.. Enumerable.Repeat((byte)0xFF, 32), .. Counting(0, 0x60)], root, chain);

        Assert.Equal("88b7d6c6a7fe083f834252ca267f63a6f2cdabffe0a0d37034b13f6495d3c2ed", Hex(root));
        Assert.Equal("4bea70f425ca160d28a71fb69ebec3bccf7722d890fcc8427a47d4943852411b", Hex(chain));

        SignalKdf.StepRoot(root, Counting(0, 32), KeyPair.FromPrivate(Counting(32, 32)).Public, chain);

        Assert.Equal("d18998d88de1096bce0abfe0e0c6f606b3269402f412b1f53039244fb99c905a", Hex(root));
        Assert.Equal("feb72527ca444672c847a31ba18cf642972acada213c39c6cc303e3e05a99f63", Hex(chain));
    }

    [Fact]
    public void Public_keys_of_the_vectors_are_the_known_ones()
    {
        Assert.Equal("358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254", Hex(KeyPair.FromPrivate(Counting(0x20, 32)).Public));
        Assert.Equal("79a631eede1bf9c98f12032cdeadd0e7a079398fc786b88cc846ec89af85a51a", Hex(KeyPair.FromPrivate(Counting(0x40, 32)).Public));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
    public void A_low_order_key_is_refused(string key)
    {
        var fault = Assert.Throws<SignalException>(() => SignalKdf.Agree(Counting(0, 32), Convert.FromHexString(key)));

        Assert.Equal(SignalFault.InvalidKey, fault.Fault);
    }
}
