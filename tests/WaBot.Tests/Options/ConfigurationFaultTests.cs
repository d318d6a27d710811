using WaBot.Options;
using WaBot.Tests.Support;

namespace WaBot.Tests.Options;

public class ConfigurationFaultTests
{
    [Fact]
    public void Every_fault_is_named_at_once_by_key_and_no_value_is_repeated()
    {
        var folder = Directory.CreateTempSubdirectory("wabot-options-").FullName;
        string[] arguments =
        [
            "--EnvFile", "none", "--Templates:Folder", Path.Combine(folder, "nowhere"), "--Database:Folder", folder,
            "--Panel:ApiKey", "short-secret", "--Panel:BaseAddress", "http://panel.example.com",
            "--Claims:GracePeriod", "soon", "--Claims:Attempts", "99", "--Group:TargetIds", "not-a-group",
            "--Web:Lisen", "x", "--Clams:Attempts", "2", "--Alerts:WebhookUrl", "ftp://example.com",
        ];

        var fault = Assert.Throws<ConfigurationFaultException>(() => WaBotHost.Build(arguments, null));

        foreach (var key in new[] { "Panel:ApiKey", "Panel:BaseAddress", "Panel:LocationId", "Claims:GracePeriod", "Claims:Attempts", "Group:TargetIds", "Web:Lisen", "Clams", "Alerts:WebhookUrl", "nowhere" })
        {
            Assert.Contains(fault.Faults, f => f.Contains(key, StringComparison.Ordinal));
        }
        Assert.Contains("PTERODACTYL_LOCATION_ID", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short-secret", fault.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_owners_environment_names_are_understood()
    {
        var keys = EnvironmentAliases.Translate([new("TARGET_GROUP_ID", "1@g.us,2@g.us"), new("PTERODACTYL_URL", "https://p"), new("Claims__Attempts", "2"), new("PATH", "/bin")]);

        Assert.Equal("1@g.us,2@g.us", keys["Group:TargetIds"]);
        Assert.Equal("https://p", keys["Panel:BaseAddress"]);
        Assert.Equal("2", keys["Claims:Attempts"]);
        Assert.Equal(3, keys.Count);
    }

    [Fact]
    public void An_env_file_that_others_may_read_is_refused_with_the_way_to_mend_it()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "PTERODACTYL_API_KEY=seeded-secret");
        Rights(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var fault = Assert.Throws<ConfigurationFaultException>(() => EnvFile.Read(path));

        Assert.Contains("chmod 600", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("seeded-secret", fault.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public void An_env_file_of_rights_600_is_read_with_quotes_and_comments()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "# comment\n\nexport A=\"b c\"\nD=e=f\n");
        Rights(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var variables = EnvFile.Read(path);

        Assert.Equal([new("A", "b c"), new("D", "e=f")], variables);
        File.Delete(path);
    }

    [Fact]
    public void A_malformed_env_line_is_named_by_number_and_not_shown()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "A=b\njust-a-secret\n");
        Rights(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var fault = Assert.Throws<ConfigurationFaultException>(() => EnvFile.Read(path));

        Assert.Contains("line 2", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("just-a-secret", fault.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public async Task A_right_configuration_starts()
    {
        await using var host = await new HostUnderTest().StartAsync();

        Assert.Equal(HostUnderTest.ApiKey, host.Get<Shared.Options.PanelOptions>().ApiKey);
    }

    private static void Rights(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
