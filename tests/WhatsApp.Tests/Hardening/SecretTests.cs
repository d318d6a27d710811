using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using WhatsApp.Crypto;
using WhatsApp.Signal.Records;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Hardening;

/// <summary>Keys and codes are compared in constant time and do not outlive their use.</summary>
public partial class SecretTests
{
    /// <summary>Compares that look at nothing secret: the intro of a stream, lists of addresses.</summary>
    private static readonly string[] Public = ["Wire/FrameChannel.cs", "Wire/Resolving/AddressFile.cs"];

    [Theory]
    [InlineData("Crypto")]
    [InlineData("Signal")]
    [InlineData("Wire")]
    [InlineData("Pairing")]
    public void Where_secrets_live_bytes_are_compared_in_constant_time_only(string folder)
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "src", "WhatsApp"));
        var files = Directory.GetFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);

        var found = files.Where(file => ByteCompare().IsMatch(File.ReadAllText(file))).Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'));

        Assert.Empty(found.Except(Public));
    }

    [Fact]
    public void The_keys_of_a_handshake_are_gone_when_it_is_over()
    {
        var state = new NoiseHandshakeState(NoiseHandshakeState.Xx, WireIntro.Header);
        state.MixKey(KeyPair.Generate(new SystemRandomSource()).Private, KeyPair.Generate(new SystemRandomSource()).Public);
        Assert.Contains(state.Key.ToArray(), one => one != 0);

        state.Dispose();

        Assert.All(state.Key.ToArray().Concat(state.ChainingKey.ToArray()), one => Assert.Equal(0, one));
    }

    [Fact]
    public void A_chain_and_a_ratchet_key_are_gone_once_newer_ones_take_their_place()
    {
        var random = new SystemRandomSource();
        var (old, next, chain) = (KeyPair.Generate(random), KeyPair.Generate(random), random.Bytes(32));
        var state = new SessionState(random.Bytes(32), random.Bytes(32), 1, random.Bytes(32), old);
        state.BeginSending(old, chain);
        Assert.Contains(old.Private, one => one != 0);

        state.BeginSending(next, random.Bytes(32));

        Assert.All(old.Private.Concat(chain), one => Assert.Equal(0, one));
        Assert.Contains(next.Private, one => one != 0);
    }

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex(@"\.SequenceEqual\(|SequenceCompareTo\(|StructuralComparisons")]
    private static partial Regex ByteCompare();
}
