using Sandbox.Phones;
using WhatsApp;

namespace Sandbox.Tests.Service;

/// <summary>The simulated service over TLS, with our own client on the other side.</summary>
public class SecureEndpointTests
{
    [Fact]
    public async Task A_client_that_is_handed_the_authority_pairs_and_talks_over_wss()
    {
        await using var test = await TestWorld.OpenAsync();
        var bot = await test.World.AddAccountAsync("bot", "Bot");
        var ani = await test.World.AddAccountAsync("ani", "Ani");
        await test.World.StartServiceAsync(TestWorld.Ct);
        await using var client = await LoopbackClient.StartAsync(test, secure: true);

        var waiting = await client.UntilAsync(status => status.PairingQr is not null);
        Assert.Equal(ScanOutcome.Linked, await bot.ScanAsync(waiting.PairingQr!, TestWorld.Ct));
        await client.UntilAsync(status => status.Phase == SessionPhase.LoggedIn);
        await ani.SendTextAsync(bot.Lid, "over TLS");

        Assert.Equal("over TLS", (await client.EventAsync<MessageReceived>(message => message.Text is not null)).Text);
    }

    [Fact]
    public async Task A_client_that_is_not_handed_the_authority_refuses_it_and_says_why()
    {
        await using var test = await TestWorld.OpenAsync();
        await test.World.StartServiceAsync(TestWorld.Ct);
        await using var client = await LoopbackClient.StartAsync(test, secure: true, trusting: false);

        var status = await client.UntilAsync(status => status.LastFault is not null);

        Assert.Equal(SessionFaultReason.CertificateRefused, status.LastFault!.Reason);
        Assert.Contains("authority is not trusted", status.LastFault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ports_and_the_authority_stay_over_a_stop_of_the_service()
    {
        await using var test = await TestWorld.OpenAsync();
        await test.World.StartServiceAsync(TestWorld.Ct);
        var before = (test.World.Endpoint, test.World.SecureEndpoint, test.World.Authority);

        await test.World.StopServiceAsync();
        await test.World.StartServiceAsync(TestWorld.Ct);

        Assert.Equal(before, (test.World.Endpoint, test.World.SecureEndpoint, test.World.Authority));
    }
}
