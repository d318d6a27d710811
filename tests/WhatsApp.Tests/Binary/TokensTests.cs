using System.Security.Cryptography;
using System.Text;
using WhatsApp.Binary;

namespace WhatsApp.Tests.Binary;

public class TokensTests
{
    [Fact]
    public void The_dictionaries_are_those_of_version_3()
    {
        Assert.Equal("1e8302d2aba0d8c40d09fd79fc9c70347350cb00926dd0e3565683b347be35a5", Hash(Tokens.Single));
        Assert.Equal("2ec850d399a28112e4b4165ae4d68962f58b0aa6766de1622d4caef1a2e6b8b5", Hash(Tokens.Single[1..]));
        Assert.Equal("c19c763b07f7684fc58490eb838873edeec498d59bf4d56bbb33d8e7af4cb112", Hash(Tokens.Double[0]));
        Assert.Equal("e8894a798e1d92bc5f5f5cd1c2ffeef43a5c03acb1775b34d121ffe0a19b8f6a", Hash(Tokens.Double[1]));
        Assert.Equal("8f4081781e324d9ab95574b01ff37a44753403cebd0d1feeeb985661cc86cae8", Hash(Tokens.Double[2]));
        Assert.Equal("8e397aec42a6a503621910cf3d7a8f9e287e94192031265b6e55519e0e19fadc", Hash(Tokens.Double[3]));
        Assert.Equal("400b612b8c86d055404cee1b205c908a4db35bd57683b4903f72d003ff52144d", Hash(Tokens.Double.SelectMany(list => list)));
    }

    private static string Hash(IEnumerable<string> tokens) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', tokens))));
}
