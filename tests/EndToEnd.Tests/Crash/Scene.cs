using EndToEnd.Tests.Stories;
using Sandbox.Phones;

namespace EndToEnd.Tests.Crash;

/// <summary>One member's story in a town that goes on, and the points at which the bot is to die in it.</summary>
internal sealed class Scene(Town town, Phone phone, Operator @operator, IReadOnlyList<string> kills)
{
    private readonly int _before = town.Run.Bot.FailPoints.ReadKilled().Count;

    public Town Town => town;

    public Phone Phone => phone;

    public string Member => phone.Id;

    public string Wanted => $"{phone.Id}_27";

    public Operator Operator => @operator;

    public bool OwnsAnything => town.Users.Any(user => user.Username == Wanted);

    private IReadOnlyList<string> Died => [.. town.Run.Bot.FailPoints.ReadKilled().Skip(_before)];

    /// <summary>From here on the bot dies at each of the points, one after the other.</summary>
    public Task ArmAsync() => town.Run.Bot.ArmAsync([.. kills.Select(kill => $"{kill} 1")], TestContext.Current.CancellationToken);

    public Task DiedAsync(int times) => Town.UntilAsync($"the bot has died {times} times", () => Died.Count >= times);

    /// <summary>The bot has really died at every point, and nowhere else.</summary>
    public async Task DiedEverywhereAsync(TimeSpan? pass = null)
    {
        for (var died = 1; died <= kills.Count; died++)
        {
            var times = died;
            await town.PassUntilAsync($"the bot dies at {kills[times - 1]}", pass ?? TimeSpan.Zero, () => Task.FromResult(Died.Count >= times));
        }

        Assert.Equal(kills, Died);
    }

    /// <summary>Says something and waits for the answer; when the story is over there may be exactly so many as were asked for.</summary>
    public Task AskAsync(string text, string fragment) => town.AskAsync(Member, text, fragment);

    public async Task ClaimAsync()
    {
        await OrderAsync();
        await ConfirmAsync();
        await CredentialsAsync();
    }

    /// <summary>Everything of the conversation but the "ya".</summary>
    public async Task OrderAsync()
    {
        await AskAsync("!claim", "pilih");
        await AskAsync("1", "username");
        await AskAsync(Wanted, Wanted);
    }

    public Task SayAsync(string text) => town.SayAsync(Member, text);

    /// <summary>The "ya", up to its answer.</summary>
    public Task ConfirmAsync() => AskAsync("ya", Wanted);

    /// <summary>Waits for the password while a little time passes; less than any limit of the claim.</summary>
    public Task CredentialsAsync() =>
        town.PassUntilAsync($"{Member} gets credentials", TimeSpan.FromSeconds(4), async () => await CountAsync("Password sementara") > 0, atMost: TimeSpan.FromMinutes(6));

    public Task HearsAsync(string fragment, TimeSpan pass) =>
        town.PassUntilAsync($"{Member} hears '{fragment}' as time passes", pass, async () => await CountAsync(fragment) > 0);

    public Task HearsAsync(string fragment) => town.HearsAsync(Member, fragment);

    public Task GoneAsync() => town.PassUntilAsync("everything of the member is deleted as time passes", TimeSpan.FromMinutes(40), () => Task.FromResult(!OwnsAnything));

    public async Task<int> CountAsync(string fragment) =>
        (await town.HeardAsync(Member)).Count(message => message.Text.Contains(fragment, StringComparison.Ordinal));

    /// <summary>Members leave one at a time: several at once would freeze deletions, as they should.</summary>
    public async Task LeaveAsync()
    {
        await town.PassAsync(TimeSpan.FromMinutes(3));
        await phone.LeaveAsync(town.Run.Group);
    }

    /// <summary>One panel user, one server that runs, one message with the password that works, nothing said twice, nothing unreadable.</summary>
    /// <param name="repeated">Texts that stand there a second time, for what they tell happened twice.</param>
    public async Task AssertExactlyOneAsync(int repeated = 0)
    {
        var user = Assert.Single(town.Users, user => user.Username == Wanted);
        Assert.True(Assert.Single(town.Servers, server => server.UserId == user.Id).Running);
        Assert.Equal(1, await CountAsync("Password sementara"));
        var credentials = await town.CredentialsAsync(Member);
        Assert.True(town.Run.Panel!.CanLogIn(credentials.Username, credentials.Password));
        await AssertNothingTwiceAsync(repeated);
    }

    public async Task AssertNothingTwiceAsync(int repeated = 0)
    {
        var heard = await town.HeardAsync(Member);
        Assert.Equal(heard.Count - repeated, heard.Select(message => message.Text).Distinct().Count());
        await AssertReadableAsync();
    }

    public async Task AssertReadableAsync(int asked = 0) => Assert.Equal(asked, (await phone.ViewAsync()).Undecryptable);
}
