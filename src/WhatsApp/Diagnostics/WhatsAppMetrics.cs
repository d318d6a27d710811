using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using System.Globalization;
using WhatsApp.Signal;

namespace WhatsApp;

/// <summary>
/// What a client measures, under the meter <see cref="MeterName"/>: each client has instruments of its own. No tag holds anything
/// personal, and every tag has a bounded set of values. The README lists the instruments and what to make of them.
/// </summary>
public sealed class WhatsAppMetrics : IDisposable
{
    /// <summary>Name of the meter to listen to.</summary>
    public const string MeterName = "WhatsApp";

    /// <summary>Tags told apart; what the service invents beyond them counts as one.</summary>
    private static readonly FrozenSet<string> KnownTags =
        FrozenSet.ToFrozenSet(["message", "receipt", "notification", "call", "ack", "iq", "ib", "success", "failure", "presence", "chatstate", "stream:error"], StringComparer.Ordinal);

    private readonly Meter _meter = new(MeterName);
    private readonly TimeProvider _time;
    private readonly Counter<long> _stanzas;
    private readonly Counter<long> _malformed;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _unknown;
    private readonly Counter<long> _decrypted;
    private readonly Counter<long> _retriesSent;
    private readonly Counter<long> _retriesAnswered;
    private readonly Counter<long> _unreached;
    private readonly Counter<long> _ackErrors;
    private readonly Counter<long> _repairs;
    private readonly Histogram<double> _keepalive;
    private long _malformedCount;
    private long _failedCount;
    private long _unknownCount;
    private long _lastInbound;
    private int _hasInbound;
    private int _preKeysLeft = -1;

    internal WhatsAppMetrics(TimeProvider time)
    {
        _time = time;
        _stanzas = _meter.CreateCounter<long>("whatsapp.stanzas.received", "{stanza}", "Stanzas read, by tag.");
        _malformed = _meter.CreateCounter<long>("whatsapp.stanzas.malformed", "{stanza}", "Frames and stanzas that break the rules; they are skipped or refused.");
        _failed = _meter.CreateCounter<long>("whatsapp.stanzas.failed", "{stanza}", "Stanzas whose handler failed, by tag.");
        _unknown = _meter.CreateCounter<long>("whatsapp.stanzas.unknown", "{stanza}", "Stanzas nobody here knows, by tag.");
        _decrypted = _meter.CreateCounter<long>("whatsapp.decrypt.results", "{part}", "Encrypted parts of messages, by kind (msg, pkmsg, skmsg) and result (Ok, or the reason).");
        _retriesSent = _meter.CreateCounter<long>("whatsapp.retries.sent", "{receipt}", "Messages asked for again, by reason.");
        _retriesAnswered = _meter.CreateCounter<long>("whatsapp.retries.received", "{receipt}", "Requests for messages of ours, by outcome (answered, dropped, failed).");
        _unreached = _meter.CreateCounter<long>("whatsapp.devices.without_session", "{device}", "Devices a message could not be encrypted for: no session and no usable keys.");
        _ackErrors = _meter.CreateCounter<long>("whatsapp.acks.errors", "{ack}", "Messages of ours the service refused, by code.");
        _repairs = _meter.CreateCounter<long>("whatsapp.sessions.repaired", "{session}", "Sessions set up anew although there was one, by cause.");
        _keepalive = _meter.CreateHistogram<double>("whatsapp.keepalive.round_trip", "s", "Time from a ping to its answer.");
        _meter.CreateObservableGauge("whatsapp.prekeys.left", PreKeysLeft, "{key}", "One-time keys the service had left when it was last asked.");
        _meter.CreateObservableGauge("whatsapp.stanzas.unacked", () => Unacked?.Invoke() ?? 0, "{stanza}", "Messages of ours that wait for the service's answer.");
        _meter.CreateObservableGauge("whatsapp.inbound.age", InboundAge, "s", "Time since anything was last read from the service.");
    }

    internal Meter Meter => _meter;

    internal long MalformedCount => Interlocked.Read(ref _malformedCount);

    internal long FailedCount => Interlocked.Read(ref _failedCount);

    internal long UnknownCount => Interlocked.Read(ref _unknownCount);

    /// <summary>Set by who counts them.</summary>
    internal Func<int>? Unacked { get; set; }

    /// <summary>Ends the measuring.</summary>
    public void Dispose() => _meter.Dispose();

    internal void Received(string tag)
    {
        Interlocked.Exchange(ref _lastInbound, _time.GetTimestamp());
        Volatile.Write(ref _hasInbound, 1);
        _stanzas.Add(1, Tag(tag));
    }

    internal void Malformed()
    {
        Interlocked.Increment(ref _malformedCount);
        _malformed.Add(1);
    }

    internal void Failed(string tag)
    {
        Interlocked.Increment(ref _failedCount);
        _failed.Add(1, Tag(tag));
    }

    internal void Unknown(string tag)
    {
        Interlocked.Increment(ref _unknownCount);
        _unknown.Add(1, Tag(tag));
    }

    /// <summary>One encrypted part; no fault when it was read.</summary>
    internal void Decrypted(CiphertextType kind, SignalFault? fault) =>
        _decrypted.Add(1, new("kind", kind.WireName()), new("result", fault is { } reason ? reason.ToString() : "Ok"));

    internal void Repaired(string cause) => _repairs.Add(1, new KeyValuePair<string, object?>("cause", cause));

    internal void RetrySent(SignalFault reason) => _retriesSent.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    internal void RetryReceived(string outcome) => _retriesAnswered.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Unreached(int devices)
    {
        if (devices > 0)
        {
            _unreached.Add(devices);
        }
    }

    internal void Refused(int code) =>
        _ackErrors.Add(1, new KeyValuePair<string, object?>("code", code is >= 400 and < 600 ? code.ToString(CultureInfo.InvariantCulture) : "other"));

    internal void PingAnswered(TimeSpan roundTrip) => _keepalive.Record(roundTrip.TotalSeconds);

    internal void PreKeysCounted(int left) => Volatile.Write(ref _preKeysLeft, left);

    private IEnumerable<Measurement<int>> PreKeysLeft() => Volatile.Read(ref _preKeysLeft) is >= 0 and var left ? [new(left)] : [];

    private IEnumerable<Measurement<double>> InboundAge() =>
        Volatile.Read(ref _hasInbound) == 1 ? [new(_time.GetElapsedTime(Interlocked.Read(ref _lastInbound)).TotalSeconds)] : [];

    private static KeyValuePair<string, object?> Tag(string tag) => new("tag", KnownTags.Contains(tag) ? tag : "other");
}
