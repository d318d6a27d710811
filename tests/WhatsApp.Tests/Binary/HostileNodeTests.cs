using FsCheck;
using FsCheck.Fluent;
using WhatsApp.Binary;

namespace WhatsApp.Tests.Binary;

public class HostileNodeTests
{
    [Fact]
    public void Every_truncation_of_any_node_is_malformed() =>
        Prop.ForAll(NodeGenerator.Any(), node =>
        {
            var bytes = NodeEncoder.Encode(node);
            var step = Math.Max(1, bytes.Length / 500);
            for (var length = 0; length < bytes.Length; length += step)
            {
                Assert.Throws<MalformedNodeException>(() => NodeDecoder.Decode(bytes.AsMemory(0, length)));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void A_changed_byte_gives_a_node_or_is_malformed() =>
        Prop.ForAll(NodeGenerator.Any(), ArbMap.Default.ArbFor<int>(), (node, chance) =>
        {
            var bytes = NodeEncoder.Encode(node);
            bytes[(chance & int.MaxValue) % bytes.Length] ^= (byte)(1 + ((chance >> 8) & 0x7F));
            ReadOrRefuse(bytes);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Chance_bytes_give_a_node_or_are_malformed()
    {
        var chance = new Random(20261122);
        for (var round = 0; round < 200_000; round++)
        {
            var bytes = new byte[chance.Next(40)];
            chance.NextBytes(bytes);
            ReadOrRefuse(bytes);
            if (bytes.Length > 2)
            {
                (bytes[0], bytes[1]) = (0, NodeTags.List8); // deeper than the first byte
                ReadOrRefuse(bytes);
            }
        }
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("00", "ends in the middle")]
    [InlineData("0000", "empty list")]
    [InlineData("00f80100", "no tag")]
    [InlineData("00f801f0", "unknown byte 240")]
    [InlineData("00f801f1", "unknown byte 241")]
    [InlineData("00f801f2", "unknown byte 242")]
    [InlineData("00f801f3", "unknown byte 243")]
    [InlineData("00f801f4", "unknown byte 244")]
    [InlineData("00f80219f9ffff", "more than 32768 elements")]
    [InlineData("00f80219f97fff", "announces more")]
    [InlineData("00f80219fe7fffffff00", "ends in the middle")]
    [InlineData("00f80219feffffffff00", "announces more")]
    [InlineData("00f801ff80", "shorter than nothing")]
    [InlineData("00f801ff01cc", "unknown digit")]
    [InlineData("00f803110cfa0000", "no server")]
    [InlineData("00f803110cf7000000", "no user")]
    [InlineData("02ffff", "does not inflate")]
    public void Each_kind_of_nonsense_is_named(string hex, string problem) =>
        Assert.Contains(problem, Assert.Throws<MalformedNodeException>(() => NodeDecoder.Decode(Convert.FromHexString(hex))).Message, StringComparison.Ordinal);

    [Fact]
    public void Nesting_deeper_than_the_limit_is_malformed()
    {
        var node = new Node("iq");
        for (var depth = 1; depth < 64; depth++)
        {
            node = new Node("iq", null, node);
        }

        NodeComparison.AssertSame(node, NodeDecoder.Decode(NodeEncoder.Encode(node)));

        var fault = Assert.Throws<MalformedNodeException>(() => NodeDecoder.Decode(NodeEncoder.Encode(new Node("iq", null, node))));
        Assert.Contains("nested deeper than 64", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_and_nodes_over_the_limit_are_malformed()
    {
        var bytes = NodeEncoder.Encode(new Node("iq", null, [.. Enumerable.Range(0, 20).Select(_ => new Node("ping"))]));

        Assert.Contains("more than 19 elements", Problem(bytes, new NodeLimits { ListSize = 19 }), StringComparison.Ordinal);
        Assert.Contains("more than 20 nodes", Problem(bytes, new NodeLimits { Nodes = 20 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_inflates_over_the_limit_is_malformed()
    {
        var bomb = NodeRoundTripTests.Compress(NodeEncoder.Encode(new Node("enc", null, new byte[32 * 1024 * 1024])).AsSpan(1));

        Assert.Contains("inflates to more than", Problem(bomb, NodeLimits.Default), StringComparison.Ordinal);
    }

    private static string Problem(byte[] bytes, NodeLimits limits) => Assert.Throws<MalformedNodeException>(() => NodeDecoder.Decode(bytes, limits)).Message;

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            Assert.NotEmpty(NodeDecoder.Decode(bytes).Tag);
        }
        catch (MalformedNodeException fault)
        {
            Assert.NotEmpty(fault.Problems); // refused in the one way there is; anything else fails the test
        }
    }
}
