using Google.Protobuf;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Proto;
using WhatsApp.Store;

namespace WhatsApp.Pairing;

/// <summary>Pairing by QR: shows the codes the service gives, checks the answer, keeps the account, and only then replies. Source: facts 5.</summary>
internal sealed partial class PairingFlow(SessionServices services, ILogger<PairingFlow> logger)
{
    private static readonly TimeSpan FirstCode = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LaterCode = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestRestart = TimeSpan.FromSeconds(30);

    /// <summary>
    /// <c>&lt;pair-device&gt;&lt;ref/&gt;...</c>: shows one code after the other; without a scan the connection ends to get new ones.
    /// The token ends the showing, because a phone has scanned or the service has sent new codes in the place of these.
    /// </summary>
    public async Task OfferAsync(LiveConnection connection, DeviceRow device, Node iq, CancellationToken obsolete, CancellationToken cancellationToken)
    {
        var references = iq.Child("pair-device")!.ChildrenOf("ref").Select(item => item.Text).OfType<string>().Where(text => text.Length > 0).ToArray();
        await connection.SendAsync(Result(iq), cancellationToken).ConfigureAwait(false);
        connection.Start("pairing codes", token => ShowAsync(connection, device, references, obsolete, token));
    }

    /// <summary><c>&lt;pair-success&gt;</c>: a phone has scanned.</summary>
    public async Task AcceptAsync(LiveConnection connection, DeviceRow device, Node iq, CancellationToken cancellationToken)
    {
        Node reply;
        try
        {
            var (account, signed) = Read(device, iq.Child("pair-success")!);
            await services.Database.RunAsync("paired", store => Keep(store, account, services.Options.Time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            services.Status.Change(status => status with { OwnPhone = account.OwnPhone.Bare, OwnLid = account.OwnLid?.Bare });
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

        await connection.SendAsync(reply, cancellationToken).ConfigureAwait(false);
        if (reply["type"] == "error")
        {
            connection.End(new SessionFault(SessionFaultReason.PairingRejected));
            return;
        }

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

    private async Task ShowAsync(LiveConnection connection, DeviceRow device, string[] references, CancellationToken obsolete, CancellationToken cancellationToken)
    {
        var time = services.Options.Time;
        var codes = references.Select(reference => PairingCode.Text(reference, device)).ToArray();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, obsolete);
        try
        {
            for (var i = 0; i < codes.Length; i++)
            {
                var shown = i == 0 ? FirstCode : LaterCode;
                services.Status.Change(status => status with
                {
                    Phase = SessionPhase.WaitingForScan,
                    PairingQr = codes[i],
                    QrExpires = time.GetUtcNow() + shown,
                });
                await Task.Delay(shown, time, stop.Token).ConfigureAwait(false);
            }

            connection.End(new SessionFault(SessionFaultReason.PairingExpired));
        }
        catch (OperationCanceledException) when (obsolete.IsCancellationRequested)
        {
            Log.Obsolete(logger);
        }
        finally
        {
            // Only what this offer has shown: the next one may be on the board already.
            services.Status.Change(status => status.PairingQr is { } shown && !codes.Contains(shown)
                ? status
                : status with { Phase = SessionPhase.Connecting, PairingQr = null, QrExpires = null });
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

        [LoggerMessage(1254, LogLevel.Debug, "The codes shown are of no more use: one was scanned, or new ones came")]
        public static partial void Obsolete(ILogger logger);
    }
}
