using System.Diagnostics;
using Sandbox;
using Sandbox.Bot;

namespace EndToEnd.Tests.Stories;

/// <summary>Two real processes and one session's folder.</summary>
public class OneIdentityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_process_on_the_same_folder_says_so_and_ends_while_the_first_goes_on()
    {
        await using var town = await Town.OpenAsync(members: 1);
        var starts = town.Run.Bot.Starts;

        using var second = Start(town);
        var said = second.StandardError.ReadToEndAsync(Token);
        _ = second.StandardOutput.ReadToEndAsync(Token); // drained, so that it cannot fill
        await second.WaitForExitAsync(Token).WaitAsync(Town.Patience, Token);

        Assert.Equal(75, second.ExitCode);
        Assert.Equal("Another process holds the session's folder. One identity must never be connected twice.", (await said).Trim());
        await town.AskAsync("ani", "!help", "Perintah");
        Assert.Equal(starts, town.Run.Bot.Starts);
        Assert.True(town.Run.BotIsConnected);
    }

    /// <summary>The bot as the sandbox starts it, on the same folders, with a port of its own.</summary>
    private static Process Start(Town town)
    {
        var options = new SandboxOptions { BotOptions = [new("Web:Listen", "http://127.0.0.1:0")] };
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "wabot-sandbox")) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("bot");
        foreach (var argument in BotArguments.For(options, town.Run))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in BotArguments.EnvironmentFor(options, town.Run))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The second process could not be started.");
    }
}
