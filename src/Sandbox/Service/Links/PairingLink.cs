using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Sandbox.Phones;
using Sandbox.Service.Requests;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Proto;

namespace Sandbox.Service.Links;

/// <summary>The connection of a client that has no account yet: it shows codes and waits for a phone to scan one.</summary>
internal sealed class PairingLink : ClientLink
{
    private const int QrCodes = 6;
    private const int MostCompanions = 4;
    private static readonly TimeSpan FirstCode = TimeSpan.FromSeconds(60), NextCode = TimeSpan.FromSeconds(20), Grace = TimeSpan.FromSeconds(10);
    private readonly PairingDesk desk;
    private readonly DevicePairingRegistrationData data;
    private Attempt? _attempt;

    public PairingLink(ServiceCore core, StanzaPump pump, PairingDesk desk, byte[] noiseKey, DevicePairingRegistrationData data)
        : base(core, pump)
    {
        (this.desk, this.data, NoiseKey, Identity) = (desk, data, noiseKey, data.EIdent.ToByteArray());
        Codes = new CodeStage(core, desk, this);
        Gate = new PasskeyGate(core, this);
    }

    public byte[] NoiseKey { get; }

    public byte[] Identity { get; }

    public CodeStage Codes { get; }

    public PasskeyGate Gate { get; }

    public override void Begin()
    {
        if (data.ERegid.Length != 4 || Identity.Length != 32 || data.ESkeyId.Length != 3
            || !SignedKeys.Verify(Identity, data.ESkeyVal.Span, data.ESkeySig.Span))
        {
            Core.Timeline.Add(WorldEventKinds.PairingRefused, null, "registration data do not hold together");
            Close(LastWords.Failure(400));
            return;
        }

        var until = Core.Options.Time.GetUtcNow() + Grace;
        List<Node> codes = [];
        for (var i = 0; i < QrCodes; i++)
        {
            until += i == 0 ? FirstCode : NextCode;
            var code = "2@" + Convert.ToBase64String(Core.Options.Random.Bytes(48));
            desk.Offer(code, this, until);
            codes.Add(new Node("ref", null, System.Text.Encoding.UTF8.GetBytes(code)));
        }

        Core.Timeline.Add(WorldEventKinds.PairingOffered, null, $"{QrCodes} codes");
        Send(new Node("iq", new() { ["from"] = Jid.Service, ["type"] = "set", ["id"] = Core.NewId(), ["xmlns"] = "md" }, new Node("pair-device", null, codes)));
    }

    public override void Receive(Node stanza)
    {
        if (_attempt is { } attempt && stanza.Tag == "iq" && stanza["id"] == attempt.RequestId)
        {
            var fault = stanza["type"] == "result" ? FaultIn(attempt, stanza) : "the companion refused: " + stanza.Child("error")?["text"];
            if (fault is null)
            {
                Link(attempt);
            }
            else
            {
                Core.Timeline.Add(WorldEventKinds.PairingRefused, attempt.Account.Id, fault);
                End(ScanOutcome.Failed);
                Close(LastWords.Failure(400));
            }
        }
        else if (stanza.Tag == "iq" && stanza["type"] == "set" && stanza.Child("link_code_companion_reg") is { } registration)
        {
            Send(Codes.Answer(stanza, registration));
        }
        else if (stanza.Tag == "iq" && stanza["xmlns"] == "md" && Gate.Answer(stanza) is { } answer)
        {
            Send(answer);
        }
        else if (stanza.Tag == "iq" && stanza["type"] is "get" or "set")
        {
            Send(stanza["xmlns"] == "w:p" ? Replies.Result(stanza) : Replies.Error(stanza, 501, "feature-not-implemented"));
        }
    }

    public override void Gone()
    {
        base.Gone();
        desk.Forget(this);
        Codes.End(ScanOutcome.Failed);
        Gate.End(ScanOutcome.Failed);
        End(ScanOutcome.Failed);
    }

    /// <summary>A phone has scanned one of the codes.</summary>
    public Task<ScanOutcome> Scanned(PhoneDevice phone, byte[] advSecret)
    {
        var account = phone.Context.Account;
        if (account.Devices.Count > MostCompanions)
        {
            return Task.FromResult(ScanOutcome.Full);
        }

        if (_attempt is not null)
        {
            return Task.FromResult(ScanOutcome.Expired);
        }

        var done = new TaskCompletionSource<ScanOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Core.Timeline.Add(WorldEventKinds.PairingScanned, account.Id, "the QR code");
        if (account.WantsPasskey)
        {
            Gate.Await(phone, advSecret, done);
            Gate.Announce();
        }
        else
        {
            Vouch(account, phone.Issuer, advSecret, done);
        }

        return done.Task;
    }

    /// <summary>A code was typed on a phone.</summary>
    public Task<ScanOutcome> Typed(PhoneDevice phone, string code) =>
        phone.Context.Account.Devices.Count > MostCompanions ? Task.FromResult(ScanOutcome.Full) : Codes.Typed(phone, code);

    /// <summary>The phone vouches for the companion's identity, whatever way led there.</summary>
    public void Vouch(Account account, AdvIssuer issuer, byte[] advSecret, TaskCompletionSource<ScanOutcome> done)
    {
        desk.Withdraw(this);
        var (deviceId, keyIndex) = (account.NextDevice++, account.NextKeyIndex++);
        Core.Accounts.Save(account);
        var issued = issuer.Vouch(account.AdvRawId, (uint)keyIndex, Core.Now, Identity, Core.Faults.Takes(LinkingFault.Forged, account.Id) ? Core.Options.Random.Bytes(32) : advSecret);
        _attempt = new Attempt(Core.NewId(), account, deviceId, keyIndex, issuer, issued.Identity, done);
        Send(new Node("iq", new() { ["from"] = Jid.Service, ["type"] = "set", ["id"] = _attempt.RequestId, ["xmlns"] = "md", ["t"] = Core.Now },
            new Node("pair-success", null,
                new Node("device-identity", null, issued.Proof.ToByteArray()),
                new Node("device", new() { ["jid"] = account.Address(false, deviceId), ["lid"] = account.Address(true, deviceId) }),
                new Node("platform", new() { ["name"] = "android" }),
                new Node("client-props", null, new ClientPairingProps { IsChatDbLidMigrated = account.LidMigrated, IsSyncdPureLidSession = account.LidMigrated }.ToByteArray()))));
    }

    private string? FaultIn(Attempt attempt, Node answer)
    {
        if (answer.Child("pair-device-sign")?.Child("device-identity") is not { } node || node.Bytes is not { } bytes)
        {
            return "the companion sent no signed identity";
        }

        if (node["key-index"] != attempt.KeyIndex.ToString(CultureInfo.InvariantCulture))
        {
            return "the key index is another one";
        }

        try
        {
            var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(bytes.Span);
            return !signed.Details.Equals(attempt.Identity.Details) ? "the identity's details were changed"
                : !signed.AccountSignature.Equals(attempt.Identity.AccountSignature) ? "the account's signature was changed"
                : AdvIssuer.IsDeviceSignature(signed, attempt.Identity.AccountSignatureKey.Span, Identity) ? null
                : "the device's signature is wrong";
        }
        catch (InvalidProtocolBufferException)
        {
            return "the signed identity cannot be read";
        }
    }

    private void Link(Attempt attempt)
    {
        var account = attempt.Account;
        var device = new Device
        {
            Id = attempt.DeviceId,
            KeyIndex = attempt.KeyIndex,
            NoiseKey = NoiseKey,
            Identity = Identity,
            RegistrationId = BinaryPrimitives.ReadUInt32BigEndian(data.ERegid.Span),
            SignedPreKeyId = (uint)((data.ESkeyId[0] << 16) | (data.ESkeyId[1] << 8) | data.ESkeyId[2]),
            SignedPreKey = data.ESkeyVal.ToByteArray(),
            SignedPreKeySignature = data.ESkeySig.ToByteArray(),
        };
        account.Devices.Add(device);
        attempt.Issuer.SignKeyIndexes(account, Core.Now);
        Core.Accounts.Save(account);
        Core.Timeline.Add(WorldEventKinds.Paired, account.Id, $"device {device.Id}");
        Core.Notices.DevicesChanged(account, "add", device.Id, device.KeyIndex);
        End(ScanOutcome.Linked);
        Close(LastWords.StreamError("515"));
    }

    private void End(ScanOutcome outcome)
    {
        if (_attempt is { } attempt)
        {
            Core.Loop.AfterCommit(() => attempt.Done.TrySetResult(outcome));
        }
    }

    private sealed record Attempt(
        string RequestId, Account Account, ushort DeviceId, int KeyIndex, AdvIssuer Issuer, ADVSignedDeviceIdentity Identity, TaskCompletionSource<ScanOutcome> Done);
}
