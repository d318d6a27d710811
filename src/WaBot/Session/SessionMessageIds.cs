using Shared.Outbox;
using WhatsApp;

namespace WaBot.Session;

/// <summary>Outbox rows get the ids under which the session will send them.</summary>
internal sealed class SessionMessageIds(IWhatsAppClient client) : IMessageIds
{
    public string New() => client.NewMessageId();
}
