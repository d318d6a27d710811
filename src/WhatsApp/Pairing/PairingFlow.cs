using Google.Protobuf;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Proto;
using WhatsApp.Store;

namespace WhatsApp.Pairing;

/// <summary>The end of linking, whatever way led there: checks the answer, keeps the account, and only then replies. Source: facts 5.</summary>
internal sealed partial class PairingFlow(SessionServices services, ILogger<PairingFlow> logger)
{
    private static readonly TimeSpan LongestRestart = TimeSpan.FromSeconds(30);

    /// <summary>To an offer of QR codes.</summary>
    public static Node Received(Node iq) => Result(iq);

    /// <summary><c>&lt;pair-success&gt;</c>: a phone vouches for us. Nothing when the host has called linking off before.</summary>
    public async Task AcceptAsync(LiveConnection connection, LinkingSession session, Node iq, CancellationToken cancellationToken)
    {
        if (!session.TryClose())
        {
            Log.Obsolete(logger);
            return;
        }

        Node reply;
        try
        {
            var (account, signed) = Read(session.Device, iq.Child("pair-success")!);
            await services.Database.RunAsync("paired", store => Keep(store, account, services.Options.Time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            session.Succeed();
            services.Status.Change(status => status with
            {
                Phase = SessionPhase.Connecting,
                Linking = new Linked(),
                LinkingRefusal = null,
                OwnPhone = account.OwnPhone.Bare,
                OwnLid = account.OwnLid?.Bare,
            });
            reply = Result(iq, new Node("pair-device-sign", null, new Node("device-identity", new() { ["key-index"] = signed.KeyIndex }, signed.Reply)));
            Log.Paired(logger);
        }
        catch (AdvException fault)
        {
            Log.Refused(logger, fault.Fault);
            reply = Error(iq, fault.ReplyCode, fault.ReplyText);
        }
        catch (MalformedNodeException fault)
        {
            Log.Malformed(logger, fault);
            reply = Error(iq, 500, "internal-error");
        }

        if (reply["type"] == "error")
        {
            session.TellForged();
            await connection.SendAsync(reply, cancellationToken).ConfigureAwait(false);
            connection.End(new SessionFault(SessionFaultReason.PairingRejected));
            return;
        }

        await connection.SendAsync(reply, cancellationToken).ConfigureAwait(false);

        // The service now sends stream error 515. Should it forget to, the new login is ours to begin.
        connection.Start("restart", async token =>
        {
            await Task.Delay(LongestRestart, services.Options.Time, token).ConfigureAwait(false);
            connection.End(new SessionFault(SessionFaultReason.RestartRequired));
        });
    }

    private (PairedAccount Account, SignedAdv Signed) Read(DeviceRow device, Node success)
    {
        // <pair-success><device-identity>BYTES</device-identity><device jid lid/>[<platform name/>][<biz name/>][<client-props>BYTES</client-props>]
        var reader = new NodeReader(success, "pair-success");
        var identity = reader.RequiredBytes("device-identity");
        reader.ThrowIfMalformed();
        var addresses = new NodeReader(success.Child("device") ?? new Node("missing"), "device");
        var phone = addresses.RequiredJid("jid");
        var lid = addresses.OptionalJid("lid");
        addresses.ThrowIfMalformed();
        if (!phone.IsPhone || lid is { IsLid: false })
        {
            throw new MalformedNodeException("device", ["an address is of the wrong kind"]);
        }

        var verified = AdvVerifier.VerifyLink(identity, device.AdvSecret, device.Own.Identity.Public);
        var signed = AdvSigner.Sign(verified, device.Own.Identity, services.Options.Random);
        var account = new PairedAccount(
            phone,
            lid,
            signed.Account.ToByteArray(),
            signed.AccountKey,
            success.Child("platform")?["name"],
            success.Child("biz")?["name"],
            IsLidMigrated(success.Child("client-props")?.Bytes));
        return (account, signed);
    }

    private static void Keep(SessionTransaction store, PairedAccount account, DateTimeOffset now)
    {
        store.Device.SavePaired(account, now);
        if (account.OwnLid is { } lid)
        {
            store.Lids.Learn(account.OwnPhone, lid, now);
        }

        store.Identities.Save(store.Lids.PeerOf(account.OwnPhone).Device(0), account.AccountKey); // the account's phone
    }

    private static bool IsLidMigrated(ReadOnlyMemory<byte>? properties)
    {
        try
        {
            return properties is { } bytes && ClientPairingProps.Parser.ParseFrom(bytes.Span).IsChatDbLidMigrated;
        }
        catch (InvalidProtocolBufferException)
        {
            return false; // a hint only
        }
    }

    private static Node Result(Node iq, params Node[] children) => new("iq", new() { ["to"] = Jid.Service, ["type"] = "result", ["id"] = iq["id"] }, children);

    private static Node Error(Node iq, int code, string text) =>
        new("iq", new() { ["to"] = Jid.Service, ["type"] = "error", ["id"] = iq["id"] }, new Node("error", new() { ["code"] = code, ["text"] = text }));

    private static partial class Log
    {
        [LoggerMessage(1251, LogLevel.Information, "Paired with an account; the service restarts the connection now")]
        public static partial void Paired(ILogger logger);

        [LoggerMessage(1252, LogLevel.Error, "The pairing answer was refused: {Fault}")]
        public static partial void Refused(ILogger logger, AdvFault fault);

        [LoggerMessage(1253, LogLevel.Error, "The pairing answer was malformed")]
        public static partial void Malformed(ILogger logger, Exception fault);

        [LoggerMessage(1254, LogLevel.Debug, "A pairing answer came to an attempt that is over")]
        public static partial void Obsolete(ILogger logger);
    }
}
