namespace Sandbox.Tests.Run;

public class DataFolderTests
{
    [Fact]
    public async Task After_a_restart_on_the_same_folder_the_bot_is_still_linked_and_the_phones_still_hold_their_chats()
    {
        var folder = Directory.CreateTempSubdirectory("wabot-kept-").FullName;
        var options = new SandboxOptions { DataFolder = folder };
        await using (var first = await RunFixture.StartAsync(options))
        {
            await first.PairAsync();
            using var said = await first.PostAsync("/api/phones/ani/messages", new { chat = "bot", text = "!help" });
            await RunFixture.UntilAsync("ani is answered", async () => await ChatLengthAsync(first) == 2);
            using var moved = await first.PostAsync("/api/clock/advance", new { by = "01:00:00" });
        }

        await using (var second = await RunFixture.StartAsync(options))
        {
            await second.ConnectedAsync(); // without another scan
            var state = await second.StateAsync();

            Assert.Equal(2, await ChatLengthAsync(second));
            Assert.Equal("01:00:00", state.GetProperty("clock").GetProperty("passed").GetString());
            Assert.False(state.GetProperty("bot").GetProperty("qrOffered").GetBoolean());
            using var said = await second.PostAsync("/api/phones/ani/messages", new { chat = "bot", text = "!help" });
            await RunFixture.UntilAsync("ani is answered again", async () => await ChatLengthAsync(second) == 4);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_second_sandbox_on_the_same_folder_is_refused_and_the_first_lives_on()
    {
        var folder = Directory.CreateTempSubdirectory("wabot-twice-").FullName;
        await using (var first = await RunFixture.StartAsync(new SandboxOptions { DataFolder = folder }))
        {
            var refused = await Assert.ThrowsAsync<IOException>(() => RunFixture.StartAsync(new SandboxOptions { DataFolder = folder }));

            Assert.Contains("--data", refused.Message, StringComparison.Ordinal);
            Assert.True((await first.StateAsync()).GetProperty("bot").GetProperty("running").GetBoolean());
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Nobody_but_the_owner_can_read_what_the_sandbox_and_its_bot_keep()
    {
        var folder = Directory.CreateTempSubdirectory("wabot-rights-").FullName;
        await using (var sandbox = await RunFixture.StartAsync(new SandboxOptions { DataFolder = Path.Combine(folder, "deep", "data") }))
        {
            await sandbox.PairAsync();
            var open = Directory.EnumerateDirectories(Path.Combine(folder, "deep"), "*", SearchOption.AllDirectories).Append(Path.Combine(folder, "deep"))
                .Where(directory => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(directory) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) != 0);

            Assert.Empty(open.Select(directory => Path.GetRelativePath(folder, directory)));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<int> ChatLengthAsync(RunFixture sandbox)
    {
        var phones = (await sandbox.StateAsync()).GetProperty("phones");
        return phones.EnumerateArray().First(phone => phone.GetProperty("id").GetString() == "ani").GetProperty("bot").GetArrayLength();
    }
}
