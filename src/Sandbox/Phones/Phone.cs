using WhatsApp;

namespace Sandbox.Phones;

/// <summary>A simulated primary device with real Signal sessions. Every call returns when the service has taken it.</summary>
internal sealed class Phone
{
    public string Id => throw new NotImplementedException();

    public Jid Jid => throw new NotImplementedException();

    public Jid Lid => throw new NotImplementedException();

    public Task<PhoneView> ViewAsync() => throw new NotImplementedException();

    /// <summary>Scans a pairing QR. Returns when the companion is linked or the attempt is over.</summary>
    public Task<ScanOutcome> ScanAsync(string qr, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Sends a text to a group or a person; returns the message id.</summary>
    public Task<string> SendTextAsync(Jid chat, string text) => throw new NotImplementedException();

    /// <summary>Changes a text sent before.</summary>
    public Task EditAsync(Jid chat, string id, string text) => throw new NotImplementedException();

    /// <summary>Takes back a message sent before.</summary>
    public Task RevokeAsync(Jid chat, string id) => throw new NotImplementedException();

    /// <summary>Marks a received message as read.</summary>
    public Task ReadAsync(Jid chat, string id) => throw new NotImplementedException();

    public Task LeaveAsync(Jid group) => throw new NotImplementedException();

    /// <summary>Joins by the invite link.</summary>
    public Task JoinAsync(Jid group) => throw new NotImplementedException();

    /// <summary>Adds others; needs to be an admin.</summary>
    public Task AddAsync(Jid group, params Phone[] members) => throw new NotImplementedException();

    public Task KickAsync(Jid group, params Phone[] members) => throw new NotImplementedException();

    public Task PromoteAsync(Jid group, params Phone[] members) => throw new NotImplementedException();

    public Task DemoteAsync(Jid group, params Phone[] members) => throw new NotImplementedException();

    /// <summary>Removes a companion: it gets a stream error and may never log in again.</summary>
    public Task UnlinkAsync(ushort device) => throw new NotImplementedException();

    /// <summary>Goes offline (stanzas queue up) or comes back.</summary>
    public Task SetOnlineAsync(bool online) => throw new NotImplementedException();

    /// <summary>Forgets its Signal sessions, as after a reinstall: what comes next cannot be read until retried.</summary>
    public Task ForgetSessionsAsync() => throw new NotImplementedException();
}
