using EndToEnd.Tests.Stories;
using Sandbox.Bot;
using Sandbox.Panel.Faults;

namespace EndToEnd.Tests.Crash;

/// <summary>
/// kill -9 of the bot before and after every commit and every panel call. Each point is met by one member's story in a sandbox that
/// goes on; whatever happens in the middle, the end is the same as without a kill.
/// </summary>
public class CrashTests
{
    private static readonly TimeSpan GraceAndMore = TimeSpan.FromHours(5);

    [Theory]
    [MemberData(nameof(Batches), CrashStory.Claim)]
    public Task Killed_while_a_claim_is_made_the_member_gets_one_user_one_server_and_one_message(string[] points) =>
        PlayAsync(points, async (town, member, arm) =>
        {
            await arm();
            await ClaimAsync(town, member);
            await AssertExactlyOneAsync(town, member);
        });

    [Theory]
    [MemberData(nameof(Batches), CrashStory.Return)]
    public Task Killed_while_a_member_leaves_and_returns_the_server_is_kept_and_each_notice_comes_once(string[] points) =>
        PlayAsync(points, async (town, member, arm) =>
        {
            await ClaimAsync(town, member);
            await arm();
            await town.Phone(member).LeaveAsync(town.Run.Group);
            await town.HearsAsync(member, "keluar dari");
            await town.Phone(member).JoinAsync(town.Run.Group);
            await town.HearsAsync(member, "tidak jadi dihapus");
            await AssertExactlyOneAsync(town, member);
        });

    [Theory]
    [MemberData(nameof(Batches), CrashStory.Delete)]
    public Task Killed_while_a_server_is_deleted_nothing_is_left_and_nobody_else_is_touched(string[] points) =>
        PlayAsync(points, async (town, member, arm) =>
        {
            await ClaimAsync(town, member);
            await town.Phone(member).LeaveAsync(town.Run.Group);
            await town.HearsAsync(member, "keluar dari");
            await arm();
            await Town.UntilAsync("the server is deleted as time passes", async () =>
            {
                await town.PassAsync(TimeSpan.FromMinutes(20));
                return !Exists(town, member);
            });
            await town.HearsAsync(member, "sudah dihapus");
            Assert.Single(await town.HeardAsync(member), message => message.Text.Contains("sudah dihapus", StringComparison.Ordinal));
        });

    [Theory]
    [MemberData(nameof(Batches), CrashStory.Fail)]
    public Task Killed_while_a_claim_fails_and_is_tried_again_it_ends_with_one_server(string[] points) =>
        PlayAsync(points, async (town, member, arm) =>
        {
            town.Run.Panel!.Faults.Add(new PanelFault(PanelFaultKind.Maintenance, "*") { Times = null });
            await arm();
            await town.OrderAsync(member, Name(member));
            await Town.UntilAsync("the claim fails as time passes", async () =>
            {
                await town.PassAsync(TimeSpan.FromSeconds(20));
                return (await town.HeardAsync(member)).Any(message => message.Text.Contains("belum berhasil", StringComparison.Ordinal));
            });
            town.Run.Panel.Faults.Clear();
            var before = (await town.HeardAsync(member)).Count;
            await town.SayAsync(member, "1");
            await town.CredentialsAsync(member, before);
            await AssertExactlyOneAsync(town, member);
        });

    [Fact]
    public void Every_fail_point_has_a_story_or_a_reason()
    {
        var told = CrashPlan.Stories.Values.SelectMany(names => names).Concat(CrashPlan.ProvedElsewhere.Keys).ToHashSet();

        Assert.Empty(CrashPlan.All.Except(told));
        Assert.Empty(told.Except(CrashPlan.All));
    }

    public static IEnumerable<TheoryDataRow<string[]>> Batches(CrashStory story)
    {
        var points = CrashPlan.Stories[story].SelectMany(name => new[] { name + ".before", name + ".after" });
        return points.Chunk(CrashPlan.BatchSize).Select(batch => new TheoryDataRow<string[]>(batch));
    }

    private static async Task PlayAsync(string[] points, Func<Town, string, Func<Task>, Task> story)
    {
        await using var town = await Town.OpenAsync(lid: true, members: points.Length, bot: []);
        var members = town.Run.World!.Phones.Select(phone => phone.Id).Where(id => id is not ("bot" or "admin" or "eko")).ToArray();
        for (var index = 0; index < points.Length; index++)
        {
            var (point, starts) = (points[index], town.Run.Bot.Starts);
            await story(town, members[index], () => town.Run.Bot.SendAsync($"failpoint {point} 1", TestContext.Current.CancellationToken));
            Assert.True(town.Run.Bot.Starts > starts, $"The story never came to {point}.");
        }
    }

    private static async Task ClaimAsync(Town town, string member)
    {
        var before = (await town.HeardAsync(member)).Count;
        await town.OrderAsync(member, Name(member));
        await town.CredentialsAsync(member, before);
    }

    private static string Name(string member) => $"{member}_27";

    private static bool Exists(Town town, string member) => town.Users.Any(user => user.Username == Name(member));

    private static async Task AssertExactlyOneAsync(Town town, string member)
    {
        var user = Assert.Single(town.Users, user => user.Username == Name(member));
        var server = Assert.Single(town.Servers, server => server.UserId == user.Id);
        Assert.True(server.Running);
        var heard = await town.HeardAsync(member);
        var success = Assert.Single(heard, message => message.Text.Contains("Password", StringComparison.Ordinal) && message.Text.Contains(Name(member), StringComparison.Ordinal));
        Assert.Single(heard, message => message.Text == success.Text);
        Assert.Equal(heard.Count, heard.Select(message => message.Text).Distinct().Count());
        Assert.Equal(0, (await town.Phone(member).ViewAsync()).Undecryptable);
    }
}
