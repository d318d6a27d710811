using System.Collections.Frozen;
using System.Diagnostics.Metrics;

namespace WhatsApp.Connection;

/// <summary>What went wrong with inbound stanzas, for the host's metrics (meter "WhatsApp").</summary>
internal sealed class StanzaCounters : IDisposable
{
    /// <summary>Tags told apart in the metrics; what the service invents beyond them counts as one.</summary>
    private static readonly FrozenSet<string> KnownTags =
        FrozenSet.ToFrozenSet(["message", "receipt", "notification", "call", "ack", "iq", "ib", "success", "failure", "presence", "chatstate", "stream:error"], StringComparer.Ordinal);

    private readonly Meter _meter = new("WhatsApp");
    private readonly Counter<long> _stanzas;
    private readonly Counter<long> _malformed;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _unknown;
    private long _malformedCount;
    private long _failedCount;
    private long _unknownCount;

    public StanzaCounters()
    {
        _stanzas = _meter.CreateCounter<long>("whatsapp.stanzas.received");
        _malformed = _meter.CreateCounter<long>("whatsapp.stanzas.malformed");
        _failed = _meter.CreateCounter<long>("whatsapp.stanzas.failed");
        _unknown = _meter.CreateCounter<long>("whatsapp.stanzas.unknown");
    }

    public long MalformedCount => Interlocked.Read(ref _malformedCount);

    public long FailedCount => Interlocked.Read(ref _failedCount);

    public long UnknownCount => Interlocked.Read(ref _unknownCount);

    public void Received(string tag) => _stanzas.Add(1, Tag(tag));

    public void Malformed()
    {
        Interlocked.Increment(ref _malformedCount);
        _malformed.Add(1);
    }

    public void Failed(string tag)
    {
        Interlocked.Increment(ref _failedCount);
        _failed.Add(1, Tag(tag));
    }

    public void Unknown(string tag)
    {
        Interlocked.Increment(ref _unknownCount);
        _unknown.Add(1, Tag(tag));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string tag) => new("tag", KnownTags.Contains(tag) ? tag : "other");
}
