using EndToEnd.Tests.Crash.Acts;
using EndToEnd.Tests.Stories;
using Sandbox.Run;
using Sandbox.Service;

namespace EndToEnd.Tests.Crash;

/// <summary>kill -9 from the very first start on, while the bot becomes a companion of its account.</summary>
public class LinkingCrashTests
{
    public static IEnumerable<TheoryDataRow<string>> Points => CrashPlan.Rows(CrashGroup.Linking);

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Killed_while_it_is_linked_it_ends_linked_once_and_answers(string point)
    {
        var (kills, byCode) = (CrashPlan.Find(point).Kills, CrashPlan.Find(point).ByCode);
        await using var town = await Town.OpenAsync(members: 2, pair: false, failPoints: kills, byCode: byCode);
        using var @operator = new Operator(town);

        for (var died = 1; died <= kills.Count; died++)
        {
            var times = died;
            await LinkActs.LinkAsync(town, @operator, until: () => town.Run.Bot.FailPoints.ReadKilled().Count >= times, byCode);
        }

        await LinkActs.LinkAsync(town, @operator, byCode: byCode);
        await town.AskAsync("ani", "!help", "Perintah");

        Assert.Equal(kills, town.Run.Bot.FailPoints.ReadKilled());
        var links = town.Run.World!.EventsAfter(0).Count(item => item.Kind == WorldEventKinds.Paired);
        Assert.Equal(1, links);
        Assert.Single((await town.Phone(SandboxRun.BotAccount).ViewAsync()).Companions);
        Assert.Single(await town.HeardAsync("ani"));
    }
}
