using FsCheck.Xunit;
using WhatsApp.Messages;
using WhatsApp.Signal;

namespace WhatsApp.Tests.Messages;

public class MessagePaddingTests
{
    [Property]
    public bool What_was_padded_comes_back(byte[] plaintext) =>
        MessagePadding.Unpad(MessagePadding.Pad(plaintext, new SystemRandomSource())).SequenceEqual(plaintext);

    [Fact]
    public void One_to_sixteen_bytes_are_added_and_each_says_how_many()
    {
        var counts = Enumerable.Range(0, 256).Select(value => MessagePadding.Pad([7], new Constant((byte)value))).ToList();

        Assert.All(counts, padded => Assert.All(padded[1..], item => Assert.Equal(padded.Length - 1, item)));
        Assert.Equal(Enumerable.Range(1, 16), counts.Select(padded => padded.Length - 1).Distinct().Order());
    }

    [Theory]
    [InlineData("01", "")]
    [InlineData("0202", "")]
    [InlineData("aa01", "aa")]
    [InlineData("aabbcc0303", "aabb")]
    [InlineData("aa1010101010101010101010101010101010", "aa10")]
    public void The_last_byte_alone_says_how_much_to_remove(string padded, string plaintext)
    {
        Assert.Equal(plaintext, Convert.ToHexStringLower(MessagePadding.Unpad(Convert.FromHexString(padded))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("aa00")]
    [InlineData("02")]
    [InlineData("aaff")]
    public void Impossible_padding_is_refused(string padded)
    {
        var fault = Assert.Throws<SignalException>(() => MessagePadding.Unpad(Convert.FromHexString(padded)).ToArray());

        Assert.Equal(SignalFault.InvalidMessage, fault.Fault);
    }

    private sealed class Constant(byte value) : IRandomSource
    {
        public void Fill(Span<byte> buffer) => buffer.Fill(value);
    }
}
