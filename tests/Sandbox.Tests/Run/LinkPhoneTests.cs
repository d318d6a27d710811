using System.Net.Http.Json;
using System.Text.Json;

namespace Sandbox.Tests.Run;

/// <summary>The sandbox's own side of linking: options, files, calls.</summary>
public class LinkPhoneTests
{
    [Fact]
    public async Task With_a_number_the_code_stands_in_a_file_of_the_owner_until_it_is_typed()
    {
        var folder = Directory.CreateTempSubdirectory("wabot-code-").FullName;
        var file = Path.Combine(folder, "code");
        await using (var sandbox = await RunFixture.StartAsync(new SandboxOptions { LinkPhone = "628000000002", CodeFile = file }))
        {
            await RunFixture.UntilAsync("a code is in the file", () => Task.FromResult(sandbox.Run.ReadCode() is not null));
            var code = await File.ReadAllTextAsync(file, RunFixture.Ct);
            Assert.Matches("^[1-9A-HJ-NP-TV-Z]{4}-[1-9A-HJ-NP-TV-Z]{4}$", code);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }

            using var empty = await sandbox.PostAsync("/api/link/code", new { });
            Assert.Equal(400, (await RunFixture.ProblemAsync(empty)).Status);
            using var wrong = await sandbox.PostAsync("/api/link/code", new { code = (code[0] == 'Z' ? 'Y' : 'Z') + code[1..] });
            Assert.Contains("WrongCode", (await RunFixture.ProblemAsync(wrong)).Detail, StringComparison.Ordinal);
            using var typed = await sandbox.PostAsync("/api/link/code", new { code });
            Assert.Equal(200, (int)typed.StatusCode);

            await sandbox.ConnectedAsync();
            await RunFixture.UntilAsync("the file is empty", async () => (await File.ReadAllTextAsync(file, RunFixture.Ct)).Length == 0);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_passkey_is_demanded_signed_and_refused_by_calls()
    {
        await using var sandbox = await RunFixture.StartAsync(new SandboxOptions());
        using var early = await sandbox.PostAsync("/api/link/sign", new { });
        Assert.Equal(409, (await RunFixture.ProblemAsync(early)).Status);
        using var nonsense = await sandbox.PostAsync("/api/link/fault", new { kind = "earthquake" });
        Assert.Contains("TooManyTries", (await RunFixture.ProblemAsync(nonsense)).Detail, StringComparison.Ordinal);
        using var armed = await sandbox.PostAsync("/api/link/fault", new { kind = "passkeyRefused" });
        using var wanted = await sandbox.PostAsync("/api/link/passkey", new { wanted = true });
        Assert.Equal((204, 204), ((int)armed.StatusCode, (int)wanted.StatusCode));
        await RunFixture.UntilAsync("a QR is offered", async () => (await sandbox.StateAsync()).GetProperty("bot").GetProperty("qrOffered").GetBoolean());
        Assert.True((await sandbox.StateAsync()).GetProperty("link").GetProperty("wantsPasskey").GetBoolean());

        var scan = sandbox.PostAsync("/api/scan", new { });
        JsonElement signed = default;
        await RunFixture.UntilAsync("the passkey can sign", async () =>
        {
            using var answer = await sandbox.PostAsync("/api/link/sign", new { });
            signed = answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(RunFixture.Ct) : default;
            return answer.IsSuccessStatusCode;
        });

        Assert.Contains("clientDataJSON", signed.GetProperty("answer").GetString(), StringComparison.Ordinal);
        using var unlinked = await sandbox.PostAsync("/api/bot/kill", new { restart = false }); // nobody hands it in: the attempt ends with the connection
        using var ended = await scan;
        Assert.Equal(409, (await RunFixture.ProblemAsync(ended)).Status);
    }
}
