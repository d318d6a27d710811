using Google.Protobuf;
using Sandbox.Service;
using Sandbox.Service.Links;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Proto;

namespace Sandbox.Phones;

/// <summary>A simulated primary device with real Signal sessions. Every call returns when the service has taken it.</summary>
internal sealed class Phone
{
    /// <summary>Where phones keep their keys in the store.</summary>
    internal const string KeysKind = "phone";

    private readonly PhoneContext _context;
    private readonly PairingDesk _pairings;

    internal Phone(ServiceCore core, Account account, PhoneKeys keys, PairingDesk pairings)
    {
        _context = new PhoneContext(core, account, keys);
        _pairings = pairings;
        Device = new PhoneDevice(_context);
    }

    public string Id => _context.Account.Id;

    public Jid Jid => _context.Account.Phone;

    public Jid Lid => _context.Account.Lid;

    internal PhoneDevice Device { get; }

    private ServiceCore Core => _context.Core;

    public Task<PhoneView> ViewAsync() => Core.Loop.RunAsync(() => new PhoneView(
        Id,
        _context.Account.Name,
        Jid,
        Lid,
        _context.Account.PhoneHidden,
        [.. _context.Account.Devices.Where(device => device.Id != 0).Select(device => device.Id)],
        [.. _context.Log.Messages],
        _context.Log.Duplicates,
        _context.Log.Undecryptable));

    /// <summary>Scans a pairing QR. Returns when the companion is linked or the attempt is over.</summary>
    public async Task<ScanOutcome> ScanAsync(string qr, CancellationToken cancellationToken)
    {
        if (PairingQr.TryParse(qr) is not { } parsed)
        {
            return ScanOutcome.NotAQr;
        }

        var attempt = await Core.Loop.RunAsync(() =>
            _pairings.Find(parsed.Code) is { } link && link.NoiseKey.AsSpan().SequenceEqual(parsed.NoiseKey) && link.Identity.AsSpan().SequenceEqual(parsed.Identity)
                ? link.Scanned(Device, parsed.AdvSecret)
                : Task.FromResult(ScanOutcome.Expired));
        return await attempt.WaitAsync(cancellationToken);
    }

    /// <summary>Types a code under "Link with phone number instead". Returns when the companion is linked or the attempt is over.</summary>
    public async Task<ScanOutcome> TypeCodeAsync(string code, CancellationToken cancellationToken)
    {
        var attempt = await Core.Loop.RunAsync(() => _pairings.FindCode(Id)?.Typed(Device, code) ?? Task.FromResult(ScanOutcome.Expired));
        return await attempt.WaitAsync(cancellationToken);
    }

    /// <summary>From now on the account links devices only with its passkey, or no longer so.</summary>
    public Task DemandPasskeyAsync(bool wanted) => Core.Loop.RunAsync(() =>
    {
        _context.Account.WantsPasskey = wanted;
        _context.Account.Passkey ??= SimulatedPasskey.Make(_context.Random);
        Core.Accounts.Save(_context.Account);
    });

    public bool WantsPasskey => _context.Account.WantsPasskey;

    /// <summary>What a browser on web.whatsapp.com gives when the account's owner signs the challenge of the moment; null when there is none.</summary>
    public Task<string?> SignPasskeyAsync() => Core.Loop.RunAsync(() => _pairings.All.Select(link => link.Gate.Sign()).FirstOrDefault(signed => signed is not null));

    /// <summary>The code this phone shows to be compared; null when it shows none.</summary>
    public Task<string?> ShownCodeAsync() => Core.Loop.RunAsync(() => _pairings.All.Select(link => link.Gate.ShownCode).FirstOrDefault(code => code is not null));

    /// <summary>The account's passkey, for a browser's own authenticator; null before it was ever wanted.</summary>
    internal SimulatedPasskey? Passkey => _context.Account.Passkey;

    /// <summary>Sends a text to a group or a person; returns the message id.</summary>
    public Task<string> SendTextAsync(Jid chat, string text) => Core.Loop.RunAsync(() =>
    {
        var id = _context.NewMessageId();
        var shown = chat.IsGroup ? chat : _context.ChatOf(chat);
        if (Core.Accounts.Find(chat) is { TokensDemanded: true } peer)
        {
            Core.Ask(_context.Key, TokenFor(peer.Lid)); // as phones do once a week for people they write to
        }

        _context.Log.Add(new PhoneMessage(id, shown, Id, _context.Account.Name, true, text, DateTimeOffset.FromUnixTimeSeconds(Core.Now), false, false));
        Device.Sender.Send(chat, id, new Message { Conversation = text });
        return id;
    });

    /// <summary>Changes a text sent before.</summary>
    public Task EditAsync(Jid chat, string id, string text) =>
        ChangeAsync(chat, id, "1", ProtocolMessage.Types.Type.MessageEdit, text, shown => shown with { Text = text, Edited = true });

    /// <summary>Takes back a message sent before.</summary>
    public Task RevokeAsync(Jid chat, string id) =>
        ChangeAsync(chat, id, "7", ProtocolMessage.Types.Type.Revoke, null, shown => shown with { Text = "", Revoked = true });

    /// <summary>Marks a received message as read.</summary>
    public Task ReadAsync(Jid chat, string id) => Core.Loop.RunAsync(() =>
    {
        var shown = chat.IsGroup ? chat : _context.ChatOf(chat);
        if (_context.Log.Find(shown, id) is not { FromMe: false } message)
        {
            throw new ArgumentException("This phone has not received such a message.", nameof(id));
        }

        var group = Core.Groups.Find(chat);
        var writer = Core.Accounts[message.From].Address(group?.Addressing != GroupAddressing.Phone);
        Core.Receive(_context.Key, new Node("receipt", new()
        {
            ["to"] = group?.Jid ?? writer,
            ["participant"] = group is null ? default(Jid?) : writer,
            ["type"] = "read",
            ["id"] = id,
            ["t"] = Core.Now,
        }));
    });

    public Task LeaveAsync(Jid group) => AskAsync(Jid.Groups, new Node("leave", null, new Node("group", new() { ["id"] = group })));

    /// <summary>Joins by the invite link.</summary>
    public Task JoinAsync(Jid group) => Core.Loop.RunAsync(() =>
        Ask(Jid.Groups, new Node("invite", new() { ["code"] = Core.Groups.Find(group)?.InviteCode })));

    /// <summary>Adds others; needs to be an admin.</summary>
    public Task AddAsync(Jid group, params Phone[] members) => AskAsync(group, "add", members);

    public Task KickAsync(Jid group, params Phone[] members) => AskAsync(group, "remove", members);

    public Task PromoteAsync(Jid group, params Phone[] members) => AskAsync(group, "promote", members);

    public Task DemoteAsync(Jid group, params Phone[] members) => AskAsync(group, "demote", members);

    /// <summary>Removes a companion: it gets a stream error and may never log in again.</summary>
    public Task UnlinkAsync(ushort device) => Core.Loop.RunAsync(() => Core.Removals.Remove(_context.Account, device));

    /// <summary>Goes offline (stanzas queue up) or comes back.</summary>
    public Task SetOnlineAsync(bool online) => Core.Loop.RunAsync(online ? Device.GoOnline : Device.GoOffline);

    /// <summary>Forgets its Signal sessions, as after a reinstall: what comes next cannot be read until retried.</summary>
    public Task ForgetSessionsAsync() => Core.Loop.RunAsync(_context.Store.ForgetSessions);

    /// <summary>Loses its sessions, and the service tells everyone who talks with it.</summary>
    public Task ReinstallAsync() => Core.Loop.RunAsync(() =>
    {
        _context.Store.ForgetSessions();
        Core.Notices.IdentityChanged(_context.Account);
    });

    /// <summary>Lets somebody write first: the service hands the token to that account's companions.</summary>
    public Task GiveTokenAsync(Phone peer) => Core.Loop.RunAsync(() => Core.Ask(_context.Key, TokenFor(peer.Lid)));

    /// <summary>Offers its companions a file of history: pairs of number and LID, the tokens it was given, its own name, and the salt tokens are made from.</summary>
    public Task OfferHistoryAsync() => Core.Loop.RunAsync(Device.History.OfferFile);

    private Node TokenFor(Jid peer) => new("iq", new() { ["to"] = Jid.Service, ["type"] = "set", ["xmlns"] = "privacy", ["id"] = Core.NewId() },
        new Node("tokens", null, new Node("token", new() { ["jid"] = peer, ["t"] = Core.Now, ["type"] = "trusted_contact" })));

    /// <summary>Links a companion that never comes online; returns its number for <see cref="UnlinkAsync"/>.</summary>
    public Task<ushort> LinkSleeperAsync() => Core.Loop.RunAsync(() =>
    {
        var account = _context.Account;
        var keys = PhoneKeys.Make(_context.Random);
        var device = new Device
        {
            Id = account.NextDevice++,
            KeyIndex = account.NextKeyIndex++,
            NoiseKey = _context.Random.Bytes(32),
            Identity = keys.IdentityPair.Public,
            RegistrationId = keys.RegistrationId,
            SignedPreKeyId = 1,
            SignedPreKey = WhatsApp.Crypto.KeyPair.FromPrivate(keys.SignedPreKey).Public,
            SignedPreKeySignature = keys.SignedPreKeySignature,
        };
        account.Devices.Add(device);
        Device.Issuer.SignKeyIndexes(account, Core.Now);
        Core.Accounts.Save(account);
        Core.Notices.DevicesChanged(account, "add", device.Id, device.KeyIndex);
        return device.Id;
    });

    private Task ChangeAsync(Jid chat, string id, string edit, ProtocolMessage.Types.Type type, string? text, Func<PhoneMessage, PhoneMessage> change) => Core.Loop.RunAsync(() =>
    {
        var shown = chat.IsGroup ? chat : _context.ChatOf(chat);
        if (_context.Log.Find(shown, id) is not { FromMe: true })
        {
            throw new ArgumentException("This phone has not sent such a message.", nameof(id));
        }

        _context.Log.Change(shown, id, Id, change);
        var message = new ProtocolMessage { Type = type, Key = new MessageKey { RemoteJid = chat.ToString(), FromMe = true, Id = id } };
        if (text is not null)
        {
            message.EditedMessage = new Message { Conversation = text };
            message.TimestampMs = Core.Now * 1000;
        }

        Device.Sender.Send(chat, _context.NewMessageId(), new Message { ProtocolMessage = message }, edit);
    });

    private Task AskAsync(Jid group, string change, Phone[] members) => AskAsync(group, new Node(change, null,
        [.. members.Select(member => new Node("participant", new() { ["jid"] = member.Lid }))]));

    private Task AskAsync(Jid to, Node request) => Core.Loop.RunAsync(() => Ask(to, request));

    private void Ask(Jid to, Node request)
    {
        var answer = Core.Ask(_context.Key, new Node("iq", new() { ["to"] = to, ["type"] = "set", ["xmlns"] = "w:g2", ["id"] = Core.NewId() }, request));
        var error = answer.Child("error")?["code"] ?? answer.Children.SelectMany(child => child.Children).Select(item => item["error"]).FirstOrDefault(code => code is not null);
        if (error is not null)
        {
            throw new InvalidOperationException($"The service refused with error {error}.");
        }
    }
}
