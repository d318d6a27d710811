using System.Diagnostics;
using System.Globalization;
using Sandbox.Phones;
using Sandbox.Service;
using Sandbox.Tests.Run;
using Sandbox.Tests.Service;
using WhatsApp.Tests.Wire;

namespace Sandbox.Tests.Network;

/// <summary>
/// The real bot, a process of its own, behind a modem that goes dark: what it costs, how many sockets it opens, how soon it
/// is back. Short in CI; WABOT_OUTAGE=00:10:00 makes it as long as it says, WABOT_OUTAGE_REPEATS=N adds outages of two to four minutes.
/// </summary>
public class OutageTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(60);

    /// <summary>Below this the compiler's work after a start weighs more than the outage.</summary>
    private static readonly TimeSpan LongEnoughToWeigh = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task In_an_outage_the_bot_rests_holds_one_socket_at_most_and_is_back_soon_after_it()
    {
        var length = Option("WABOT_OUTAGE") is { } text ? TimeSpan.Parse(text, CultureInfo.InvariantCulture) : Short;
        var repeats = int.Parse(Option("WABOT_OUTAGE_REPEATS") ?? "0", CultureInfo.InvariantCulture);
        await using var foreign = await TestWorld.OpenAsync();
        var world = foreign.World;
        var (bot, ani) = (await world.AddAccountAsync("robot", "Robot", mayWriteFirst: false), await world.AddAccountAsync("ani", "Ani"));
        var group = await world.CreateGroupAsync("Grup", GroupAddressing.Lid, ani, bot);
        await world.StartServiceAsync(RunFixture.Ct);
        await using var modem = new DarkRelay(world.SecureEndpoint.Port);
        await using var sandbox = await RunFixture.StartAsync(new SandboxOptions
        {
            WhatsApp = new UriBuilder(world.SecureEndpoint) { Port = modem.Port }.Uri,
            TrustRoot = world.TrustRoot,
            Authority = world.Authority.RawData,
            Group = group.ToString(),
        });
        await RunFixture.UntilAsync("a code is offered", () => Task.FromResult(sandbox.Run.ReadQr() is not null));
        var start = world.EventsAfter(0)[^1].Position;
        Assert.Equal(ScanOutcome.Linked, await bot.ScanAsync(sandbox.Run.ReadQr()!, RunFixture.Ct));
        await LoggedInAsync(world, start);

        var back = new List<TimeSpan>();
        for (var outage = 0; outage <= repeats; outage++)
        {
            var long_ = outage == 0 ? length : TimeSpan.FromSeconds(120 + (120 * Random.Shared.NextDouble()));
            back.Add(await OutageAsync(world, modem, sandbox.Run.Bot.ProcessId, long_));
        }

        back.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"back after {string.Join(", ", back.Select(time => $"{time.TotalSeconds:0.0} s"))}");
        Assert.True(back[(int)(0.95 * (back.Count - 1))] <= BackWithin);
    }

    private static async Task<TimeSpan> OutageAsync(SimulatedWorld world, DarkRelay modem, int process, TimeSpan length)
    {
        var position = world.EventsAfter(0)[^1].Position;
        await modem.GoDarkAsync();
        IReadOnlyList<string> most = [];
        var (cpu, watch) = (ProcessWatch.Cpu(process), Stopwatch.StartNew());
        using var look = new PeriodicTimer(Look);
        while (watch.Elapsed < length)
        {
            await look.WaitForNextTickAsync(RunFixture.Ct);
            most = More(most, ProcessWatch.SocketsTo(process, modem.Port));
        }

        cpu = ProcessWatch.Cpu(process) - cpu;
        var share = cpu / watch.Elapsed;
        modem.ComeBack();
        watch.Restart();
        var loggedIn = LoggedInAsync(world, position);
        while (!loggedIn.IsCompleted)
        {
            await look.WaitForNextTickAsync(RunFixture.Ct);
            most = More(most, ProcessWatch.SocketsTo(process, modem.Port));
        }

        await loggedIn;
        var back = watch.Elapsed;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"outage of {length.TotalSeconds:0} s: {cpu.TotalSeconds:0.00} s of CPU ({share:P2} of a core), {most.Count} socket(s) at most, logged in {back.TotalSeconds:0.0} s after it");
        Assert.True(most.Count == 1, string.Join("; ", most));
        Assert.True(length < LongEnoughToWeigh || share < 0.01, $"{share:P2} of a core");
        return back;
    }

    private static IReadOnlyList<string> More(IReadOnlyList<string> one, IReadOnlyList<string> other) => other.Count > one.Count ? other : one;

    private static async Task LoggedInAsync(SimulatedWorld world, long after)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(RunFixture.Ct);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        await world.WaitForAsync(item => item.Kind == WorldEventKinds.LoggedIn, after, limit.Token);
    }

    private static string? Option(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
