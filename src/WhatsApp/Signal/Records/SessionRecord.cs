namespace WhatsApp.Signal.Records;

/// <summary>
/// All sessions with one device, as stored bytes: the first is the one we send on, the others are kept for late
/// messages, last used first. States are parsed one at a time, on demand.
/// </summary>
internal sealed class SessionRecord
{
    public const int MostArchived = 40;
    private const byte Version = 1;

    private readonly List<ReadOnlyMemory<byte>> _states;

    private SessionRecord(List<ReadOnlyMemory<byte>> states) => _states = states;

    public static SessionRecord Empty => new([]);

    /// <summary>The current one included.</summary>
    public int Count => _states.Count;

    /// <param name="bytes">Null when there is no record yet.</param>
    public static SessionRecord Read(byte[]? bytes)
    {
        if (bytes is null)
        {
            return Empty;
        }

        var reader = new RecordReader(bytes);
        if (reader.Byte() != Version)
        {
            throw RecordReader.Damaged();
        }

        var count = reader.Byte();
        var states = new List<ReadOnlyMemory<byte>>(count + 1);
        for (var index = 0; index < count; index++)
        {
            states.Add(reader.Take(reader.UInt32()));
        }

        reader.RequireEnd();
        return new SessionRecord(states);
    }

    /// <summary>A copy of one state; 0 is the current one.</summary>
    public SessionState State(int index) => SessionState.Read(_states[index]);

    /// <summary>Where the session begun with this base key is; -1 when unknown.</summary>
    public int Find(ReadOnlySpan<byte> baseKey, ReadOnlySpan<byte> remoteIdentity)
    {
        for (var index = 0; index < _states.Count; index++)
        {
            if (SessionState.IsOf(_states[index].Span, baseKey, remoteIdentity))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Makes a new session the current one; the former goes to the archive, the least used of which may go.</summary>
    public void Begin(SessionState state)
    {
        _states.Insert(0, state.Write());
        if (_states.Count > MostArchived + 1)
        {
            _states.RemoveAt(_states.Count - 1);
        }
    }

    /// <summary>
    /// Puts a moved state back. An archived one becomes current again when the other side goes on with it, which a new
    /// ratchet key of the same identity shows: so two sessions begun at once end as one. A late message of a chain we
    /// knew shows nothing: its session stays archived, but as the last to go.
    /// </summary>
    public void Replace(int index, SessionState state, bool isInUse)
    {
        var isCurrent = index == 0 || (isInUse && SessionState.HasIdentity(_states[0].Span, state.RemoteIdentity));
        _states.RemoveAt(index);
        _states.Insert(isCurrent ? 0 : 1, state.Write());
    }

    public byte[] Write()
    {
        var bytes = new byte[2 + _states.Sum(state => sizeof(uint) + state.Length)];
        var writer = new RecordWriter(bytes);
        writer.Byte(Version);
        writer.Byte((byte)_states.Count);
        foreach (var state in _states)
        {
            writer.UInt32((uint)state.Length);
            writer.Bytes(state.Span);
        }

        return bytes;
    }
}
