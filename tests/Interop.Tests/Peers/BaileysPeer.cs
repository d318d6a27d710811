using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interop.Tests.Peers;

/// <summary>A real Baileys client in a process of its own. Everything it says is kept, so a wait sees what came before it too.</summary>
internal sealed class BaileysPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private readonly List<JsonObject> _said = [];
    private TaskCompletionSource _more = New();
    private int _questions;

    private BaileysPeer(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(), DrainAsync());
    }

    public static async Task<BaileysPeer> StartAsync(Uri service, string authFolder, byte[] trustRoot, CancellationToken cancellationToken)
    {
        await NodeTools.RequireAsync(cancellationToken);
        Directory.CreateDirectory(authFolder);
        var start = new ProcessStartInfo("node") { WorkingDirectory = NodeTools.Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["peer.mjs", service.ToString(), authFolder, Convert.ToHexStringLower(trustRoot)])
        {
            start.ArgumentList.Add(argument);
        }

        return new BaileysPeer(Process.Start(start)!);
    }

    /// <summary>How much it has said so far.</summary>
    public int Position
    {
        get
        {
            lock (_gate)
            {
                return _said.Count;
            }
        }
    }

    /// <summary>The first thing said after a position that fits, waiting for it if need be.</summary>
    public async Task<JsonObject> WaitForAsync(string ev, Func<JsonObject, bool>? fits = null, int after = 0, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            Task more;
            lock (_gate)
            {
                var found = _said.Skip(after).FirstOrDefault(item => (string?)item["ev"] == ev && (fits is null || fits(item)));
                if (found is not null)
                {
                    return found;
                }

                more = _more.Task;
            }

            try
            {
                await more.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"The Baileys peer did not say '{ev}' in time. It said: {Summary()}");
            }
        }
    }

    /// <summary>Everything of one kind said so far.</summary>
    public IReadOnlyList<JsonObject> Said(string ev)
    {
        lock (_gate)
        {
            return [.. _said.Where(item => (string?)item["ev"] == ev)];
        }
    }

    /// <summary>Somebody else's text, waiting for it if need be.</summary>
    public Task<JsonObject> TextAsync(string text, CancellationToken cancellationToken) =>
        WaitForAsync("message", item => (string?)item["text"] == text && !(bool)item["fromMe"]!, cancellationToken: cancellationToken);

    public int Count(string text) => Said("message").Count(item => (string?)item["text"] == text && !(bool)item["fromMe"]!);

    public Task<JsonObject> ConnectAsync(CancellationToken cancellationToken) => AskAsync(new { cmd = "connect" }, cancellationToken);

    /// <summary>Asks to be linked by a code; returns it.</summary>
    public async Task<string> CodeAsync(string phone, CancellationToken cancellationToken) => (string)(await AskAsync(new { cmd = "code", phone }, cancellationToken))["code"]!;

    public async Task<string> SendAsync(string to, string text, CancellationToken cancellationToken) =>
        (string)(await AskAsync(new { cmd = "send", to, text }, cancellationToken))["id"]!;

    /// <summary>The id of every text of others it has shown, as often as it was shown.</summary>
    public IReadOnlyList<string> ShownIds => [.. Said("message").Where(item => item["text"] is not null && !(bool)item["fromMe"]!).Select(item => (string)item["id"]!)];

    /// <summary>It has gone away and not returned.</summary>
    public bool IsAway { get; private set; }

    /// <summary>Closes its connection and stays away until <see cref="ReturnAsync"/>.</summary>
    public async Task GoAwayAsync(CancellationToken cancellationToken)
    {
        IsAway = true;
        var before = Position;
        await AskAsync(new { cmd = "drop" }, cancellationToken);
        await WaitForAsync("close", after: before, cancellationToken: cancellationToken);
    }

    public async Task ReturnAsync(CancellationToken cancellationToken)
    {
        var before = Position;
        await ConnectAsync(cancellationToken);
        await WaitForAsync("drained", after: before, cancellationToken: cancellationToken);
        IsAway = false;
    }

    /// <summary>Whether it can read a group's ciphertext with the keys it has. It must have some of that author.</summary>
    public async Task<bool> CanReadAsync(string group, string author, byte[] ciphertext, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new { cmd = "readGroup", group, author, hex = Convert.ToHexStringLower(ciphertext) }, cancellationToken);
        Assert.True((bool)answer["keys"]!, "The Baileys peer holds no sender key of this author.");
        return (bool)answer["readable"]!;
    }

    /// <summary>Loses its session with a device. It must have one.</summary>
    public async Task ForgetAsync(string device, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new { cmd = "forget", device }, cancellationToken);
        Assert.True((bool)answer["had"]!, "The Baileys peer had no session to lose.");
    }

    /// <summary>Sends a command and returns its answer.</summary>
    public async Task<JsonObject> AskAsync(object command, CancellationToken cancellationToken)
    {
        var question = JsonSerializer.SerializeToNode(command)!.AsObject();
        var number = Interlocked.Increment(ref _questions);
        question["n"] = number;
        await _process.StandardInput.WriteLineAsync(question.ToJsonString().AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var answer = await WaitForAsync("answer", item => (int?)item["n"] == number, cancellationToken: cancellationToken);
        Assert.True((bool)answer["ok"]!, $"The Baileys peer could not do it: {answer["error"]}");
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            _process.Kill();
        }

        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            TaskCompletionSource more;
            lock (_gate)
            {
                _said.Add(JsonNode.Parse(line)!.AsObject());
                (more, _more) = (_more, New());
            }

            more.SetResult();
        }
    }

    private async Task DrainAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is not null)
        {
        }
    }

    private string Summary()
    {
        lock (_gate)
        {
            return string.Join(", ", _said.TakeLast(20).Select(item => $"{item["ev"]}{(item["code"] is { } code ? "=" + code : "")}{(item["error"] is { } error ? "=" + error : "")}"));
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
