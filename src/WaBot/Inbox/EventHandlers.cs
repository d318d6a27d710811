using Shared.Inbox;
using Shared.Members;
using Shared.Membership;
using Shared.Outbox;
using WaBot.Hosting;
using WaBot.Membership;
using WhatsApp;

namespace WaBot.Inbox;

/// <summary>Which stored event goes to whom.</summary>
internal sealed class EventHandlers(
    MessageTurns turns, IRosterBook roster, IMemberDirectory members, IOutbox outbox, IInbox inbox, GroupChangeHandler groupChanges, LiveRosters rosters, Bells bells)
{
    /// <summary>Returns when the row can be handled. Until then it counts as no attempt.</summary>
    public Task ReadyAsync(OpenInboundItem row, CancellationToken ct) => row.Item.Kind == InboundKind.Message ? turns.LoggedInAsync(ct) : Task.CompletedTask;

    public Task HandleAsync(OpenInboundItem row, CancellationToken ct) => row.Item.Kind switch
    {
        InboundKind.Message => turns.HandleAsync(row.Id, StoredEvents.Message(row.Item.Payload), ct),
        InboundKind.MembersChanged => MembersAsync(row.Id, StoredEvents.Members(row.Item.Payload), ct),
        InboundKind.GroupChanged => groupChanges.HandleAsync(row.Id, StoredEvents.Group(row.Item.Payload), ct),
        InboundKind.MessageState => StateAsync(row.Id, StoredEvents.State(row.Item.Payload), ct),
        InboundKind.IdentityLearned => IdentityAsync(row.Id, StoredEvents.Identity(row.Item.Payload), ct),
        _ => throw new InvalidDataException($"Inbox rows of kind {row.Item.Kind} are unknown."),
    };

    private async Task MembersAsync(long id, StoredMembersChange change, CancellationToken ct)
    {
        rosters.Forget(change.Group); // what was read before is no longer how it is
        await roster.ApplyEventsAsync(id, change.Group, change.Joined, change.Left, ct, change.NumberChanged);
        bells.Work.Ring();
    }

    private Task<bool> StateAsync(long id, StoredMessageState state, CancellationToken ct) =>
        outbox.MarkReceiptAsync(state.MessageId, state.State == MessageState.Read ? OutboxState.Read : OutboxState.Delivered, id, ct);

    private async Task IdentityAsync(long id, StoredIdentity identity, CancellationToken ct)
    {
        await members.LearnAsync(identity.Phone, identity.Lid, ct);
        await inbox.MarkDoneAsync(id, ct);
    }
}
