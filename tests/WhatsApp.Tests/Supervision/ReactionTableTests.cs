using WhatsApp.Binary;
using WhatsApp.Supervision;

namespace WhatsApp.Tests.Supervision;

public class ReactionTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("515", null, null, SessionFaultReason.RestartRequired, nameof(Reaction.Now))]
    [InlineData("516", null, null, SessionFaultReason.LoggedOut, nameof(Reaction.Quarantine))]
    [InlineData("401", "conflict", "device_removed", SessionFaultReason.LoggedOut, nameof(Reaction.Quarantine))]
    [InlineData("401", null, null, SessionFaultReason.LoggedOut, nameof(Reaction.Quarantine))]
    [InlineData("440", null, null, SessionFaultReason.Replaced, nameof(Reaction.Halt))]
    [InlineData("440", "conflict", "replaced", SessionFaultReason.Replaced, nameof(Reaction.Halt))]
    [InlineData(null, "conflict", "replaced", SessionFaultReason.Replaced, nameof(Reaction.Halt))]
    [InlineData("429", null, null, SessionFaultReason.RateLimited, nameof(Reaction.LongBackoff))]
    [InlineData("500", null, null, SessionFaultReason.ServiceFailed, nameof(Reaction.Backoff))]
    [InlineData("503", null, null, SessionFaultReason.ServiceFailed, nameof(Reaction.Backoff))]
    [InlineData(null, "ack", null, SessionFaultReason.AcknowledgementMissed, nameof(Reaction.Backoff))]
    [InlineData(null, "xml-not-well-formed", null, SessionFaultReason.SentMalformed, nameof(Reaction.Backoff))]
    [InlineData("777", null, null, SessionFaultReason.Unknown, nameof(Reaction.Backoff))]
    [InlineData("many", null, null, SessionFaultReason.Unknown, nameof(Reaction.Backoff))]
    [InlineData(null, null, null, SessionFaultReason.Unknown, nameof(Reaction.Backoff))]
    public void Stream_errors(string? code, string? child, string? type, SessionFaultReason reason, string reaction)
    {
        Node[] children = child is null ? [] : [new Node(child, new() { ["type"] = type })];

        var fault = FaultReader.Read(new Node("stream:error", new() { ["code"] = code }, children), Now);

        Assert.Equal(reason, fault!.Reason);
        Assert.Equal(reaction, ReactionTable.Of(fault).ToString());
    }

    [Theory]
    [InlineData(400, SessionFaultReason.LoginRefused, nameof(Reaction.OnceMore))]
    [InlineData(401, SessionFaultReason.LoggedOut, nameof(Reaction.Quarantine))]
    [InlineData(402, SessionFaultReason.TemporarilyBanned, nameof(Reaction.WaitUntil))]
    [InlineData(403, SessionFaultReason.AccountLocked, nameof(Reaction.Quarantine))]
    [InlineData(405, SessionFaultReason.ClientRefused, nameof(Reaction.OnceMore))]
    [InlineData(406, SessionFaultReason.LoggedOut, nameof(Reaction.Quarantine))]
    [InlineData(409, SessionFaultReason.ClientRefused, nameof(Reaction.Halt))]
    [InlineData(411, SessionFaultReason.LoginRefused, nameof(Reaction.Halt))]
    [InlineData(413, SessionFaultReason.LoginRefused, nameof(Reaction.Halt))]
    [InlineData(414, SessionFaultReason.LoginRefused, nameof(Reaction.Halt))]
    [InlineData(415, SessionFaultReason.LoginRefused, nameof(Reaction.Halt))]
    [InlineData(418, SessionFaultReason.ClientRefused, nameof(Reaction.OnceMore))]
    [InlineData(429, SessionFaultReason.RateLimited, nameof(Reaction.LongBackoff))]
    [InlineData(440, SessionFaultReason.Replaced, nameof(Reaction.Halt))]
    [InlineData(500, SessionFaultReason.ServiceFailed, nameof(Reaction.Backoff))]
    [InlineData(501, SessionFaultReason.ServiceFailed, nameof(Reaction.LongBackoff))]
    [InlineData(503, SessionFaultReason.ServiceFailed, nameof(Reaction.Backoff))]
    [InlineData(599, SessionFaultReason.Unknown, nameof(Reaction.Backoff))]
    public void Failures_of_the_login(int code, SessionFaultReason reason, string reaction)
    {
        var fault = FaultReader.Read(new Node("failure", new() { ["reason"] = code }), Now);

        Assert.Equal((reason, code), (fault!.Reason, fault.Code!.Value));
        Assert.Equal(reaction, ReactionTable.Of(fault).ToString());
    }

    [Theory]
    [InlineData(SessionFaultReason.Unreachable)]
    [InlineData(SessionFaultReason.HandshakeFailed)]
    [InlineData(SessionFaultReason.LoginTimedOut)]
    [InlineData(SessionFaultReason.Closed)]
    [InlineData(SessionFaultReason.KeepaliveLost)]
    [InlineData(SessionFaultReason.BrokenStream)]
    [InlineData(SessionFaultReason.PairingRejected)]
    [InlineData(SessionFaultReason.StoreFailed)]
    public void Faults_without_a_word_of_the_service_are_tried_again_with_growing_waits(SessionFaultReason reason) =>
        Assert.Equal(Reaction.Backoff, ReactionTable.Of(new SessionFault(reason)));

    [Fact]
    public void A_ban_tells_its_kind_and_its_end_and_a_lock_its_text()
    {
        var ban = FaultReader.Read(new Node("failure", new() { ["reason"] = 402, ["code"] = "104", ["expire"] = 3600 }), Now)!;
        var locked = FaultReader.Read(new Node("failure", new() { ["reason"] = 403, ["logout_message_header"] = "Locked", ["logout_message_subtext"] = "Ask us" }), Now)!;

        Assert.Equal((Now.AddHours(1), "ban 104"), (ban.Until!.Value, ban.Text));
        Assert.Equal("Locked Ask us", locked.Text);
    }

    /// <summary>Facts 15, and nothing else: every other number of three digits waits and tries again, and never costs the identity.</summary>
    [Fact]
    public void Every_code_of_three_digits_that_the_table_does_not_name_is_unknown_and_tried_again()
    {
        int[] farewells = [401, 429, 440, 500, 503, 515, 516], failures = [400, 401, 402, 403, 405, 406, 409, 411, 413, 414, 415, 418, 429, 440, 500, 501, 503];
        for (var code = 0; code <= 999; code++)
        {
            var farewell = FaultReader.Read(new Node("stream:error", new() { ["code"] = code }), Now)!;
            var failure = FaultReader.Read(new Node("failure", new() { ["reason"] = code }), Now)!;

            Assert.Equal(!farewells.Contains(code), farewell.Reason == SessionFaultReason.Unknown);
            Assert.Equal(!failures.Contains(code), failure.Reason == SessionFaultReason.Unknown);
            Assert.Equal((code, code), (farewell.Code!.Value, failure.Code!.Value)); // shown to the operator all the same
            Assert.All(new[] { farewell, failure }.Where(fault => fault.Reason == SessionFaultReason.Unknown), fault => Assert.Equal(Reaction.Backoff, ReactionTable.Of(fault)));
        }
    }

    [Theory]
    [InlineData(SessionFaultReason.RestartRequired, nameof(Reaction.Now))]
    [InlineData(SessionFaultReason.PairingExpired, nameof(Reaction.Now))]
    [InlineData(SessionFaultReason.PairingRefused, nameof(Reaction.Now))]
    [InlineData(SessionFaultReason.PairingCancelled, nameof(Reaction.Halt))]
    [InlineData(SessionFaultReason.Replaced, nameof(Reaction.Halt))]
    [InlineData(SessionFaultReason.LoggedOut, nameof(Reaction.Quarantine))]
    [InlineData(SessionFaultReason.AccountLocked, nameof(Reaction.Quarantine))]
    [InlineData(SessionFaultReason.TemporarilyBanned, nameof(Reaction.WaitUntil))]
    public void Reasons_that_are_no_failure_of_the_network(SessionFaultReason reason, string reaction) =>
        Assert.Equal(reaction, ReactionTable.Of(new SessionFault(reason)).ToString());

    [Theory]
    [InlineData("101")]
    [InlineData("102")]
    [InlineData("103")]
    [InlineData("104")]
    [InlineData("106")]
    [InlineData("199")]
    public void Every_kind_of_ban_is_told_and_waited_out(string kind)
    {
        var ban = FaultReader.Read(new Node("failure", new() { ["reason"] = 402, ["code"] = kind, ["expire"] = 60 }), Now)!;

        Assert.Equal((SessionFaultReason.TemporarilyBanned, $"ban {kind}", Now.AddMinutes(1)), (ban.Reason, ban.Text, ban.Until!.Value));
    }

    [Fact]
    public void Other_stanzas_are_no_farewell() => Assert.Null(FaultReader.Read(new Node("success"), Now));
}
