using System.Threading.Channels;
using Sandbox.Service.Wire;
using WhatsApp.Binary;
using WhatsApp.Proto;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Connection;

/// <summary>The service's side in a test: the real handshake and the real nodes over channels in memory; what it says is the test's.</summary>
internal sealed class ScriptedService : IDialer
{
    private readonly SystemRandomSource _random = new();
    private readonly NoiseCertificates _certificates;
    private readonly Channel<IByteChannel> _calls = Channel.CreateUnbounded<IByteChannel>();

    public ScriptedService(TimeProvider clock) =>
        _certificates = NoiseCertificates.Create(_random, clock.GetUtcNow().AddDays(-100), clock.GetUtcNow().AddDays(1000));

    public NoiseTrustRoot TrustRoot => new(_certificates.Root.Public);

    /// <summary>So many calls find nobody at home.</summary>
    public int Unreachable { get; set; }

    public Task<IByteChannel> ConnectAsync(CancellationToken cancellationToken)
    {
        if (Unreachable > 0)
        {
            Unreachable--;
            throw new IOException("Nobody answers.");
        }

        var pair = new ByteChannelPair();
        _calls.Writer.TryWrite(pair.Server);
        return Task.FromResult(pair.Client);
    }

    /// <summary>The next connection, after its handshake.</summary>
    public async Task<ScriptedConnection> AcceptAsync()
    {
        var frames = FrameChannel.ForServer(await _calls.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit));
        var client = await NoiseResponder.AcceptAsync(frames, _certificates, _random, CancellationToken.None).WaitAsync(Patience.Limit);
        return new ScriptedConnection(frames, client.Channel, ClientPayload.Parser.ParseFrom(client.ClientPayload), frames.RoutingInfo.ToArray());
    }

    /// <summary>The next connection, hung up before the handshake.</summary>
    public async Task<byte[]> HangUpAsync()
    {
        var bytes = await _calls.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);
        var frames = FrameChannel.ForServer(bytes);
        await frames.ReceiveFrameAsync(CancellationToken.None).WaitAsync(Patience.Limit);
        await frames.DisposeAsync();
        return frames.RoutingInfo.ToArray();
    }
}

/// <summary>One accepted connection.</summary>
internal sealed class ScriptedConnection(FrameChannel frames, NodeChannel channel, ClientPayload payload, byte[] routing) : IAsyncDisposable
{
    public ClientPayload Payload => payload;

    public byte[] Routing => routing;

    /// <summary>What came and was not asked for.</summary>
    public List<Node> PassedOver { get; } = [];

    public Task SendAsync(Node node) => channel.SendAsync(node, CancellationToken.None).AsTask().WaitAsync(Patience.Limit);

    /// <summary>A frame that nobody encrypted.</summary>
    public Task SendGarbageAsync(byte[] bytes) => frames.SendFrameAsync(bytes, CancellationToken.None).AsTask().WaitAsync(Patience.Limit);

    /// <summary>Reads on until such a node comes.</summary>
    public async Task<Node> ExpectAsync(Func<Node, bool> wanted)
    {
        while (await channel.ReceiveAsync(CancellationToken.None).AsTask().WaitAsync(Patience.Limit) is { } node)
        {
            if (wanted(node))
            {
                return node;
            }

            PassedOver.Add(node);
        }

        throw new EndOfStreamException("The client closed; before that it sent: " + string.Join(", ", PassedOver));
    }

    public Task<Node> ExpectAsync(string tag) => ExpectAsync(node => node.Tag == tag);

    public Task<Node> ExpectIqAsync(string xmlns) => ExpectAsync(node => node.Tag == "iq" && node["xmlns"] == xmlns);

    /// <summary>Reads on until the client closes.</summary>
    public async Task ExpectEndAsync()
    {
        try
        {
            while (await channel.ReceiveAsync(CancellationToken.None).AsTask().WaitAsync(Patience.Limit) is { } node)
            {
                PassedOver.Add(node);
            }
        }
        catch (IOException)
        {
            // cut off: an end too
        }
    }

    public Task ReplyAsync(Node iq, params Node[] children) =>
        SendAsync(new Node("iq", new() { ["from"] = Jid.Service, ["type"] = "result", ["id"] = iq["id"] }, children));

    public Task RefuseAsync(Node iq, int code, string text) =>
        SendAsync(new Node("iq", new() { ["from"] = Jid.Service, ["type"] = "error", ["id"] = iq["id"] }, new Node("error", new() { ["code"] = code, ["text"] = text })));

    /// <summary>Success and the usual answers, until the client is logged in and, unless the test does that, nothing more waits for it. Returns the upload of prekeys, if there was one.</summary>
    public async Task<Node?> LogInAsync(int preKeysLeft = 50, Jid? lid = null, bool drain = true)
    {
        await SendAsync(new Node("success", new() { ["t"] = 1_793_534_400, ["lid"] = lid }));
        await ReplyAsync(await ExpectIqAsync("encrypt"), new Node("count", new() { ["value"] = preKeysLeft }));
        var next = await ExpectAsync(node => node["xmlns"] is "encrypt" or "passive");
        Node? upload = null;
        if (next["xmlns"] == "encrypt")
        {
            upload = next;
            await ReplyAsync(upload);
            next = await ExpectIqAsync("passive");
        }

        await ReplyAsync(next);
        if (drain)
        {
            await SendAsync(new Node("ib", null, new Node("offline", new() { ["count"] = 0 })));
            await ExpectAsync("presence");
        }

        return upload;
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
