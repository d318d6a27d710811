using System.Text;
using WhatsApp.Binary;
using WhatsApp.Crypto;
using WhatsApp.Pairing;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Pairing;

/// <summary>What happens when nobody does anything, and what never may: on a clock that stands still.</summary>
public class LinkingTimesTests
{
    private static readonly LinkingMethod ByCode = LinkingMethod.ByCode("628000000001");

    [Fact]
    public async Task A_code_nobody_types_ends_after_three_minutes_though_the_qr_codes_ended_before()
    {
        await using var bed = new SessionBed();
        await using var connection = await CodeShownAsync(bed);

        bed.Clock.Advance(TimeSpan.FromSeconds(179)); // far beyond the one QR code of this offer
        Assert.IsType<CodeShown>(bed.Client.Status.Linking);
        bed.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(LinkingRefusal.CodeExpired, (await bed.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
        await using var second = await bed.Service.AcceptAsync(); // at once, and with QR codes: no second code is pushed to the phone
        await OfferAsync(bed, second);
        Assert.IsType<QrShown>(bed.Client.Status.Linking);
    }

    [Fact]
    public async Task A_phone_that_begins_and_does_not_go_through_with_it_is_told_apart()
    {
        await using var bed = new SessionBed();
        await using var connection = await CodeShownAsync(bed);
        await bed.Clock.TakeAsync(due => due == CodeLink.Life);
        await HelloAsync(connection, ((CodeShown)bed.Client.Status.Linking!).Code);
        await connection.ReplyAsync(await connection.ExpectAsync(node => node.Child("link_code_companion_reg")?["stage"] == "companion_finish"));
        Assert.IsType<CodeShown>((await bed.UntilAsync(status => status.Linking is CodeShown { PhoneAnswered: true })).Linking);

        await bed.Clock.PassAsync(CodeLink.Life); // the wait that begins once the answer to our last request is in

        Assert.Equal(LinkingRefusal.NotCompleted, (await bed.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
    }

    [Fact]
    public async Task The_fourth_phone_that_answers_one_code_is_one_too_many()
    {
        await using var bed = new SessionBed();
        await using var connection = await CodeShownAsync(bed);
        for (var i = 0; i < 3; i++)
        {
            await HelloAsync(connection, "ZZZZ-ZZZZ");
            await connection.ReplyAsync(await connection.ExpectAsync(node => node.Child("link_code_companion_reg")?["stage"] == "companion_finish"));
        }

        await HelloAsync(connection, "ZZZZ-ZZZZ");

        Assert.Equal(LinkingRefusal.WrongCode, (await bed.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
    }

    [Theory]
    [InlineData("REF", 79, 32)] // a wrapped key that is too short
    [InlineData("REF", 80, 31)]
    public async Task A_broken_answer_of_the_phone_ends_the_attempt(string reference, int wrapped, int identity)
    {
        await using var bed = new SessionBed();
        await using var connection = await CodeShownAsync(bed);

        await NotifyAsync(connection, "primary_hello", reference, new byte[wrapped], new byte[identity]);

        Assert.Equal(LinkingRefusal.ForgedAnswer, (await bed.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
    }

    [Fact]
    public async Task A_key_that_would_make_the_secret_nothing_is_refused()
    {
        await using var bed = new SessionBed();
        await using var connection = await CodeShownAsync(bed);
        var code = ((CodeShown)bed.Client.Status.Linking!).Code.Replace("-", "", StringComparison.Ordinal);

        await NotifyAsync(connection, "primary_hello", "REF", CodeLinkCrypto.Wrap(code, new byte[32], new SystemRandomSource()), new byte[32]);

        Assert.Equal(LinkingRefusal.ForgedAnswer, (await bed.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
        Assert.DoesNotContain(connection.PassedOver, node => node.Child("link_code_companion_reg")?["stage"] == "companion_finish");
    }

    [Fact]
    public async Task An_answer_to_another_attempt_is_acknowledged_and_ignored()
    {
        await using var bed = new SessionBed();
        await using var connection = await CodeShownAsync(bed);

        await NotifyAsync(connection, "primary_hello", "ANOTHER", new byte[80], new byte[32]);
        await connection.ExpectAsync("ack");

        Assert.False(((CodeShown)bed.Client.Status.Linking!).PhoneAnswered);
    }

    [Fact]
    public async Task A_connection_that_keeps_breaking_pushes_three_codes_to_the_phone_and_then_shows_a_qr_code()
    {
        await using var bed = new SessionBed();
        var connection = await CodeShownAsync(bed);
        foreach (var wait in (int[])[3, 6])
        {
            await connection.DisposeAsync();
            await bed.Clock.PassAsync(TimeSpan.FromSeconds(wait));
            connection = await bed.Service.AcceptAsync();
            await SendOfferAsync(connection);
            await AnswerHelloAsync(bed, connection);
        }

        await connection.DisposeAsync();
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(12));
        await using var fourth = await bed.Service.AcceptAsync();
        await SendOfferAsync(fourth);

        Assert.Equal(LinkingRefusal.CodeExpired, (await bed.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
        await using var fifth = await bed.Service.AcceptAsync();
        await OfferAsync(bed, fifth);
        Assert.DoesNotContain(fourth.PassedOver.Concat(fifth.PassedOver), node => node.Child("link_code_companion_reg") is not null);
    }

    [Fact]
    public async Task The_secret_is_stored_before_the_phone_can_have_it()
    {
        await using var bed = new SessionBed();
        await using var connection = await CodeShownAsync(bed);
        var before = (await bed.Database.RunAsync("test", store => store.Device.Required)).AdvSecret;
        bed.Probe = name => { if (name == "whatsapp.adv-secret.before") { throw new IOException("killed"); } };

        await HelloAsync(connection, ((CodeShown)bed.Client.Status.Linking!).Code);
        await connection.ExpectEndAsync();

        Assert.DoesNotContain(connection.PassedOver, node => node.Child("link_code_companion_reg")?["stage"] == "companion_finish");
        bed.Probe = null;
        Assert.Equal(before, (await bed.Database.RunAsync("test", store => store.Device.Required)).AdvSecret);
    }

    [Theory]
    [InlineData("60000", 60)]
    [InlineData("1", 30)] // nobody could
    [InlineData("99999999", 300)] // the proof of the scan is good for five minutes
    [InlineData("\"soon\"", 300)]
    public async Task A_passkey_that_does_not_come_in_time_is_given_up(string timeout, int seconds)
    {
        await using var bed = new SessionBed();
        await bed.OpenAsync();
        _ = bed.Run();
        await using var connection = await bed.Service.AcceptAsync();
        await OfferAsync(bed, connection);
        await connection.SendAsync(new Node("notification", new() { ["type"] = "passkey_prologue_request", ["from"] = Jid.Service, ["id"] = "n1" },
            new Node("passkey_request_options", null, Encoding.UTF8.GetBytes($"{{\"challenge\":\"AAAA\",\"timeout\":{timeout}}}"))));
        var asked = await bed.UntilAsync(status => status.Linking is PasskeyRequired);
        Assert.Equal(bed.Clock.GetUtcNow().AddSeconds(seconds), asked.Linking!.Expires);

        bed.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(LinkingRefusal.PasskeyTimedOut, (await bed.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
    }

    [Fact]
    public async Task A_gate_that_falls_silent_after_the_signature_is_given_up_after_two_minutes()
    {
        await using var bed = new SessionBed();
        await bed.OpenAsync();
        _ = bed.Run();
        await using var connection = await bed.Service.AcceptAsync();
        await OfferAsync(bed, connection);
        const string Signed = """{"type":"webauthn.get","challenge":"AAAA"}""";
        var client = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Signed));
        var answer = """{"rawId":"AQ","response":{"clientDataJSON":"CLIENT","authenticatorData":"AQ","signature":"AQ"}}""".Replace("CLIENT", client, StringComparison.Ordinal);
        await connection.SendAsync(new Node("notification", new() { ["type"] = "passkey_prologue_request", ["from"] = Jid.Service, ["id"] = "n1" },
            new Node("passkey_request_options", null, Encoding.UTF8.GetBytes("{\"challenge\":\"AAAA\"}"))));
        await bed.UntilAsync(status => status.Linking is PasskeyRequired);
        Assert.Equal(LinkingAnswer.Taken, await bed.Client.AnswerPasskeyAsync(answer, CancellationToken.None));
        await connection.ReplyAsync(await connection.ExpectAsync(node => node.Child("ref") is not null), new Node("ref", null, "REF"u8.ToArray()));
        var prologue = await connection.ExpectAsync(node => node.Child("passkey_prologue") is not null);
        await connection.ReplyAsync(prologue);
        Assert.NotNull(prologue.Child("passkey_prologue")!.Child("pairing_handoff_proof")); // it began with a scan

        await bed.Clock.PassAsync(PasskeyLink.PhonePatience);

        Assert.Equal(LinkingRefusal.NotCompleted, (await bed.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("{\"challenge\":\"!!\"}")]
    [InlineData("{\"challenge\":\"AAAA\",\"rpId\":\"bank.example\"}")] // a signature for somebody else
    public async Task Options_that_nobody_should_sign_are_never_shown(string options)
    {
        await using var bed = new SessionBed();
        await bed.OpenAsync();
        _ = bed.Run();
        await using var connection = await bed.Service.AcceptAsync();
        await OfferAsync(bed, connection);

        await connection.SendAsync(new Node("notification", new() { ["type"] = "passkey_prologue_request", ["from"] = Jid.Service, ["id"] = "n1" },
            new Node("passkey_request_options", null, Encoding.UTF8.GetBytes(options))));

        Assert.Equal(LinkingRefusal.PasskeyUnavailable, (await bed.UntilAsync(status => status.LinkingRefusal is not null)).LinkingRefusal!.Reason);
    }

    private static async Task<ScriptedConnection> CodeShownAsync(SessionBed bed)
    {
        await bed.OpenAsync();
        await bed.Client.PairAsync(ByCode, CancellationToken.None);
        _ = bed.Run();
        var connection = await bed.Service.AcceptAsync();
        await SendOfferAsync(connection);
        await AnswerHelloAsync(bed, connection);
        return connection;
    }

    private static async Task AnswerHelloAsync(SessionBed bed, ScriptedConnection connection)
    {
        var hello = await connection.ExpectAsync(node => node.Child("link_code_companion_reg")?["stage"] == "companion_hello");
        var registration = hello.Child("link_code_companion_reg")!;
        Assert.Equal(("628000000001@s.whatsapp.net", "true"), (registration["jid"], registration["should_show_push_notification"]));
        Assert.Equal(("1", "Chrome (Linux)"), (registration.Child("companion_platform_id")!.Text, registration.Child("companion_platform_display")!.Text));
        Assert.Equal([0], registration.Child("link_code_pairing_nonce")!.Bytes!.Value.ToArray());
        await connection.ReplyAsync(hello, new Node("link_code_companion_reg", null, new Node("link_code_pairing_ref", null, "REF"u8.ToArray())));
        await bed.UntilAsync(status => status.Linking is CodeShown);
    }

    private static async Task OfferAsync(SessionBed bed, ScriptedConnection connection)
    {
        await SendOfferAsync(connection);
        await bed.UntilAsync(status => status.Linking is QrShown);
    }

    private static Task SendOfferAsync(ScriptedConnection connection) => connection.SendAsync(new Node("iq", new() { ["type"] = "set", ["from"] = Jid.Service, ["id"] = "pair1", ["xmlns"] = "md" },
        new Node("pair-device", null, new Node("ref", null, "ref1"u8.ToArray()))));

    /// <summary>A phone on which this was typed.</summary>
    private static Task HelloAsync(ScriptedConnection connection, string typed)
    {
        var random = new SystemRandomSource();
        var wrapped = CodeLinkCrypto.Wrap(typed.Replace("-", "", StringComparison.Ordinal), KeyPair.Generate(random).Public, random);
        return NotifyAsync(connection, "primary_hello", "REF", wrapped, KeyPair.Generate(random).Public);
    }

    private static Task NotifyAsync(ScriptedConnection connection, string stage, string reference, byte[] wrapped, byte[] identity) =>
        connection.SendAsync(new Node("notification", new() { ["type"] = "link_code_companion_reg", ["from"] = Jid.Service, ["id"] = "n1" },
            new Node("link_code_companion_reg", new() { ["stage"] = stage },
                new Node("link_code_pairing_wrapped_primary_ephemeral_pub", null, wrapped),
                new Node("primary_identity_pub", null, identity),
                new Node("link_code_pairing_ref", null, Encoding.ASCII.GetBytes(reference)))));
}
