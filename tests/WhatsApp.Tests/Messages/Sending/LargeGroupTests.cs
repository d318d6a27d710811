using System.Diagnostics;
using WhatsApp.Devices;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Sending;

/// <summary>What a message to a group of 1,024 members costs, in processor time of the whole process, the playing service included.</summary>
[Collection(Alone.Name)]
public sealed class LargeGroupTests(ITestOutputHelper output)
{
    private const int Members = 1024;
    private const long MegaByte = 1 << 20;
    private static readonly Jid Small = Jid.Parse("120363000000000001@g.us");
    private static readonly Jid Large = Jid.Parse("120363000000000002@g.us");
    private static readonly Jid AsLarge = Jid.Parse("120363000000000003@g.us");

    [Fact]
    public async Task A_message_to_1024_members_costs_under_two_seconds_without_sessions_and_under_50_ms_once_all_have_the_key()
    {
        await using var service = new TestService();
        service.Crowd = new TestCrowd(service.Random);
        var bot = await service.AddAsync("1", 1);
        service.Groups[Large] = GroupOf(Large, bot, TestCrowd.People(Members - 1));
        service.Groups[AsLarge] = GroupOf(AsLarge, bot, TestCrowd.People(2 * Members).TakeLast(Members - 1));
        service.Groups[Small] = GroupOf(Small, bot, TestCrowd.People((2 * Members) + 40).TakeLast(40));
        await SayAsync(bot, Small, "warms up", 20);
        var (usync, bundles) = (service.UsyncQueries, service.BundleQueries);

        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var first = (await SayAsync(bot, Large, "first", 1))[0];
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var queries = (Usync: service.UsyncQueries - usync, Bundles: service.BundleQueries - bundles);
        var again = (await SayAsync(bot, AsLarge, "again", 1))[0]; // the better of two: neighbours on the machine slow a core down, too
        first = first < again ? first : again;
        var later = await SayAsync(bot, Large, "later", 9);

        var spread = later.Order().ElementAt(later.Count / 2);
        output.WriteLine($"first {first.TotalMilliseconds:0} ms and {allocated / MegaByte} MB allocated, later {spread.TotalMilliseconds:0.0} ms (median of {later.Count}).");
        Assert.Equal(Members - 1, bot.Written.Find(stanza => stanza["id"] == "first0")!.Child("participants")!.Children.Count);
        Assert.All(bot.Written.Where(stanza => stanza["id"]!.StartsWith("later", StringComparison.Ordinal)), stanza => Assert.Null(stanza.Child("participants")));
        Assert.Equal((Members + DeviceQuery.MaxUsers - 1) / DeviceQuery.MaxUsers, queries.Usync);
        Assert.Equal((Members - 1 + BundleQuery.MaxDevices - 1) / BundleQuery.MaxDevices, queries.Bundles);
        Assert.True(allocated < 256 * MegaByte, "The message took too much memory.");
        Assert.True(first < TimeSpan.FromSeconds(2), "The first message took too much processor time.");
        Assert.True(spread < TimeSpan.FromMilliseconds(50), "A later message took too much processor time.");
    }

    private static TestGroup GroupOf(Jid group, TestDevice bot, IEnumerable<(Jid Phone, Jid Lid)> people)
    {
        var made = new TestGroup(group, lidMode: true).With(bot);
        made.Members.AddRange(people);
        return made;
    }

    /// <summary>The processor time of each message.</summary>
    private static async Task<List<TimeSpan>> SayAsync(TestDevice bot, Jid group, string name, int count)
    {
        using var process = Process.GetCurrentProcess();
        var times = new List<TimeSpan>();
        for (var n = 0; n < count; n++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            await bot.SayAsync(group, "hello", $"{name}{n}");
            process.Refresh();
            times.Add(process.TotalProcessorTime - before);
        }

        return times;
    }
}
