using System.Net.WebSockets;
using System.Security.Cryptography;
using Google.Protobuf;
using Sandbox.Service.State;
using Sandbox.Service.Wire;
using WhatsApp.Binary;
using WhatsApp.Proto;
using WhatsApp.Wire;

namespace Sandbox.Service.Links;

/// <summary>Shakes hands with a client, finds out whether it wants to pair or to log in, and reads its stanzas until it goes.</summary>
internal sealed class ClientReception(ServiceCore core, PairingDesk pairings, NoiseCertificates certificates)
{
    /// <summary>In a turn: plays a fault at once, or keeps it for its occasion.</summary>
    public void Play(ServiceFault fault)
    {
        core.Timeline.Add(WorldEventKinds.Fault, fault.Account, fault.GetType().Name);
        var links = core.Links.Where(item => item.Value is CompanionLink && (fault.Account ?? item.Key.Account) == item.Key.Account).Select(item => item.Value).ToArray();
        switch (fault)
        {
            case ServiceFault.Drop:
                Array.ForEach(links, link => link.Close(null));
                break;
            case ServiceFault.StreamError error:
                Array.ForEach(links, link => link.Close(LastWords.StreamError(error.Code, error.Conflict)));
                break;
            case ServiceFault.Outdate:
                core.Outdate();
                Array.ForEach(links, link => link.Close(null));
                break;
            case ServiceFault.Linking { Kind: LinkingFault.RefreshCode }:
                foreach (var pairing in pairings.All.ToArray())
                {
                    pairing.Codes.Refresh();
                }

                break;
            case ServiceFault.DemandTokens demand:
                Concerned(fault).ForEach(account => core.Restrictions.DemandTokens(account, demand.On));
                break;
            case ServiceFault.Timelock timelock:
                Concerned(fault).ForEach(account => core.Restrictions.Lock(account, timelock.For));
                break;
            case ServiceFault.Dirty dirty:
                Array.ForEach(links, link => link.Send(new Node("ib", new() { ["from"] = WhatsApp.Jid.Service },
                    new Node("dirty", new() { ["type"] = dirty.Kind, ["timestamp"] = core.Now }))));
                break;
            default:
                core.Faults.Arm(fault);
                break;
        }
    }

    private List<Account> Concerned(ServiceFault fault) => [.. core.Accounts.All.Where(account => fault.Account is null || fault.Account == account.Id)];

    public async Task ServeAsync(FrameChannel frames, CancellationToken cancellationToken)
    {
        try
        {
            var client = await NoiseResponder.AcceptAsync(frames, certificates, core.Options.Random, cancellationToken);
            await using var channel = client.Channel;
            var payload = ClientPayload.Parser.ParseFrom(client.ClientPayload);
            var pump = new StanzaPump(channel, core.Options.Time);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var link = await core.Loop.RunAsync(() => Welcome(client.ClientStatic, payload, pump));
            var writing = WriteAsync(pump, over);
            try
            {
                await ReadAsync(channel, link, over.Token);
            }
            finally
            {
                await core.Loop.RunAsync(link.Gone);
                pump.Complete(TimeSpan.Zero);
                await over.CancelAsync();
                await writing;
            }
        }
        catch (Exception fault) when (fault is IOException or WebSocketException or OperationCanceledException or NoiseHandshakeException or CryptographicException or InvalidProtocolBufferException)
        {
            core.Timeline.Add(WorldEventKinds.Disconnected, null, $"{fault.GetType().Name}: {fault.Message}");
        }
    }

    /// <summary>When the last word has been said the reading ends too.</summary>
    private static async Task WriteAsync(StanzaPump pump, CancellationTokenSource over)
    {
        await pump.RunAsync(over.Token);
        await over.CancelAsync();
    }

    private async Task ReadAsync(NodeChannel channel, ClientLink link, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await channel.ReceiveAsync(cancellationToken) is not { } stanza)
                {
                    return;
                }

                await core.Loop.RunAsync(() => link.Receive(stanza));
            }
            catch (MalformedNodeException)
            {
                core.Drift.Count("malformed stanza", core.Timeline);
                await core.Loop.RunAsync(() => link.Close(new Node("stream:error", null, new Node("xml-not-well-formed"))));
            }
        }
    }

    private ClientLink Welcome(byte[] noiseKey, ClientPayload payload, StanzaPump pump)
    {
        ClientLink link = payload.UserAgent?.AppVersion?.Tertiary < core.OldestRevision ? new RefusedLink(core, pump, null, 405)
            : payload.DevicePairingData is { } data
            ? new PairingLink(core, pump, pairings, noiseKey, data)
            : Login(noiseKey, payload, pump);
        link.Begin();
        return link;
    }

    private ClientLink Login(byte[] noiseKey, ClientPayload payload, StanzaPump pump)
    {
        var account = core.Accounts.Find(new WhatsApp.Jid(payload.Username.ToString(System.Globalization.CultureInfo.InvariantCulture), WhatsApp.JidServers.Phone));
        if (core.Faults.Take<ServiceFault.RefuseLogin>(account?.Id) is { } refuse)
        {
            return new RefusedLink(core, pump, account?.Id, refuse.Code);
        }

        return account?.DeviceOf((ushort)payload.Device) is { NoiseKey: { } known } device && known.AsSpan().SequenceEqual(noiseKey)
            ? new CompanionLink(core, pump, new DeviceKey(account.Id, device.Id))
            : new RefusedLink(core, pump, account?.Id, 401);
    }
}
