using System.Diagnostics.Metrics;

namespace WhatsApp.Connection;

/// <summary>What went wrong with inbound stanzas, for the host's metrics (meter "WhatsApp").</summary>
internal sealed class StanzaCounters : IDisposable
{
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

    public void Received(string tag) => _stanzas.Add(1, new KeyValuePair<string, object?>("tag", tag));

    public void Malformed()
    {
        Interlocked.Increment(ref _malformedCount);
        _malformed.Add(1);
    }

    public void Failed(string tag)
    {
        Interlocked.Increment(ref _failedCount);
        _failed.Add(1, new KeyValuePair<string, object?>("tag", tag));
    }

    public void Unknown(string tag)
    {
        Interlocked.Increment(ref _unknownCount);
        _unknown.Add(1, new KeyValuePair<string, object?>("tag", tag));
    }

    public void Dispose() => _meter.Dispose();
}
