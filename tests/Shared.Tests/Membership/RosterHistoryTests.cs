using System.Collections.Concurrent;
using System.Globalization;
using Shared.Claims;
using Shared.Grace;
using Shared.Membership;
using Shared.Options;
using Shared.Tests.Support;

namespace Shared.Tests.Membership;

/// <summary>
/// Random histories of a group as the bot meets them: events delayed, in any order, twice or never, full reads in between that events overtake, restarts.
/// Once all is quiet and the roster was read twice, what we believe is what is true, and nobody present was ever about to lose a server.
/// One history: <c>WABOT_HISTORY_SEED=17</c>; more: <c>WABOT_HISTORIES=10000</c>.
/// </summary>
public class RosterHistoryTests
{
    private const int Usually = 1000;
    private const string Other = "120363000000000002@g.us";
    private static readonly string[] Groups = [World.Group, Other];

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Any_order_repetition_or_loss_of_events_ends_equal_to_the_truth()
    {
        var template = await TemplateAsync();
        var seeds = Number("WABOT_HISTORY_SEED") is { } one ? [one] : Enumerable.Range(1, Number("WABOT_HISTORIES") ?? Usually);
        var failures = new ConcurrentBag<string>();
        var moves = 0;
        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (seed, _) =>
        {
            var history = new History(seed, template);
            try
            {
                Interlocked.Add(ref moves, await history.RunAsync());
            }
            catch (Exception fault)
            {
                failures.Add($"Seed {seed} (again: WABOT_HISTORY_SEED={seed} dotnet test --project tests/Shared.Tests --filter-class \"*RosterHistoryTests\"): {fault}\n{string.Join('\n', history.Diary)}");
            }
        });
        Directory.Delete(template, recursive: true);

        Assert.True(failures.IsEmpty, $"{failures.Count} histories failed.\n{failures.OrderBy(text => text.Length).FirstOrDefault()}");
        Assert.True(moves > seeds.Count() * 5);
    }

    /// <summary>A file at the newest schema, to be copied: making one costs more than a history.</summary>
    private static async Task<string> TemplateAsync()
    {
        var folder = Fresh("template");
        await using (var world = new World(sharedFolder: folder))
        {
            await world.OpenFileAsync();
        }

        return folder;
    }

    private static string Fresh(string name)
    {
        var root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(); // memory: no process dies here, so nothing has to reach a disk
        return Directory.CreateDirectory(Path.Combine(root, $"wabot-history-{name}-{Guid.NewGuid():N}")).FullName;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed class History(int seed, string template)
    {
        private const int People = 4;

        /// <summary>Never leaves: an empty roster proves nothing about anybody.</summary>
        private const int Resident = 9;
        private readonly Random random = new(seed);
        private readonly Dictionary<string, HashSet<int>> truth = Groups.ToDictionary(group => group, _ => new HashSet<int> { 1, 2, 3, 4 });
        private readonly List<(string Group, int Who, bool Joined)> onTheWay = [];
        private World world = null!;

        public List<string> Diary { get; } = [];

        public async Task<int> RunAsync()
        {
            var folder = Fresh(seed.ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(Path.Combine(folder, "data"));
            File.Copy(Path.Combine(template, "data", "wabot.db"), Path.Combine(folder, "data", "wabot.db"));
            await using var mine = new World(groups: new GroupOptions { TargetIds = Groups }, freshFolder: folder);
            world = mine;
            foreach (var group in Groups)
            {
                await ReadAsync(group);
            }

            for (var who = 1; who <= 2; who++)
            {
                await world.ActiveAsync(await world.MemberAsync(who), $"user_{who}");
            }

            var moves = random.Next(6, 16);
            for (var move = 0; move < moves; move++)
            {
                await MoveAsync();
                world.Time.Pass(TimeSpan.FromSeconds(random.Next(0, 150)));
            }

            await SettleAsync();
            await CompareAsync();
            return moves;
        }

        private async Task MoveAsync()
        {
            var group = Groups[random.Next(3) == 0 ? 1 : 0];
            switch (random.Next(10))
            {
                case < 5:
                    Change(group, random.Next(1, People + 1));
                    break;
                case < 8 when onTheWay.Count > 0:
                    await DeliverAsync(onTheWay[random.Next(onTheWay.Count)]);
                    break;
                case 8:
                    await ReadAsync(group, overtaken: random.Next(2) == 0);
                    break;
                default:
                    if (onTheWay.Count > 0 && random.Next(2) == 0)
                    {
                        onTheWay.RemoveAt(random.Next(onTheWay.Count)); // lost for ever
                    }

                    break;
            }

            await NobodyPresentIsAboutToLoseAServerAsync();
        }

        /// <summary>The group changes; the event is on its way, sometimes twice.</summary>
        private void Change(string group, int who)
        {
            var joined = truth[group].Add(who);
            if (!joined)
            {
                truth[group].Remove(who);
            }

            Diary.Add($"{who} {(joined ? "joins" : "leaves")} {group[17]}");
            onTheWay.AddRange(Enumerable.Repeat((group, who, joined), random.Next(1, 3)));
        }

        private async Task DeliverAsync((string Group, int Who, bool Joined) item)
        {
            onTheWay.Remove(item);
            Diary.Add($"delivered: {item.Who} {(item.Joined ? "joins" : "leaves")} {item.Group[17]}");
            var row = await world.EventAsync(item.Group);
            var who = new[] { World.Identity(item.Who) };
            await world.Roster.ApplyEventsAsync(row, item.Group, item.Joined ? who : [], item.Joined ? [] : who, None);
            if (random.Next(4) == 0)
            {
                await world.Roster.ApplyEventsAsync(row, item.Group, item.Joined ? who : [], item.Joined ? [] : who, None); // the same row again
            }
        }

        private async Task<RosterOutcome> ReadAsync(string group, bool overtaken = false)
        {
            var ticket = await world.Roster.BeginReadAsync(group, None);
            var read = new RosterRead("Grup", [.. truth[group].Append(Resident).Select(World.Identity)], WeAreMember: true);
            if (overtaken && onTheWay.Where(item => item.Group == group).ToList() is [var late, ..])
            {
                await DeliverAsync(late);
            }

            var outcome = await world.Roster.ApplyReadAsync(ticket, read, None);
            Diary.Add($"read {group[17]}: {outcome}");
            return outcome;
        }

        /// <summary>What is on its way comes or is lost, the keeper reads, again after two minutes, and an operator who has looked releases what froze.</summary>
        private async Task SettleAsync()
        {
            foreach (var item in onTheWay.OrderBy(_ => random.Next()).ToList())
            {
                if (random.Next(3) > 0)
                {
                    await DeliverAsync(item);
                }
            }

            for (var round = 0; round < 2; round++)
            {
                foreach (var group in Groups)
                {
                    await ReadAsync(group);
                }

                await world.Breaker.UnfreezeAsync("operator", None);
                world.Time.Pass(TimeSpan.FromMinutes(2.1));
            }
        }

        private async Task CompareAsync()
        {
            for (var who = 1; who <= People; who++)
            {
                var member = await world.MemberAsync(who);
                var isPresent = truth.Values.Any(group => group.Contains(who));
                Assert.Equal(isPresent ? Presence.Present : Presence.Absent, await world.Roster.LastKnownAsync(member.Id, None));
                if (await world.Claims.FindLiveAsync(member.Id, None) is { } claim)
                {
                    Assert.Equal(isPresent ? ClaimState.Active : ClaimState.Deleting, claim.State);
                }
            }
        }

        /// <summary>Events may lie about a member for a while; the last look before a deletion does not.</summary>
        private async Task NobodyPresentIsAboutToLoseAServerAsync()
        {
            foreach (var claim in await world.Claims.ListAsync(ClaimState.Deleting, None))
            {
                var who = claim.Username[^1] - '0';
                Assert.True(claim.GraceObserved < TimeSpan.FromHours(4));
                var change = await world.Claims.BeginDeletionAsync(claim.Ref, world.Reading(truth.Values.Any(group => group.Contains(who)) ? Presence.Present : Presence.Absent), None);
                Assert.False(change.IsDone);
            }
        }
    }
}
