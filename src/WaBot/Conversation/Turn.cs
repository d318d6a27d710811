using Shared.Claims;
using Shared.Members;
using Shared.Membership;
using Shared.Options;
using Shared.Templates;

namespace WaBot.Conversation;

/// <summary>One message as the conversation sees it.</summary>
/// <param name="Text">Null for anything that is not text (voice, sticker, picture).</param>
internal sealed record Turn(string Chat, string MessageId, string SenderJid, string? Text, bool IsGroup, bool IsForwarded = false, bool IsEdit = false)
{
    /// <inheritdoc />
    public override string ToString() => "turn";
}

/// <summary>Everything a turn may depend on. The host loads it; the conversation itself reads no clock, database or network.</summary>
/// <param name="LiveClaim">The member's claim that is not deleted.</param>
/// <param name="Membership">A live check; only needed when <see cref="Dialogue.NeedsMembership(ConversationState, Turn, Claim?)"/> says so, else <see cref="Presence.Unknown"/> will do.</param>
/// <param name="TakenUsernames">Lower case, the member's own left out.</param>
/// <param name="HasCredentialsMessage">A message with the password can still be taken back.</param>
/// <param name="BotPhone">Digits of the bot's number for the <c>wa.me</c> link.</param>
/// <param name="Chance">A random number of 31 bits, for names the bot picks.</param>
internal sealed record ConversationFacts(
    Member Member,
    Claim? LiveClaim,
    Presence Membership,
    IReadOnlyList<ServerTemplate> Templates,
    IReadOnlySet<string> TakenUsernames,
    bool HasCredentialsMessage,
    string GroupName,
    string PanelUrl,
    string BotPhone,
    ClaimsOptions Rules,
    DateTimeOffset Now,
    int Chance)
{
    /// <summary>Where the live claim stands in the line for a place; null when it waits for none.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>An operator has paused new claims.</summary>
    public bool ClaimsPaused { get; init; }
}
