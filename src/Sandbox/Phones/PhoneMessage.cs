using WhatsApp;

namespace Sandbox.Phones;

/// <summary>One line of a phone's chat log.</summary>
/// <param name="Id">The message id; the log has each once.</param>
/// <param name="Chat">The group, or the other person's LID.</param>
/// <param name="From">Account id of the writer.</param>
/// <param name="FromName">Name of the writer.</param>
/// <param name="FromMe">Written by this account, by whichever device.</param>
/// <param name="Text">The text as it is now.</param>
/// <param name="At">When the service took it.</param>
/// <param name="Edited">The writer changed it.</param>
/// <param name="Revoked">The writer took it back; the text is gone.</param>
internal sealed record PhoneMessage(string Id, Jid Chat, string From, string FromName, bool FromMe, string Text, DateTimeOffset At, bool Edited, bool Revoked)
{
    public override string ToString() => $"Message {Id}"; // a record would print the text
}
