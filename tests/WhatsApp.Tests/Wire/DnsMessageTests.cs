using System.Net;
using System.Text;
using WhatsApp.Wire.Resolving;

namespace WhatsApp.Tests.Wire;

public class DnsMessageTests
{
    private const string Host = "chat.test";
    private static readonly IPAddress Good = IPAddress.Parse("127.0.0.7");
    private static readonly byte[] Question = DnsMessage.Question(0x1234, Host, DnsRecordType.A);

    [Fact]
    public void A_question_has_the_standard_form() =>
        Assert.Equal("123401000001000000000000" + "0463686174" + "0474657374" + "00" + "00010001", Convert.ToHexStringLower(Question));

    [Fact]
    public void An_answer_gives_its_addresses() => Assert.Equal([Good], Read(TinyDnsServer.Reply(Question, 0, Good)));

    [Fact]
    public void An_alias_is_followed_and_a_record_of_a_stranger_is_not_believed()
    {
        byte[] alias = [4, .. "edge"u8, 0xC0, 12];
        byte[] stranger = [5, .. "other"u8, 0];
        var reply = TinyDnsServer.Reply(Question, 0,
        [
            TinyDnsServer.Record(stranger, 1, [127, 0, 0, 66]),
            TinyDnsServer.Record([0xC0, 12], 5, alias),
            TinyDnsServer.Record(alias, 1, [127, 0, 0, 7]),
        ]);

        Assert.Equal([Good], Read(reply));
    }

    [Fact]
    public void Denial_and_failure_give_no_address()
    {
        Assert.Equal([], Read(TinyDnsServer.Reply(Question, 3, Good)) ?? [Good]);
        Assert.Equal([], Read(TinyDnsServer.Reply(Question, 2)) ?? [Good]);
        Assert.Equal([], Read(TinyDnsServer.Reply(Question, 0)) ?? [Good]);
    }

    [Fact]
    public void An_answer_to_another_question_is_no_answer()
    {
        var reply = TinyDnsServer.Reply(Question, 0, Good);
        Assert.Null(DnsMessage.Addresses(reply, 0x1235, Host, DnsRecordType.A));
        Assert.Null(DnsMessage.Addresses(reply, 0x1234, "chat.rest", DnsRecordType.A));
        Assert.Null(DnsMessage.Addresses(reply, 0x1234, Host, DnsRecordType.Aaaa));
        Assert.Null(Read(Question)); // our own question come back
    }

    [Fact]
    public void Truncated_looping_and_chance_datagrams_are_no_answer()
    {
        var reply = TinyDnsServer.Reply(Question, 0, Good);
        for (var length = 0; length < reply.Length; length++)
        {
            Assert.Null(Read(reply[..length]));
        }

        Assert.Null(Read(TinyDnsServer.Reply(Question, 0, [TinyDnsServer.Record([0xC0, (byte)Question.Length], 1, [1, 2, 3, 4])])));

        var chance = new Random(7);
        for (var round = 0; round < 50_000; round++)
        {
            byte[] changed = [.. reply];
            changed[chance.Next(2, changed.Length)] = (byte)chance.Next(256);
            changed[chance.Next(2, changed.Length)] = (byte)chance.Next(256);
            Assert.True(Read(changed) is null or { Count: <= 1 });
        }
    }

    [Fact]
    public void A_name_that_is_no_host_name_is_not_asked()
    {
        Assert.Throws<ArgumentException>(() => DnsMessage.Question(1, new StringBuilder().Append('a', 64).ToString(), DnsRecordType.A));
        Assert.Throws<ArgumentException>(() => DnsMessage.Question(1, "a..b", DnsRecordType.A));
    }

    private static IReadOnlyList<IPAddress>? Read(byte[] reply) => DnsMessage.Addresses(reply, 0x1234, Host, DnsRecordType.A);
}
