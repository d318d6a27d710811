using WhatsApp.Binary;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Supervision;

public class SupervisionTests
{
    [Fact]
    public async Task A_closed_connection_is_made_again_after_three_seconds()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using (await bed.LoggedInAsync())
        {
        }

        var waiting = await bed.UntilAsync(SessionPhase.WaitingToReconnect);
        Assert.Equal((SessionFaultReason.Closed, 1, false), (waiting.LastFault!.Reason, waiting.FailuresInARow, waiting.OfflineQueueDrained));
        Assert.Equal(bed.Clock.GetUtcNow().AddSeconds(3), waiting.NextAttempt);
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(3));

        await using var again = await bed.LoggedInAsync();
        Assert.Equal((0, null), (bed.Client.Status.FailuresInARow, bed.Client.Status.LastFault));
    }

    [Fact]
    public async Task The_first_connect_climbs_the_same_ladder_and_the_tenth_failure_makes_an_alert_due()
    {
        await using var bed = new SessionBed();
        bed.Service.Unreachable = 10;
        await bed.StartPairedAsync();

        foreach (var seconds in new[] { 3, 6, 12, 24, 48, 60, 60, 60, 60 })
        {
            Assert.False((await bed.UntilAsync(SessionPhase.WaitingToReconnect)).AlertDue);
            await bed.Clock.PassAsync(TimeSpan.FromSeconds(seconds));
            await bed.UntilAsync(status => status.Phase != SessionPhase.WaitingToReconnect || status.NextAttempt > bed.Clock.GetUtcNow());
        }

        var status = await bed.UntilAsync(now => now.FailuresInARow == 10 && now.Phase == SessionPhase.WaitingToReconnect);
        Assert.True(status.AlertDue);
        Assert.Equal(SessionFaultReason.Unreachable, status.LastFault!.Reason);

        await bed.Clock.PassAsync(TimeSpan.FromSeconds(60));
        await using var connection = await bed.LoggedInAsync();
        Assert.False(bed.Client.Status.AlertDue);
    }

    [Fact]
    public async Task A_restart_of_the_service_is_followed_at_once()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var first = await bed.LoggedInAsync();

        await first.SendAsync(new Node("stream:error", new() { ["code"] = 515 }));

        await using var second = await bed.LoggedInAsync(); // the clock has not moved
    }

    [Fact]
    public async Task A_removed_device_is_put_aside_and_running_again_pairs_anew()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using (var first = await bed.LoggedInAsync())
        {
            await first.SendAsync(new Node("stream:error", new() { ["code"] = 401 }, new Node("conflict", new() { ["type"] = "device_removed" })));
            await bed.RunEnded;
        }

        Assert.Equal((SessionPhase.Halted, SessionFaultReason.LoggedOut, 401), (bed.Client.Status.Phase, bed.Client.Status.LastFault!.Reason, bed.Client.Status.LastFault.Code!.Value));
        var aside = Assert.Single(await bed.Database.RunAsync("test", store => store.Device.Quarantined));
        Assert.Equal("LoggedOut 401", aside.Reason);

        _ = bed.Run();
        await using var second = await bed.Service.AcceptAsync();
        Assert.NotNull(second.Payload.DevicePairingData);
        Assert.False(second.Payload.HasUsername);
    }

    [Fact]
    public async Task A_service_that_asks_for_a_restart_right_after_every_login_is_not_stormed()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        for (var i = 0; i < 4; i++)
        {
            await using var connection = await bed.LoggedInAsync();
            await connection.SendAsync(new Node("stream:error", new() { ["code"] = 515 }));
            await connection.ExpectEndAsync();
        }

        var status = await bed.UntilAsync(SessionPhase.WaitingToReconnect);

        Assert.Equal(bed.Clock.GetUtcNow().AddSeconds(3), status.NextAttempt);
    }

    [Fact]
    public async Task A_conflict_of_an_unknown_kind_does_not_cost_the_identity()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        await connection.SendAsync(new Node("stream:error", null, new Node("conflict", new() { ["type"] = "something_new" })));

        Assert.Equal(SessionFaultReason.Unknown, (await bed.UntilAsync(SessionPhase.WaitingToReconnect)).LastFault!.Reason);
        Assert.True(await bed.Database.RunAsync("test", store => store.Device.Required.IsPaired));
    }

    [Fact]
    public async Task Being_replaced_halts_and_keeps_the_identity()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var first = await bed.LoggedInAsync();

        await first.SendAsync(new Node("stream:error", null, new Node("conflict", new() { ["type"] = "replaced" })));
        await bed.RunEnded;

        Assert.Equal(SessionFaultReason.Replaced, bed.Client.Status.LastFault!.Reason);
        _ = bed.Run();
        await using var second = await bed.Service.AcceptAsync();
        Assert.Equal(628000000001UL, second.Payload.Username);
    }

    [Fact]
    public async Task A_refused_version_is_tried_once_more_and_then_halts()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var first = await bed.Service.AcceptAsync();
        await first.SendAsync(new Node("failure", new() { ["reason"] = 405 }));
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(3));

        await using var second = await bed.Service.AcceptAsync();
        await second.SendAsync(new Node("failure", new() { ["reason"] = 405 }));
        await bed.RunEnded;

        Assert.Equal((SessionPhase.Halted, 405), (bed.Client.Status.Phase, bed.Client.Status.LastFault!.Code!.Value));
    }

    [Fact]
    public async Task A_ban_is_waited_out()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var first = await bed.Service.AcceptAsync();
        await first.SendAsync(new Node("failure", new() { ["reason"] = 402, ["expire"] = 7200 }));

        var status = await bed.UntilAsync(SessionPhase.WaitingToReconnect);
        Assert.Equal(bed.Clock.GetUtcNow().AddHours(2), status.NextAttempt);
        await bed.Clock.PassAsync(TimeSpan.FromHours(2));
        await using var second = await bed.LoggedInAsync();
    }

    [Fact]
    public async Task A_service_that_says_nothing_after_the_handshake_is_left_after_thirty_seconds()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var mute = await bed.Service.AcceptAsync();

        await bed.Clock.PassAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(SessionFaultReason.LoginTimedOut, (await bed.UntilAsync(SessionPhase.WaitingToReconnect)).LastFault!.Reason);
    }

    [Fact]
    public async Task Logging_out_removes_the_link_and_halts()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        var logOut = bed.Client.LogOutAsync(CancellationToken.None);
        var remove = await connection.ExpectIqAsync("md");
        Assert.Equal(SessionBed.OwnPhone, remove.Child("remove-companion-device")!.JidOf("jid"));
        await connection.ReplyAsync(remove);
        await logOut;
        await bed.RunEnded;

        Assert.Equal((SessionPhase.Halted, SessionFaultReason.LoggedOut), (bed.Client.Status.Phase, bed.Client.Status.LastFault!.Reason));
        Assert.Null(await bed.Database.RunAsync("test", store => store.Device.Current));
    }

    [Fact]
    public async Task Logging_out_while_waiting_to_reconnect_never_uses_the_old_identity_again()
    {
        await using var bed = new SessionBed();
        bed.Service.Unreachable = 1;
        await bed.StartPairedAsync();
        await bed.UntilAsync(SessionPhase.WaitingToReconnect);

        await bed.Client.LogOutAsync(CancellationToken.None);
        await bed.RunEnded;

        Assert.Equal(SessionPhase.Halted, bed.Client.Status.Phase);
        _ = bed.Run();
        await using var connection = await bed.Service.AcceptAsync();
        Assert.False(connection.Payload.HasUsername);
    }

    [Fact]
    public async Task A_call_in_the_moment_between_two_attempts_is_not_lost_and_one_for_a_run_that_ended_does_not_end_the_next()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();
        Task? logOut = null;
        bed.Probe = name => logOut = name == "whatsapp.quarantine.after" ? bed.Client.CancelPairingAsync(CancellationToken.None) : logOut;

        // The device is put aside between the attempt that ended and what comes next.
        await connection.SendAsync(new Node("stream:error", new() { ["code"] = 516 }));
        await bed.RunEnded;

        await logOut!;
        Assert.Equal((SessionPhase.Halted, SessionFaultReason.LoggedOut), (bed.Client.Status.Phase, bed.Client.Status.LastFault!.Reason));
        _ = bed.Run(); // what was meant for the run before does not end this one
        await using var again = await bed.Service.AcceptAsync();
        Assert.False(again.Payload.HasUsername);
    }

    [Fact]
    public async Task A_second_run_beside_the_first_is_refused_and_a_stop_is_no_fault()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => bed.Client.RunAsync(CancellationToken.None));
        await bed.CloseAsync(); // disposing ends the first run without an exception
    }
}
