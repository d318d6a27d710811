using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using WhatsApp.Binary;
using WhatsApp.Tests.Connection;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Diagnostics;

public sealed class MetricsTests
{
    [Fact]
    public async Task Decrypting_is_counted_by_kind_and_result_and_what_is_asked_again_by_reason()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        using var heard = new Listener(bot.Metrics);

        await member.SayAsync(bot.Phone.Bare, "good", "M1");
        await service.DeliverAsync();
        service.Carry = (_, stanza) => stanza.Tag == "message" ? Damaged(stanza) : stanza;
        await member.SayAsync(bot.Phone.Bare, "bad", "M2");
        await service.DeliverAsync();

        Assert.Equal(1, heard.Count("whatsapp.decrypt.results", "Ok"));
        Assert.Equal(1, heard.Count("whatsapp.decrypt.results") - heard.Count("whatsapp.decrypt.results", "Ok"));
        Assert.Equal(1, heard.Count("whatsapp.retries.sent"));
        Assert.Contains("pkmsg", heard.Tags("whatsapp.decrypt.results"));
    }

    [Fact]
    public async Task Requests_for_our_messages_are_counted_by_their_outcome()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        using var heard = new Listener(bot.Metrics);

        await bot.ReceiveAsync(new Node("receipt", new() { ["from"] = member.Phone, ["id"] = "UNKNOWN", ["type"] = "retry", ["t"] = 1 },
            new Node("retry", new() { ["count"] = 1, ["id"] = "UNKNOWN", ["t"] = 1, ["v"] = 1 })));
        await bot.IdleAsync();

        Assert.Equal(1, heard.Count("whatsapp.retries.received", "dropped"));
    }

    [Fact]
    public async Task Refused_messages_are_counted_by_code_and_devices_left_out_by_number()
    {
        await using var service = new TestService();
        var (bot, member, desktop) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("2", 4));
        using var heard = new Listener(bot.Metrics);
        service.Bundle = (device, bundle) => device == desktop ? new Node(bundle.Tag, bundle.Attributes) : bundle;
        service.AnswerMessage = (_, ack) =>
        {
            ack.Attributes["error"] = 463;
            return ack;
        };

        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(member.Phone.Bare, "Hello", "B1"));

        Assert.Equal(1, heard.Count("whatsapp.acks.errors", "463"));
        Assert.Equal(1, heard.Count("whatsapp.devices.without_session"));
    }

    [Fact]
    public async Task A_message_without_an_answer_shows_until_it_has_one()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        using var heard = new Listener(bot.Metrics);
        service.AnswerMessage = (_, _) => null;
        var onTheWire = service.NextWrittenAsync(bot, node => node.Tag == "message");
        var sending = bot.SayAsync(member.Phone.Bare, "Hello", "B1");
        await onTheWire;

        Assert.Equal(1, heard.Observe("whatsapp.stanzas.unacked"));
        await bot.ReceiveAsync(new Node("ack", new() { ["class"] = "message", ["id"] = "B1", ["from"] = member.Lid.Bare, ["t"] = 1_772_366_400 }));
        await sending;

        Assert.Equal(0, heard.Observe("whatsapp.stanzas.unacked"));
    }

    [Fact]
    public async Task A_connection_tells_keys_left_ping_times_and_how_long_nothing_came()
    {
        await using var bed = new SessionBed();
        Listener? heard = null;
        await bed.StartPairedAsync(client => heard = new Listener(client.Counters));
        using var listener = heard!;
        Assert.Null(listener.Observe("whatsapp.inbound.age"));
        await using var connection = await bed.Service.AcceptAsync();
        await connection.LogInAsync(preKeysLeft: 37);
        await bed.UntilAsync(SessionPhase.LoggedIn);

        await bed.Clock.PassAsync(due => due > TimeSpan.FromSeconds(20) && due <= TimeSpan.FromSeconds(24));
        var ping = await connection.ExpectIqAsync("w:p");
        Assert.InRange(listener.Observe("whatsapp.inbound.age")!.Value, 20, 30);
        bed.Clock.Advance(TimeSpan.FromSeconds(2));
        await connection.ReplyAsync(ping);
        await listener.UntilAsync("whatsapp.keepalive.round_trip");

        Assert.Equal(37, listener.Observe("whatsapp.prekeys.left"));
        Assert.Equal(2, listener.Last("whatsapp.keepalive.round_trip"));
        Assert.Equal(0, listener.Observe("whatsapp.inbound.age"));
    }

    private static Node Damaged(Node stanza) => new(
        stanza.Tag,
        stanza.Attributes,
        [.. stanza.Children.Select(child => child.Tag == "enc" ? new Node(child.Tag, child.Attributes, Flip(child.Bytes!.Value.ToArray())) : child)]);

    private static byte[] Flip(byte[] bytes)
    {
        bytes[bytes.Length * 3 / 4] ^= 1;
        return bytes;
    }

    /// <summary>Hears one client's instruments, as a host's exporter would.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _heard = new();
        private readonly ConcurrentDictionary<string, TaskCompletionSource> _waits = new();

        public Listener(WhatsAppMetrics metrics)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, metrics.Meter))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Hear(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
            _listener.Start();
        }

        public double Count(string name, string tag = "") => _heard.Where(item => item.Name == name && item.Tags.Contains(tag, StringComparison.Ordinal)).Sum(item => item.Value);

        public string Tags(string name) => string.Join(' ', _heard.Where(item => item.Name == name).Select(item => item.Tags));

        public double Last(string name) => _heard.Last(item => item.Name == name).Value;

        /// <summary>What a gauge says now; null when it has nothing to say.</summary>
        public double? Observe(string name)
        {
            var before = _heard.Count;
            _listener.RecordObservableInstruments();
            return _heard.Skip(before).Where(item => item.Name == name).Select(item => (double?)item.Value).LastOrDefault();
        }

        public Task UntilAsync(string name) => _waits.GetOrAdd(name, _ => New()).Task.WaitAsync(Patience.Limit);

        public void Dispose() => _listener.Dispose();

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            _heard.Enqueue((instrument.Name, value, string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
            _waits.GetOrAdd(instrument.Name, _ => New()).TrySetResult();
        }
    }
}
