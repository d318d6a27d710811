namespace Sandbox.Tests;

public class CommandLineTests
{
    [Fact]
    public void Options_of_the_bot_are_handed_on_as_they_are()
    {
        var (options, faults) = CommandLine.Parse(["--Claims:GracePeriod", "00:00:20", "--port", "0", "--addressing=pn"]);

        Assert.Empty(faults);
        Assert.Equal(new("Claims:GracePeriod", "00:00:20"), Assert.Single(options.BotOptions));
        Assert.Equal(0, options.Port);
        Assert.False(options.LidGroup);
    }

    [Theory]
    [InlineData("--whatsapp", "wss://web.whatsapp.com/ws/chat")]
    [InlineData("--whatsapp", "ws://192.168.1.10:9000/ws/chat")]
    [InlineData("--panel", "http://10.0.0.1")]
    [InlineData("--panel", "https://127.0.0.1.example.org")]
    public void An_address_outside_this_machine_is_refused(string option, string address)
    {
        var (_, faults) = CommandLine.Parse([option, address, "--trust-root", new string('a', 64), "--panel-key", "k", "--group", "1@g.us"]);

        Assert.Contains("on this machine", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws://127.0.0.1:9000/ws/chat")]
    [InlineData("ws://127.8.9.1:9000/ws/chat")]
    [InlineData("wss://localhost:9000/ws/chat")]
    [InlineData("ws://[::1]:9000/ws/chat")]
    public void An_external_service_on_loopback_is_taken(string address)
    {
        var (options, faults) = CommandLine.Parse(["--whatsapp", address, "--trust-root", new string('a', 64), "--group", "120363@g.us"]);

        Assert.Empty(faults);
        Assert.Equal(new Uri(address), options.WhatsApp);
        Assert.Equal(32, options.TrustRoot?.Length);
    }

    [Fact]
    public void The_authority_of_an_external_service_is_read_from_its_file()
    {
        using var authority = Sandbox.Service.Wire.TestAuthority.Create(TimeProvider.System.GetUtcNow());
        var file = Path.GetTempFileName();
        File.WriteAllText(file, authority.Certificate.ExportCertificatePem());

        Assert.Equal(authority.Certificate.RawData, CommandLine.Parse(["--authority", file]).Options.Authority);

        File.WriteAllText(file, "no certificate");
        Assert.Contains("--authority", Assert.Single(CommandLine.Parse(["--authority", file]).Faults), StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData("+62 800-0000-002", "628000000002")]
    [InlineData("0800000002", null)]
    [InlineData("me", null)]
    public void The_number_to_link_is_one_with_a_country_code(string text, string? number)
    {
        var (options, faults) = CommandLine.Parse(["--link-phone", text, "--code-file", "here"]);

        Assert.Equal((number, Path.GetFullPath("here")), (options.LinkPhone, options.CodeFile));
        Assert.Equal(number is null ? ["--link-phone must be a phone number with its country code, 7 to 15 digits, such as 628000000002."] : [], faults);
        Assert.Contains("--link-phone", CommandLine.Usage, StringComparison.Ordinal);
        Assert.Contains("--code-file", CommandLine.Usage, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var (_, faults) = CommandLine.Parse(["--port", "notaport", "--nonsense", "1", "stray", "--trust-root", "abc", "--panel", "http://127.0.0.1:1", "--data"]);

        Assert.Equal(6, faults.Count);
    }

    [Fact]
    public void Help_lists_every_option()
    {
        foreach (var option in (string[])["--data", "--port", "--page-port", "--addressing", "--members", "--install-time", "--templates", "--group", "--qr-file", "--whatsapp", "--trust-root", "--authority", "--panel", "--panel-key", "--Section:Key"])
        {
            Assert.Contains(option + " ", CommandLine.Usage.Replace("lid|pn", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }
}
