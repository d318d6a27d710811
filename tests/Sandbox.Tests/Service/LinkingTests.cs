using Sandbox.Phones;
using Sandbox.Service;
using WhatsApp;

namespace Sandbox.Tests.Service;

/// <summary>Every way of linking and every refusal, our own client against the simulated service over a real socket.</summary>
public sealed class LinkingTests : IAsyncLifetime
{
    private TestWorld _test = null!;
    private LoopbackClient _bot = null!;
    private Phone _phone = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestWorld.OpenAsync();
        _phone = await _test.World.AddAccountAsync("bot", "Bot");
        await _test.World.StartServiceAsync(TestWorld.Ct);
        _bot = await LoopbackClient.StartAsync(_test);
    }

    public async ValueTask DisposeAsync()
    {
        await _bot.DisposeAsync();
        await _test.DisposeAsync();
    }

    [Fact]
    public async Task A_code_typed_on_the_phone_links_and_logs_in()
    {
        var code = await CodeAsync();

        Assert.Equal(ScanOutcome.Linked, await _phone.TypeCodeAsync(code, TestWorld.Ct));

        var status = await _bot.UntilAsync(status => status.Phase == SessionPhase.LoggedIn);
        Assert.Equal(_phone.Jid.User, status.OwnPhone?.User);
        Assert.IsType<Linked>(status.Linking);
        Assert.Null(status.LinkingRefusal);
        Assert.Single((await _phone.ViewAsync()).Companions);
    }

    [Fact]
    public async Task A_mistyped_code_is_noticed_by_the_phone_alone_and_may_be_typed_again()
    {
        var code = await CodeAsync();

        Assert.Equal(ScanOutcome.WrongCode, await _phone.TypeCodeAsync(Other(code), TestWorld.Ct));
        var answered = await _bot.UntilAsync(status => status.Linking is CodeShown { PhoneAnswered: true });
        Assert.Equal(code, ((CodeShown)answered.Linking!).Code); // still there to be read again
        Assert.Equal(ScanOutcome.Linked, await _phone.TypeCodeAsync(code, TestWorld.Ct));

        await _bot.UntilAsync(status => status.Phase == SessionPhase.LoggedIn);
    }

    [Fact]
    public async Task After_three_wrong_codes_the_right_one_links_no_more()
    {
        var code = await CodeAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(ScanOutcome.WrongCode, await _phone.TypeCodeAsync(Other(code), TestWorld.Ct));
        }

        Assert.Equal(ScanOutcome.Expired, await _phone.TypeCodeAsync(code, TestWorld.Ct));
        Assert.Empty((await _phone.ViewAsync()).Companions);
    }

    [Theory]
    [InlineData(LinkingFault.TooManyTries, LinkingRefusal.TooManyTries, 429)]
    [InlineData(LinkingFault.NumberRefused, LinkingRefusal.NumberRefused, 400)]
    [InlineData(LinkingFault.Restricted, LinkingRefusal.AccountRestricted, 403)]
    internal async Task A_refused_request_for_a_code_says_why_and_the_qr_code_takes_its_place(LinkingFault fault, LinkingRefusal reason, int code)
    {
        await _test.World.PlayAsync(new ServiceFault.Linking(fault));

        await _bot.Client.PairAsync(LinkingMethod.ByCode(_phone.Jid.User), TestWorld.Ct);

        var status = await _bot.UntilAsync(status => status is { LinkingRefusal: not null, PairingQr: not null });
        Assert.Equal((reason, code), (status.LinkingRefusal!.Reason, status.LinkingRefusal.Code!.Value));
        Assert.Equal(ScanOutcome.Linked, await _phone.ScanAsync(status.PairingQr!, TestWorld.Ct));
        Assert.Null((await _bot.UntilAsync(now => now.Phase == SessionPhase.LoggedIn)).LinkingRefusal);
    }

    [Fact]
    public async Task A_number_that_nobody_has_is_refused()
    {
        await _bot.Client.PairAsync(LinkingMethod.ByCode("+62 800-0999-999"), TestWorld.Ct);

        Assert.Equal(LinkingRefusal.NumberRefused, (await _bot.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
    }

    [Fact]
    public async Task A_service_that_wants_another_code_gets_one_and_the_old_one_links_no_more()
    {
        var old = await CodeAsync();

        await _test.World.PlayAsync(new ServiceFault.Linking(LinkingFault.RefreshCode));
        var status = await _bot.UntilAsync(status => status.Linking is CodeShown shown && shown.Code != old);

        Assert.Equal(ScanOutcome.WrongCode, await _phone.TypeCodeAsync(old, TestWorld.Ct));
        Assert.Equal(ScanOutcome.Linked, await _phone.TypeCodeAsync(((CodeShown)status.Linking!).Code, TestWorld.Ct));
    }

    [Fact]
    public async Task A_forged_answer_is_refused_and_nothing_is_linked()
    {
        await _test.World.PlayAsync(new ServiceFault.Linking(LinkingFault.Forged));
        var code = await CodeAsync();

        Assert.Equal(ScanOutcome.Failed, await _phone.TypeCodeAsync(code, TestWorld.Ct));

        Assert.Equal(LinkingRefusal.ForgedAnswer, (await _bot.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
        Assert.Empty((await _phone.ViewAsync()).Companions);
    }

    [Fact]
    public async Task A_scan_of_an_account_with_a_passkey_links_once_its_owner_has_signed()
    {
        await _phone.DemandPasskeyAsync(true);
        var scan = await ScanAsync();

        var asked = (PasskeyRequired)(await _bot.UntilAsync(status => status.Linking is PasskeyRequired)).Linking!;
        Assert.Contains("\"rpId\":\"whatsapp.com\"", asked.Options, StringComparison.Ordinal);
        Assert.Equal(LinkingAnswer.Taken, await _bot.Client.AnswerPasskeyAsync((await _phone.SignPasskeyAsync())!, TestWorld.Ct));

        Assert.Equal(ScanOutcome.Linked, await scan); // the QR's secret has proved who we are: no codes to compare
        await _bot.UntilAsync(status => status.Phase == SessionPhase.LoggedIn);
    }

    [Fact]
    public async Task A_typed_code_for_an_account_with_a_passkey_links_once_signed_and_compared()
    {
        await _phone.DemandPasskeyAsync(true);
        var code = await CodeAsync();
        var typed = _phone.TypeCodeAsync(code, TestWorld.Ct);

        await _bot.UntilAsync(status => status.Linking is PasskeyRequired);
        Assert.Equal(LinkingAnswer.Taken, await _bot.Client.AnswerPasskeyAsync((await _phone.SignPasskeyAsync())!, TestWorld.Ct));
        var compare = (ConfirmCode)(await _bot.UntilAsync(status => status.Linking is ConfirmCode)).Linking!;
        Assert.Equal(await _phone.ShownCodeAsync(), compare.Code);
        Assert.Equal(LinkingAnswer.Taken, await _bot.Client.ConfirmCodeAsync(same: true, TestWorld.Ct));

        Assert.Equal(ScanOutcome.Linked, await typed);
        await _bot.UntilAsync(status => status.Phase == SessionPhase.LoggedIn);
    }

    [Fact]
    public async Task Codes_that_differ_call_the_attempt_off_before_any_secret_has_left()
    {
        await _phone.DemandPasskeyAsync(true);
        var typed = _phone.TypeCodeAsync(await CodeAsync(), TestWorld.Ct);
        await _bot.UntilAsync(status => status.Linking is PasskeyRequired);
        await _bot.Client.AnswerPasskeyAsync((await _phone.SignPasskeyAsync())!, TestWorld.Ct);
        await _bot.UntilAsync(status => status.Linking is ConfirmCode);

        Assert.Equal(LinkingAnswer.Taken, await _bot.Client.ConfirmCodeAsync(same: false, TestWorld.Ct));

        Assert.Equal(LinkingRefusal.CodesDiffer, (await _bot.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
        Assert.Equal(ScanOutcome.Failed, await typed);
        Assert.Empty((await _phone.ViewAsync()).Companions);
    }

    [Theory]
    [InlineData(true, LinkingFault.PasskeyAbsent, LinkingRefusal.PasskeyUnavailable)]
    [InlineData(false, LinkingFault.PasskeyAbsent, LinkingRefusal.PasskeyUnavailable)]
    [InlineData(true, LinkingFault.PasskeyRefused, LinkingRefusal.PasskeyRefused)]
    [InlineData(false, LinkingFault.PasskeyRefused, LinkingRefusal.PasskeyRefused)]
    internal async Task A_passkey_gate_that_does_not_open_says_why(bool byQr, LinkingFault fault, LinkingRefusal reason)
    {
        await _phone.DemandPasskeyAsync(true);
        await _test.World.PlayAsync(new ServiceFault.Linking(fault));
        var attempt = byQr ? await ScanAsync() : _phone.TypeCodeAsync(await CodeAsync(), TestWorld.Ct);
        if (fault != LinkingFault.PasskeyAbsent)
        {
            await _bot.UntilAsync(status => status.Linking is PasskeyRequired);
            await _bot.Client.AnswerPasskeyAsync((await _phone.SignPasskeyAsync())!, TestWorld.Ct);
        }

        var status = await _bot.UntilAsync(status => status.LinkingRefusal is not null);

        Assert.Equal(reason, status.LinkingRefusal!.Reason);
        Assert.Equal(ScanOutcome.Failed, await attempt);
        await _bot.UntilAsync(now => now.PairingQr is not null); // it can be tried again at once
    }

    [Fact]
    public async Task A_signature_for_another_challenge_or_of_another_kind_is_not_even_sent()
    {
        await _phone.DemandPasskeyAsync(true);
        var scan = await ScanAsync();
        await _bot.UntilAsync(status => status.Linking is PasskeyRequired);

        Assert.Equal(LinkingAnswer.Malformed, await _bot.Client.AnswerPasskeyAsync("I pasted the wrong thing", TestWorld.Ct));
        Assert.Equal(LinkingAnswer.Stale, await _bot.Client.AnswerPasskeyAsync(_phone.Passkey!.Sign(new byte[32]), TestWorld.Ct));
        Assert.Equal(LinkingAnswer.Taken, await _bot.Client.AnswerPasskeyAsync((await _phone.SignPasskeyAsync())!, TestWorld.Ct));

        Assert.Equal(ScanOutcome.Linked, await scan);
    }

    [Fact]
    public async Task Calling_off_halts_and_running_again_offers_a_qr_code()
    {
        await CodeAsync();

        await _bot.Client.CancelPairingAsync(TestWorld.Ct);
        var status = await _bot.UntilAsync(status => status.Phase == SessionPhase.Halted);
        Assert.Equal((SessionFaultReason.PairingCancelled, null), (status.LastFault!.Reason, status.Linking));

        await _bot.RunAgainAsync();
        Assert.Equal(ScanOutcome.Linked, await await ScanAsync());
    }

    [Fact]
    public async Task A_client_that_is_too_old_reads_the_newer_version_from_the_service_and_logs_in_as_that()
    {
        Assert.Equal(ScanOutcome.Linked, await await ScanAsync());
        await _bot.UntilAsync(status => status.Phase == SessionPhase.LoggedIn);

        await _test.World.PlayAsync(new ServiceFault.Outdate());

        await _test.World.WaitForAsync(item => item.Kind == WorldEventKinds.LoginRefused, 0, TestWorld.Ct).WaitAsync(TimeSpan.FromSeconds(30), TestWorld.Ct);
        await _bot.UntilAsync(status => status.Phase == SessionPhase.LoggedIn);
        Assert.Equal(1, _test.World.EventsAfter(0).Count(item => item.Kind == WorldEventKinds.LoginRefused));
    }

    [Fact]
    public async Task Logging_out_unlinks_at_the_service_and_pairs_anew()
    {
        Assert.Equal(ScanOutcome.Linked, await _phone.TypeCodeAsync(await CodeAsync(), TestWorld.Ct));
        await _bot.UntilAsync(status => status.Phase == SessionPhase.LoggedIn);

        await _bot.Client.LogOutAsync(TestWorld.Ct);
        await _bot.UntilAsync(status => status.Phase == SessionPhase.Halted);
        await _test.World.WaitForAsync(item => item.Kind == WorldEventKinds.DeviceRemoved, 0, TestWorld.Ct).WaitAsync(TimeSpan.FromSeconds(30), TestWorld.Ct);
        Assert.Empty((await _phone.ViewAsync()).Companions);
        Assert.Null(_bot.Client.Status.OwnPhone);

        await _bot.RunAgainAsync();
        Assert.Equal(ScanOutcome.Linked, await await ScanAsync());
        await _bot.UntilAsync(status => status.Phase == SessionPhase.LoggedIn);
        Assert.Single((await _phone.ViewAsync()).Companions);
    }

    private async Task<string> CodeAsync()
    {
        await _bot.Client.PairAsync(LinkingMethod.ByCode(_phone.Jid.User), TestWorld.Ct);
        return ((CodeShown)(await _bot.UntilAsync(status => status.Linking is CodeShown)).Linking!).Code;
    }

    /// <summary>Scans; the inner task ends with the attempt.</summary>
    private async Task<Task<ScanOutcome>> ScanAsync()
    {
        var status = await _bot.UntilAsync(status => status.PairingQr is not null);
        return _phone.ScanAsync(status.PairingQr!, TestWorld.Ct);
    }

    private static string Other(string code) => (code[0] == 'Z' ? 'Y' : 'Z') + code[1..];
}
