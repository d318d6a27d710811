using System.Text;
using Shared.Claims;
using Shared.Conversations;
using Shared.Members;
using Shared.Membership;
using Shared.Options;
using Shared.Outbox;
using Shared.Templates;
using Shared.Tests.Support;
using WaBot.Conversation;
using WaBot.Texts;

namespace WaBot.Tests.Conversation;

/// <summary>Members talk to the real conversation over the real domain; everything said is written down.</summary>
internal sealed class ChatStory : IAsyncDisposable
{
    private readonly World world = new(writer: new NoticeWriter());
    private readonly StringBuilder transcript = new();

    public static IReadOnlyList<ServerTemplate> Templates { get; } = [Template("nodejs", "Node.js"), Template("python", "Python")];

    public World World => world;
    public string Transcript => transcript.ToString();

    public static async Task<ChatStory> BeginAsync()
    {
        var story = new ChatStory();
        await story.world.OpenFileAsync();
        return story;
    }

    /// <summary>A reference is random; in the transcript it reads the same every time.</summary>
    public void Hide(string reference) => transcript.Replace(reference, "[reference]");

    public void Chapter(string title) => transcript.Append("\n== ").Append(title).Append(" ==\n");

    public async Task SayAsync(int who, string text, bool inGroup = false)
    {
        var chat = inGroup ? World.Group : World.Lid(who);
        transcript.Append($"{who} {(inGroup ? "in the group" : "to the bot")}: {text}\n");
        var member = await world.Members.ResolveAsync(new MemberIdentity(World.Lid(who), World.Phone(who), World.Lid(who), $"Uji {who}"), inGroup ? null : chat, CancellationToken.None);
        var start = await world.Turns.StartAsync(member.Id, CancellationToken.None);
        var state = ConversationState.Parse(start.State);
        var turn = new Turn(chat, $"T{transcript.Length}", World.Lid(who), text, inGroup);
        var presence = Dialogue.NeedsMembership(state, turn, start.LiveClaim) ? await world.Roster.LastKnownAsync(member.Id, CancellationToken.None) : Presence.Unknown;
        var facts = new ConversationFacts(start.Member, start.LiveClaim, presence == Presence.Unknown ? Presence.Absent : presence, Templates, start.TakenUsernames,
            start.HasCredentialsMessage, start.GroupName ?? "", "http://127.0.0.1:8090", "6280000099999", new ClaimsOptions(), world.Time.GetUtcNow(), 4242);
        var result = Dialogue.Handle(state, turn, facts);
        var inbox = await world.EventAsync(Shared.Inbox.InboundKind.Message);
        var saved = await world.Turns.SaveAsync(new TurnEnd(inbox, member.Id, start.Version, result.State.ToJson(), result.Language, result.Replies, result.Request), CancellationToken.None);
        Assert.Equal(TurnOutcome.Saved, saved.Outcome);
        await DrainAsync();
    }

    public async Task LeaveAsync(int who)
    {
        transcript.Append($"({who} leaves the group)\n");
        await world.LeaveAsync(who);
        await DrainAsync();
    }

    public async Task JoinAsync(int who)
    {
        transcript.Append($"({who} joins the group)\n");
        await world.JoinAsync(who);
        await DrainAsync();
    }

    public async Task PassAsync(TimeSpan time)
    {
        transcript.Append($"({time:c} pass)\n");
        await world.Grace.ObserveAsync(true, CancellationToken.None);
        world.Time.Pass(time);
        await world.Grace.ObserveAsync(true, CancellationToken.None);
        await DrainAsync();
    }

    public async Task<Claim> LiveAsync(int who)
    {
        var member = await world.Members.FindByJidAsync(World.Lid(who), CancellationToken.None);
        return (await world.Claims.FindLiveAsync(member!.Id, CancellationToken.None))!;
    }

    /// <summary>One operation of Provisioning on this member's claim.</summary>
    public async Task StepAsync(int who, string what, Func<IClaimService, Claim, Task<ClaimChange>> step)
    {
        transcript.Append($"({what})\n");
        World.Done(await step(world.Claims, await LiveAsync(who)));
        await DrainAsync();
    }

    public async Task CreateAsync(int who, string user)
    {
        await StepAsync(who, "the account is made", async (claims, c) =>
        {
            c = World.Done(await claims.PlanAccountAsync(c.Ref, user, "Xy7" + new string('p', 29), CancellationToken.None));
            return await claims.SaveAccountAsync(c.Ref, who, user, CancellationToken.None);
        });
        await StepAsync(who, "the server is made", (claims, c) =>
            claims.SaveServerAsync(c.Ref, new PanelServerIds(who, $"abcd000{who}", 1, who, "127.0.0.1", 30000 + who), CancellationToken.None));
    }

    public async Task FinishAsync(int who)
    {
        await StepAsync(who, "the install ends", (claims, c) => claims.SaveInstalledAsync(c.Ref, CancellationToken.None));
        await StepAsync(who, "the port answers", (claims, c) => claims.MarkActiveAsync(c.Ref, CancellationToken.None));
    }

    public async Task DeleteAsync(int who, Presence presence)
    {
        await StepAsync(who, "deletion begins", (claims, c) => claims.BeginDeletionAsync(c.Ref, new PresenceReading(presence, world.Time.GetUtcNow()), CancellationToken.None));
        await StepAsync(who, "server and user are gone", (claims, c) => claims.MarkDeletedAsync(c.Ref, CancellationToken.None));
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    private async Task DrainAsync()
    {
        while (await world.Outbox.LoadDueAsync(10, CancellationToken.None) is { Count: > 0 } due)
        {
            foreach (var message in due)
            {
                var to = message.Chat == World.Group ? "the group" : message.Chat[10..15].TrimStart('0');
                transcript.Append(message.Kind == OutboxKind.Revoke ? $"bot takes back a message to {to}\n" : $"bot to {to}: {message.Text.Replace("\n", "\n    ", StringComparison.Ordinal).Replace("\n    \n", "\n\n", StringComparison.Ordinal)}\n");
                await world.Outbox.MarkSentAsync(message.MessageId, world.Time.GetUtcNow(), CancellationToken.None);
            }
        }
    }

    private static ServerTemplate Template(string name, string title) => new(name, "1", true, new TemplateTitle(title, title), 1, 1, name, "image", "start",
        new Dictionary<string, string>(), new TemplateLimits(null, null, null, 0, 500), new TemplateFeatureLimits(0, 0, 0), new TemplateHealth(null, "SERVER_PORT", HealthProtocol.Tcp, null));
}
