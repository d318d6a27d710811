using System.Text.RegularExpressions;
using EndToEnd.Tests.Stories;
using Sandbox.Phones;
using Sandbox.Run;

namespace EndToEnd.Tests.Crash;

/// <summary>After a whole story at the most talkative log level, nothing the bot has written down tells who spoke or what was secret.</summary>
public partial class LogHygieneTests
{
    [Fact]
    public async Task The_most_verbose_log_of_a_whole_story_holds_nothing_personal_and_no_secret()
    {
        await using var town = await Town.OpenAsync(members: 2, pair: false, bot:
        [
            new("Logging:LogLevel:Default", "Trace"), new("Logging:LogLevel:Microsoft", "Trace"), new("Logging:LogLevel:System.Net.Http", "Trace"), new("Logging:LogLevel:Hangfire", "Trace"),
        ]);
        using var @operator = new Operator(town);
        string? qr = null;
        await Town.UntilAsync("the bot offers a QR", () => (qr = town.Run.ReadQr()) is not null);
        await @operator.LinkByCodeAsync("+" + town.Phone(SandboxRun.BotAccount).Jid.User);
        string? code = null;
        await Town.UntilAsync("the bot shows a code", () => (code = town.Run.ReadCode()) is not null);
        Assert.Equal(ScanOutcome.Linked, await town.Phone(SandboxRun.BotAccount).TypeCodeAsync(code!, TestContext.Current.CancellationToken));
        await Town.UntilAsync("the bot has logged in", () => town.Run.BotIsConnected == true);
        await town.SayInGroupAsync("ani", "!claim");
        var credentials = await town.ClaimAsync("ani", "ani_27");
        await town.AskAsync("ani", "kalimat rahasia yang tak boleh tercatat", "");
        await town.AskAsync("ani", "sudah", "kami hapus");
        await @operator.PageAsync();
        await town.PassAsync(TimeSpan.FromMinutes(3));
        await town.Phone("ani").LeaveAsync(town.Run.Group);
        await town.HearsAsync("ani", "keluar dari");
        await town.Run.Bot.KillAsync(restart: true, TestContext.Current.CancellationToken);
        await town.AskAsync("ani", "!help", "Perintah");

        var written = Written(town.Run);
        var secrets = await SecretsAsync(town, credentials, qr!, code!);

        Assert.Contains("Logged in", written, StringComparison.Ordinal);
        Assert.Contains("\"@l\":\"Debug\"", written, StringComparison.Ordinal);
        Assert.Empty(Leaks(written, secrets));
        Assert.All(secrets, secret => Assert.Single(Leaks($"{written}\n13:02 INF something {secret.Value} else", [secret])));
        Assert.NotEmpty(Leaks("a stranger 6280009999123 and nobody else", []));
        Assert.NotEmpty(Leaks("from 120363999999@g.us", []));
        Assert.NotEmpty(Leaks("to 99887766554433:2@lid", []));
    }

    /// <summary>The console of every start and all log files.</summary>
    private static string Written(SandboxRun run) => string.Join('\n', Directory
        .EnumerateFiles(run.BotFolder, "*.json", SearchOption.AllDirectories).Where(file => file.Contains("logs", StringComparison.Ordinal))
        .Append(run.BotLog).Select(ReadShared));

    private static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private static async Task<IReadOnlyList<Secret>> SecretsAsync(Town town, Credentials credentials, string qr, string code)
    {
        var secrets = new List<Secret>
        {
            new("password", credentials.Password),
            new("panel key", town.Run.Panel!.ApiKey),
            new("set-up code", town.Run.Addresses.SetupCode),
            new("code", code),
            new("code without its dash", code.Replace("-", "", StringComparison.Ordinal)),
            new("group", town.Run.Group.User),
            new("message text", "kalimat rahasia"),
            new("answer's text", "Password sementara"),
        };
        secrets.AddRange(qr.Split(',').Where(part => part.Length > 8).Select(part => new Secret("part of the QR", part)));
        foreach (var phone in town.Run.World!.Phones)
        {
            secrets.Add(new Secret($"number of {phone.Id}", phone.Jid.User));
            secrets.Add(new Secret($"LID of {phone.Id}", phone.Lid.User));
        }

        var messages = new List<PhoneMessage>(await town.HeardAsync("ani"));
        secrets.AddRange(messages.SelectMany(message => message.Text.Split('\n')).Where(line => line.Length > 20).Distinct().Select(line => new Secret("line of a message", line)));
        return secrets;
    }

    /// <summary>What of the secrets, and what of anybody's address, stands in the text; by its kind, never by its value.</summary>
    private static IReadOnlyList<string> Leaks(string text, IReadOnlyList<Secret> secrets) =>
    [
        .. secrets.Where(secret => text.Contains(secret.Value, StringComparison.Ordinal)).Select(secret => secret.Kind),
        .. secrets.Count == 1 ? [] : Addresses().Matches(text).Select(match => $"an address at {match.Index}"),
    ];

    [GeneratedRegex(@"\b628000[0-9]+|[0-9]{5,}(?::[0-9]+)?@(?:s\.whatsapp\.net|lid|g\.us|c\.us)")]
    private static partial Regex Addresses();

    private sealed record Secret(string Kind, string Value)
    {
        public override string ToString() => Kind;
    }
}
