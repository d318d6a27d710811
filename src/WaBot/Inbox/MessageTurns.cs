using Shared.Chance;
using Shared.Conversations;
using Shared.Inbox;
using Shared.Jobs;
using Shared.Members;
using Shared.Membership;
using Shared.Options;
using Shared.Outbox;
using Shared.Templates;
using WaBot.Conversation;
using WhatsApp;

namespace WaBot.Inbox;

/// <summary>One message, one turn: loads the facts, asks the pure conversation, and saves everything in one transaction.</summary>
internal sealed class MessageTurns(
    ITurns turns,
    IInbox inbox,
    IMemberDirectory members,
    IMembership membership,
    IBackgroundJobs jobs,
    IWhatsAppClient client,
    TemplateSet templates,
    ClaimsOptions rules,
    PanelOptions panel,
    IRandomBytes random,
    TimeProvider time)
{
    /// <summary>A roster read this fresh is live enough for a claim.</summary>
    private static readonly TimeSpan FreshEnough = TimeSpan.FromSeconds(10);

    private const int Tries = 8;

    public async Task HandleAsync(long inboxId, StoredMessage message, CancellationToken ct)
    {
        var member = await members.ResolveAsync(message.Sender, message.IsGroup ? null : message.Chat, ct);
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            if (await TryAsync(inboxId, message, member.Id, ct))
            {
                return;
            }
            member = await members.ResolveAsync(message.Sender, message.IsGroup ? null : message.Chat, ct); // two rows may have become one
        }
        throw new InvalidOperationException($"The facts changed {Tries} times under one turn.");
    }

    /// <summary>Without a session the roster cannot be read and no answer sent: what a restart finds in the inbox waits for the login instead of being told to ask again.</summary>
    public async Task LoggedInAsync(CancellationToken ct)
    {
        var status = client.Status;
        while (status.Phase != SessionPhase.LoggedIn)
        {
            status = await client.WaitForStatusChangeAsync(status, ct);
        }
    }

    private async Task<bool> TryAsync(long inboxId, StoredMessage message, long memberId, CancellationToken ct)
    {
        var start = await turns.StartAsync(memberId, ct);
        var state = ConversationState.Parse(start.State);
        var turn = new Turn(message.Chat, message.Id, message.Sender.Jid, message.Text, message.IsGroup, message.IsForwarded, message.IsEdit);
        var presence = Dialogue.NeedsMembership(state, turn, start.LiveClaim) ? (await membership.CheckAsync(memberId, FreshEnough, ct)).Presence : Presence.Unknown;
        var result = Dialogue.Handle(state, turn, Facts(start, presence));
        if (result is { Replies.Count: 0, Request: null } && result.State == state && start.Version == 0)
        {
            await inbox.MarkDoneAsync(inboxId, ct); // nothing was said to the bot: nothing is kept
            return true;
        }
        var saved = await turns.SaveAsync(
            new TurnEnd(inboxId, memberId, start.Version, result.State.ToJson(), result.Language, result.Replies, result.Request), ct);
        if (saved is { Outcome: TurnOutcome.Saved, Claim: { } claim })
        {
            jobs.Enqueue(ClaimJob.Create, claim.Id);
        }
        return saved.Outcome != TurnOutcome.StartAgain;
    }

    private ConversationFacts Facts(TurnStart start, Presence presence) => new(
        start.Member,
        start.LiveClaim,
        presence,
        templates.Enabled,
        start.TakenUsernames,
        start.HasCredentialsMessage,
        start.GroupName ?? "",
        panel.BaseAddress?.ToString() ?? "",
        client.Status.OwnPhone?.User ?? "",
        rules,
        time.GetUtcNow(),
        Chance())
    { QueuePosition = start.QueuePosition, ClaimsPaused = start.ClaimsPaused };

    private int Chance()
    {
        Span<byte> bytes = stackalloc byte[4];
        random.Fill(bytes);
        return (int)(System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes) & int.MaxValue);
    }
}
