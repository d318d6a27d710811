using Sandbox.Service.Wire;
using WhatsApp.Binary;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Wire;

/// <summary>The least of a service that a client stays with: it shakes hands, offers a code, and answers pings.</summary>
internal sealed class ScanningService(NoiseCertificates certificates)
{
    private static readonly SystemRandomSource Chance = new();

    public NoiseTrustRoot TrustRoot { get; } = new(certificates.Root.Public);

    /// <summary>Good however the test's clock stands.</summary>
    public static ScanningService Create()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new(NoiseCertificates.Create(Chance, now.AddYears(-10), now.AddYears(10)));
    }

    public async Task ServeAsync(IByteChannel bytes)
    {
        try
        {
            var accepted = await NoiseResponder.AcceptAsync(FrameChannel.ForServer(bytes), certificates, Chance, default);
            var offer = new Node("iq", new() { ["from"] = Jid.Service, ["type"] = "set", ["id"] = "1" }, new Node("pair-device", null, new Node("ref", null, "reference-of-this-code"u8.ToArray())));
            await accepted.Channel.SendAsync(offer, default);
            while (await accepted.Channel.ReceiveAsync(default) is { } stanza)
            {
                if (stanza["xmlns"] == "w:p")
                {
                    await accepted.Channel.SendAsync(new Node("iq", new() { ["from"] = Jid.Service, ["type"] = "result", ["id"] = stanza["id"] }), default);
                }
            }
        }
        catch (Exception over) when (over is IOException or NoiseHandshakeException or System.Net.WebSockets.WebSocketException)
        {
            return; // the client has gone
        }
    }
}
