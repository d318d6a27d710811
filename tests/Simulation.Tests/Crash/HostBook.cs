using System.Globalization;

namespace Simulation.Tests.Crash;

/// <summary>
/// The host's own durable book: a line per event and per sent reply, each written by one call, so that a death leaves whole lines.
/// Said on standard output as well, for the parent to follow.
/// </summary>
internal sealed class HostBook : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly Action<string> _pass;
    private readonly Dictionary<string, long> _positions = [];
    private readonly Dictionary<string, string> _unanswered = [];

    public HostBook(string path, Action<string> pass)
    {
        _pass = pass;
        foreach (var line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            Note(line.Split(' '));
        }

        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Messages that have no reply yet, with their chat.</summary>
    public IReadOnlyList<(string Id, string Chat)> Unanswered
    {
        get
        {
            lock (_gate)
            {
                return [.. _unanswered.Select(item => (item.Key, item.Value))];
            }
        }
    }

    /// <summary>False when the message is in the book already. One that comes under another position was stored twice by the client: it is told.</summary>
    public bool Store(string id, long position, string chat)
    {
        lock (_gate)
        {
            if (_positions.TryGetValue(id, out var known))
            {
                if (known != position)
                {
                    Say($"X {id}");
                }

                return false;
            }

            Write(string.Create(CultureInfo.InvariantCulture, $"E {id} {position} {chat}"));
            return true;
        }
    }

    public void Answered(string id)
    {
        lock (_gate)
        {
            Write($"D {id}");
        }
    }

    public void Dispose() => _file.Dispose();

    private void Write(string line)
    {
        _pass("book.before");
        _file.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
        Note(line.Split(' '));
        Say(line);
        _pass("book.after");
    }

    private void Note(string[] words)
    {
        switch (words)
        {
            case ["E", var id, var position, var chat]:
                _positions.Add(id, long.Parse(position, CultureInfo.InvariantCulture));
                _unanswered.Add(id, chat);
                break;
            case ["D", var id]:
                _unanswered.Remove(id);
                break;
        }
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
