using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Sandbox;
using Sandbox.Clock;
using Sandbox.Panel.State;
using Sandbox.Phones;
using Sandbox.Run;
using WhatsApp;

namespace EndToEnd.Tests.Stories;

/// <summary>A sandbox with the real bot as its child process, and the words its people use. Waits are for things outside this process and have a limit.</summary>
internal sealed partial class Town : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private const int LooksPerStep = 10;

    /// <summary>People in a test do not wait as people do.</summary>
    private static readonly KeyValuePair<string, string>[] Quick = [new("WhatsApp:MessagesPerMinute", "600"), new("WhatsApp:ChatInterval", "00:00:00"), new("WhatsApp:ChatBurst", "20")];

    /// <summary>The number the cast gives to the bot's phone, the second account of a fresh world.</summary>
    private const string BotNumber = "628000000002";

    private Town(SandboxRun run) => Run = run;

    public SandboxRun Run { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A fresh sandbox on free ports, the bot paired and logged in.</summary>
    public static async Task<Town> OpenAsync(bool lid = true, int members = 4, string? folder = null, bool pair = true, IReadOnlyList<string>? failPoints = null, bool byCode = false, params KeyValuePair<string, string>[] bot)
    {
        var options = new SandboxOptions { Port = 0, PagePort = 0, LidGroup = lid, Members = members, InstallTime = TimeSpan.FromSeconds(1), DataFolder = folder, LinkPhone = byCode ? BotNumber : null, BotOptions = [.. Quick, .. bot], FailPoints = [.. (failPoints ?? []).Select(point => $"{point} 1")] };
        var town = new Town(await SandboxRun.StartAsync(options, NullLoggerFactory.Instance, Token));
        if (pair)
        {
            await town.PairAsync();
        }

        return town;
    }

    public async Task PairAsync()
    {
        string? qr = null;
        await UntilAsync("the bot offers a QR", () => (qr = Run.ReadQr()) is not null);
        Assert.Equal(ScanOutcome.Linked, await Run.World!.PhoneOf(SandboxRun.BotAccount).ScanAsync(qr!, Token));
        await UntilAsync("the bot has logged in", () => Run.ReadQr() is null && Run.BotIsConnected == true);
    }

    public Phone Phone(string member) => Run.World!.PhoneOf(member);

    public Jid BotChat => Phone(SandboxRun.BotAccount).Lid;

    public Task<string> SayAsync(string member, string text) => Phone(member).SendTextAsync(BotChat, text);

    public Task<string> SayInGroupAsync(string member, string text) => Phone(member).SendTextAsync(Run.Group, text);

    /// <summary>What the bot wrote to the member, in order.</summary>
    public async Task<IReadOnlyList<PhoneMessage>> HeardAsync(string member) =>
        [.. (await Phone(member).ViewAsync()).Messages.Where(message => !message.FromMe && message.From == SandboxRun.BotAccount && message.Chat != Run.Group)];

    public async Task<IReadOnlyList<PhoneMessage>> HeardInGroupAsync(string member) =>
        [.. (await Phone(member).ViewAsync()).Messages.Where(message => message.From == SandboxRun.BotAccount && message.Chat == Run.Group)];

    /// <summary>Waits until the bot has written a text with this fragment to the member, after the first <paramref name="skip"/> messages.</summary>
    public async Task<PhoneMessage> HearsAsync(string member, string fragment, int skip = 0)
    {
        PhoneMessage? found = null;
        await UntilAsync($"{member} hears '{fragment}'", async () =>
            (found = (await HeardAsync(member)).Skip(skip).FirstOrDefault(message => message.Text.Contains(fragment, StringComparison.OrdinalIgnoreCase))) is not null);
        return found!;
    }

    /// <summary>Says something and waits for the answer that follows it.</summary>
    public async Task<PhoneMessage> AskAsync(string member, string text, string fragment)
    {
        var before = (await HeardAsync(member)).Count;
        await SayAsync(member, text);
        return await HearsAsync(member, fragment, before);
    }

    /// <summary>The whole conversation up to "ya"; the server is not there yet.</summary>
    public async Task OrderAsync(string member, string username)
    {
        await AskAsync(member, "!claim", "1");
        await AskAsync(member, "1", "username");
        await AskAsync(member, username, username);
        await SayAsync(member, "ya");
    }

    /// <summary>The message with the credentials, once it is there.</summary>
    public async Task<Credentials> CredentialsAsync(string member, int skip = 0)
    {
        var message = await HearsAsync(member, "password", skip);
        while (PasswordIn(message.Text) is null)
        {
            skip = (await HeardAsync(member)).ToList().FindIndex(item => item.Id == message.Id) + 1;
            message = await HearsAsync(member, "password", skip);
        }

        return new Credentials(message.Id, UsernameIn(message.Text) ?? "", PasswordIn(message.Text)!);
    }

    /// <summary>The password in a message; null when it holds none.</summary>
    public static string? PasswordIn(string text) => PasswordPattern().Match(text) is { Success: true } found ? found.Groups[1].Value : null;

    public static string? UsernameIn(string text) => UserPattern().Match(text) is { Success: true } found ? found.Groups[1].Value : null;

    public async Task<Credentials> ClaimAsync(string member, string username)
    {
        var before = (await HeardAsync(member)).Count;
        await OrderAsync(member, username);
        return await CredentialsAsync(member, before);
    }

    public IReadOnlyList<ServerRow> Servers => Run.Panel!.Read(world => world.Servers.ToArray());

    public IReadOnlyList<UserRow> Users => Run.Panel!.Read(world => world.Users.Where(user => !user.RootAdmin).ToArray());

    public Task PassAsync(TimeSpan time) => Run.SetClockAsync(Run.Clock.Offsets with { Passed = Run.Clock.Offsets.Passed + time }, Token);

    public Task JumpAsync(TimeSpan time) => Run.SetClockAsync(Run.Clock.Offsets with { Jumped = Run.Clock.Offsets.Jumped + time }, Token);

    /// <summary>Waits until something holds while time passes in steps, slowly enough that no answer seems to take seconds.</summary>
    public async Task PassUntilAsync(string what, TimeSpan step, Func<Task<bool>> holds, TimeSpan? atMost = null)
    {
        var (looks, passed) = (0, TimeSpan.Zero);
        await UntilAsync(what, async () =>
        {
            if (await holds())
            {
                return true;
            }

            if (++looks % LooksPerStep == 0 && passed + step <= (atMost ?? TimeSpan.MaxValue))
            {
                passed += step;
                await PassAsync(step);
            }

            return false;
        });
    }

    public static Task UntilAsync(string what, Func<bool> holds) => UntilAsync(what, () => Task.FromResult(holds()));

    public static async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patience);
        using var timer = new PeriodicTimer(Look);
        while (!await holds())
        {
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!Token.IsCancellationRequested)
            {
                throw new TimeoutException($"In {Patience.TotalSeconds:0} s it did not happen that {what}.");
            }
        }
    }

    /// <summary>Where the timeline stands now.</summary>
    public long Mark => Run.Timeline.After(0) is [.., var last] ? last.Position : 0;

    /// <summary>Writes what happened since a mark into the test's output.</summary>
    public void Tell(long mark = 0)
    {
        if (TestContext.Current.TestOutputHelper is { } output)
        {
            foreach (var entry in Run.Timeline.After(mark).TakeLast(80))
            {
                output.WriteLine($"{entry.At:HH:mm:ss.fff} {entry.Source}: {entry.Text}");
            }

            foreach (var line in File.ReadLines(Run.BotLog).TakeLast(60))
            {
                output.WriteLine(line);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Tell();
        await Run.DisposeAsync();
    }

    [GeneratedRegex("(?:Username|username):? `([^`]+)`")]
    private static partial Regex UserPattern();

    [GeneratedRegex("[Pp]assword[^`\n]*`([^`]+)`")]
    private static partial Regex PasswordPattern();
}

internal sealed record Credentials(string MessageId, string Username, string Password)
{
    public override string ToString() => "Credentials"; // a record would print the password
}
