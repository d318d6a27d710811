namespace WhatsApp.Signal.Records;

/// <summary>The sender keys of one device in one group, newest first.</summary>
internal sealed class SenderKeyRecord
{
    private const int MostStates = 5;
    private const byte Version = 1;

    private readonly List<SenderKeyState> _states = [];

    /// <summary>The one in use; null when there is none.</summary>
    public SenderKeyState? Current => _states.Count > 0 ? _states[0] : null;

    /// <param name="bytes">Null when there is no record yet.</param>
    public static SenderKeyRecord Read(byte[]? bytes)
    {
        var record = new SenderKeyRecord();
        if (bytes is null)
        {
            return record;
        }

        var reader = new RecordReader(bytes);
        if (reader.Byte() != Version)
        {
            throw RecordReader.Damaged();
        }

        for (var states = reader.Byte(); states > 0; states--)
        {
            record._states.Add(SenderKeyState.Read(ref reader));
        }

        reader.RequireEnd();
        return record;
    }

    public SenderKeyState? Find(uint keyId) => _states.Find(state => state.KeyId == keyId);

    /// <summary>Makes a key the newest; one with the same id is replaced, the oldest beyond five goes.</summary>
    public void Put(SenderKeyState state)
    {
        _ = _states.RemoveAll(other => other.KeyId == state.KeyId);
        _states.Insert(0, state);
        if (_states.Count > MostStates)
        {
            _states.RemoveAt(MostStates);
        }
    }

    public byte[] Write()
    {
        var bytes = new byte[2 + _states.Sum(state => state.Size)];
        var writer = new RecordWriter(bytes);
        writer.Byte(Version);
        writer.Byte((byte)_states.Count);
        foreach (var state in _states)
        {
            state.Write(ref writer);
        }

        return bytes;
    }
}
