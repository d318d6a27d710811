using EndToEnd.Tests.Stories;
using Interop.Tests.Peers;

namespace Interop.Tests.Stories;

/// <summary>A member of a whole sandbox who writes from a real Baileys client.</summary>
internal sealed class BaileysMember(Town town, BaileysPeer peer, string botChat) : IAsyncDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Group => town.Run.Group.ToString();

    /// <summary>The member's phone links a Baileys client.</summary>
    public static async Task<BaileysMember> LinkAsync(Town town, string member, string folder, bool lid)
    {
        var peer = await Stage.PairAsync(town.Run.World!, town.Phone(member), folder, Token);
        var bot = town.Phone("bot");
        return new BaileysMember(town, peer, (lid ? bot.Lid : bot.Jid).ToString());
    }

    /// <summary>What the bot has written in private, in order.</summary>
    public IReadOnlyList<string> Heard => Texts(chat => chat != Group);

    public IReadOnlyList<string> HeardInGroup => Texts(chat => chat == Group);

    /// <summary>The id of everything it was shown, as often as it was shown.</summary>
    public IReadOnlyList<string> HeardIds => peer.ShownIds;

    public Task SayAsync(string text) => peer.SendAsync(botChat, text, Token);

    public Task SayInGroupAsync(string text) => peer.SendAsync(Group, text, Token);

    public async Task<string> HearsAsync(string fragment, int skip = 0)
    {
        string? found = null;
        await Town.UntilAsync($"the Baileys client hears '{fragment}'", () => (found = Heard.Skip(skip).FirstOrDefault(text => text.Contains(fragment, StringComparison.OrdinalIgnoreCase))) is not null);
        return found!;
    }

    /// <summary>Says something and waits for the answer that follows it.</summary>
    public async Task<string> AskAsync(string text, string fragment)
    {
        var before = Heard.Count;
        await SayAsync(text);
        return await HearsAsync(fragment, before);
    }

    /// <summary>The whole conversation; returns the message with the credentials.</summary>
    public async Task<(string Username, string Password)> ClaimAsync(string username)
    {
        await AskAsync("!claim", "1");
        await AskAsync("1", "username");
        await AskAsync(username, username);
        var before = Heard.Count;
        await SayAsync("ya");
        string? found = null;
        await Town.UntilAsync("the Baileys client has the credentials", () => (found = Heard.Skip(before).FirstOrDefault(text => Town.PasswordIn(text) is not null)) is not null);
        return (Town.UsernameIn(found!)!, Town.PasswordIn(found!)!);
    }

    public async Task LeaveAsync()
    {
        Invite = (string)(await peer.AskAsync(new { cmd = "invite", group = Group }, Token))["code"]!;
        await peer.AskAsync(new { cmd = "leave", group = Group }, Token);
    }

    /// <summary>By the link it saw before it left.</summary>
    public Task JoinAsync() => peer.AskAsync(new { cmd = "join", code = Invite }, Token);

    private string? Invite { get; set; }

    public ValueTask DisposeAsync() => peer.DisposeAsync();

    private List<string> Texts(Func<string?, bool> chat) =>
        [.. peer.Said("message").Where(item => !(bool)item["fromMe"]! && chat((string?)item["chat"])).Select(item => (string?)item["text"]).OfType<string>()];
}
