using WhatsApp.Binary;

namespace WhatsApp.Diagnostics;

/// <summary>What a recorded moment was.</summary>
internal enum Flight
{
    In,
    Out,

    /// <summary>The connection began or ended.</summary>
    Note,
}

/// <summary>One moment of the record.</summary>
internal sealed record FlightMoment(DateTimeOffset At, Flight Direction, RecordedStanza? Stanza, string? Note);

/// <summary>The last stanzas of this client over all its connections, as skeletons in a ring: small, and worth nothing to a thief of memory.</summary>
internal sealed class FlightRecorder(TimeProvider time, int capacity = FlightRecorder.UsualCapacity)
{
    public const int UsualCapacity = 256;

    private readonly FlightMoment?[] _ring = new FlightMoment?[capacity];
    private readonly Lock _gate = new();
    private long _written;

    public void Received(Node stanza) => Add(Flight.In, RecordedStanza.Of(stanza), null);

    public void Sent(Node stanza) => Add(Flight.Out, RecordedStanza.Of(stanza), null);

    /// <param name="note">Words of this program only, never of the service.</param>
    public void Note(string note) => Add(Flight.Note, null, note);

    /// <summary>Oldest first, and how many came before them.</summary>
    public (IReadOnlyList<FlightMoment> Moments, long Forgotten) Snapshot()
    {
        lock (_gate)
        {
            var kept = (int)Math.Min(_written, capacity);
            return ([.. Enumerable.Range(0, kept).Select(i => _ring[(_written - kept + i) % capacity]!)], _written - kept);
        }
    }

    private void Add(Flight direction, RecordedStanza? stanza, string? note)
    {
        var moment = new FlightMoment(time.GetUtcNow(), direction, stanza, note);
        lock (_gate)
        {
            _ring[_written++ % capacity] = moment;
        }
    }
}
