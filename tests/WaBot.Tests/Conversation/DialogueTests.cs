using Shared.Claims;
using Shared.Conversations;
using Shared.Members;
using Shared.Membership;
using Shared.Options;
using WaBot.Conversation;

namespace WaBot.Tests.Conversation;

public class DialogueTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 7, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("!claim")]
    [InlineData("!klaim")]
    [InlineData("! Claim")]
    [InlineData("!CLAIM")]
    [InlineData("claim")]
    [InlineData("!cliam")]
    [InlineData("!clam")]
    [InlineData("！ｃｌａｉｍ")]
    [InlineData("  !claim  \n")]
    public void Many_ways_to_write_claim_mean_it(string text) => Assert.Equal(DialogueStep.Template, Say(ConversationState.Start, text).State.Step);

    [Theory]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData("satu")]
    [InlineData("no 1")]
    [InlineData("No. 1")]
    [InlineData("1️⃣")]
    [InlineData("nodejs")]
    [InlineData("NODE.JS")]
    public void Many_ways_to_write_the_first_choice_mean_it(string text)
    {
        var result = Say(new ConversationState { Step = DialogueStep.Template, At = Now }, text);

        Assert.Equal((DialogueStep.Name, "nodejs"), (result.State.Step, result.State.Template));
    }

    [Theory]
    [InlineData("ya")]
    [InlineData("Iya")]
    [InlineData("yaaa")]
    [InlineData("y")]
    [InlineData("OK")]
    [InlineData("oke.")]
    [InlineData("lanjut")]
    [InlineData("👍")]
    public void Many_ways_to_agree_submit_the_claim(string text) =>
        Assert.Equal(new TurnRequest.SubmitClaim("nodejs", "budi_27"), Say(Confirming(), text).Request);

    [Theory]
    [InlineData("claim")]
    [InlineData("ya")]
    [InlineData("selamat pagi")]
    [InlineData("!foo")]
    public void Only_commands_are_answered_in_a_group(string text) => Assert.Empty(Say(ConversationState.Start, text, inGroup: true).Replies);

    [Fact]
    public void The_link_in_a_group_is_given_once_in_ten_minutes_and_holds_the_command()
    {
        var first = Say(ConversationState.Start, "!claim", inGroup: true);
        var reply = Assert.Single(first.Replies);
        Assert.Contains("https://wa.me/6280000099999?text=%21claim", reply.Text, StringComparison.Ordinal);
        Assert.Equal("M1", reply.Quote!.MessageId);

        Assert.Empty(Say(first.State, "!claim", inGroup: true).Replies);
        Assert.Single(Say(first.State, "!claim", inGroup: true, facts: Facts() with { Now = Now + TimeSpan.FromMinutes(10) }).Replies);
    }

    [Fact]
    public void With_a_known_private_chat_a_command_in_the_group_is_answered_there_only()
    {
        var facts = Facts();
        facts.Member.PrivateChat = "private@lid";

        Assert.Equal("private@lid", Assert.Single(Say(ConversationState.Start, "!claim", inGroup: true, facts: facts).Replies).Chat);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Forwarded_and_edited_messages_never_command(bool forwarded, bool edited)
    {
        var turn = new Turn("1@lid", "M1", "1@lid", "ya", false, forwarded, edited);

        var result = Dialogue.Handle(Confirming(), turn, Facts());

        Assert.Null(result.Request);
        Assert.False(Dialogue.NeedsMembership(Confirming(), turn, null));
        Assert.Equal(DialogueStep.Confirm, result.State.Step);
    }

    [Fact]
    public void The_yes_is_worth_nothing_once_the_member_has_left() =>
        Assert.Null(Say(Confirming(), "ya", facts: Facts() with { Membership = Presence.Absent }).Request);

    [Fact]
    public void An_unknown_membership_delays_and_loses_no_answer()
    {
        var waiting = Say(Confirming(), "ya", facts: Facts() with { Membership = Presence.Unknown });
        Assert.Null(waiting.Request);

        Assert.NotNull(Say(waiting.State, "ya").Request);
    }

    [Fact]
    public void A_name_taken_at_the_last_moment_is_asked_for_again_with_free_ones()
    {
        var result = Say(Confirming(), "ya", facts: Facts() with { TakenUsernames = new HashSet<string> { "budi_27" } });

        Assert.Null(result.Request);
        Assert.Equal((DialogueStep.Name, 3), (result.State.Step, result.State.Suggestions.Distinct().Count()));
        Assert.All(result.State.Suggestions, name => Assert.Equal(UsernameFault.None, UsernameRules.Check(name)));
        Assert.Equal(result.State.Suggestions[1], Say(result.State, "2").State.Username);
    }

    [Fact]
    public void A_suggestion_is_taken_by_ya() =>
        Assert.Equal(("budi_a", DialogueStep.Confirm), AfterYes(Say(Naming(), "budi a").State));

    [Fact]
    public void The_group_name_is_nobodys_username() =>
        Assert.Equal(DialogueStep.Name, Say(Naming(), "grup_uji").State.Step);

    [Theory]
    [InlineData(CreationStep.Account, DeletionStep.Waiting, ClaimState.Creating)]
    [InlineData(CreationStep.FinalCheck, DeletionStep.Waiting, ClaimState.Active)]
    [InlineData(CreationStep.FinalCheck, DeletionStep.Waiting, ClaimState.Deleting)]
    [InlineData(CreationStep.FinalCheck, DeletionStep.Server, ClaimState.Deleting)]
    public void A_second_claim_is_refused_with_the_state_of_the_first(CreationStep step, DeletionStep deletion, ClaimState state)
    {
        var facts = Facts() with { LiveClaim = Claim(state, step, deletion) };

        foreach (var result in new[] { Say(ConversationState.Start, "!claim", facts: facts), Say(Confirming(), "ya", facts: facts) })
        {
            Assert.Null(result.Request);
            Assert.Contains("budi_27", Assert.Single(result.Replies).Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1")]
    [InlineData("!claim")]
    public void A_failed_claim_is_tried_again_as_the_same_claim(string text)
    {
        var claim = Claim(ClaimState.Failed, CreationStep.Server, DeletionStep.Waiting);

        Assert.Equal(new TurnRequest.RetryClaim(claim.Ref), Say(ConversationState.Start, text, facts: Facts() with { LiveClaim = claim }).Request);
    }

    [Theory]
    [InlineData(64 * 1024)]
    [InlineData(1)]
    public void Long_and_odd_texts_are_answered_briefly(int repeats)
    {
        foreach (var piece in (string[])["x", "😀", "\u202Eabc", "\ud800", "\0", "{user}{pass}", "*`~", "א", "\n"])
        {
            foreach (var state in new[] { ConversationState.Start, Naming(), Confirming(), new ConversationState { Step = DialogueStep.Template, At = Now } })
            {
                var reply = Assert.Single(Say(state, string.Concat(Enumerable.Repeat(piece, repeats))).Replies);
                Assert.InRange(reply.Text.Length, 1, 700);
                Assert.DoesNotContain('\u202E', reply.Text);
            }
        }
    }

    private static ConversationState Naming() => new() { Step = DialogueStep.Name, Template = "nodejs", At = Now };

    private static ConversationState Confirming() => new() { Step = DialogueStep.Confirm, Template = "nodejs", Username = "budi_27", At = Now };

    private static (string?, DialogueStep) AfterYes(ConversationState state)
    {
        var next = Say(state, "ya").State;
        return (next.Username, next.Step);
    }

    internal static ConversationResult Say(ConversationState state, string? text, bool inGroup = false, ConversationFacts? facts = null) =>
        Dialogue.Handle(state, new Turn(inGroup ? "g@g.us" : "1@lid", "M1", "1@lid", text, inGroup), facts ?? Facts());

    [Fact]
    public void Who_waits_hears_for_what()
    {
        var queued = Claim(ClaimState.Creating, CreationStep.Server, DeletionStep.Waiting);
        (queued.QueuedAt, queued.FailureCode) = (Now, FailureCodes.NoAllocation);
        var waiting = Claim(ClaimState.Creating, CreationStep.Account, DeletionStep.Waiting);
        waiting.WaitingSince = Now;
        var turn = new Turn("1@lid", "T1", "1@lid", "!status", false);

        var inLine = Dialogue.Handle(ConversationState.Start, turn, Facts() with { LiveClaim = queued, QueuePosition = 3 }).Replies[0].Text;
        var panelAway = Dialogue.Handle(ConversationState.Start, turn, Facts() with { LiveClaim = waiting }).Replies[0].Text;

        Assert.Contains("nomor 3: semua port sedang dipakai", inLine, StringComparison.Ordinal);
        Assert.Contains("Panel server sedang gangguan", panelAway, StringComparison.Ordinal);
    }

    internal static ConversationFacts Facts() => new(new Member { Id = 1, WaJid = "1@lid", PushName = "Uji" }, null, Presence.Present, ChatStory.Templates,
        new HashSet<string>(), false, "Grup Uji", "http://127.0.0.1:8090", "6280000099999", new ClaimsOptions(), Now, 7);

    internal static Claim Claim(ClaimState state, CreationStep step, DeletionStep deletion) => new()
    {
        Id = new Guid(1, 2, 3, new byte[8]),
        WaJid = "1@lid",
        Template = "nodejs",
        Username = "budi_27",
        State = state,
        Step = step,
        DeletionStep = deletion,
        WasActive = state == ClaimState.Deleting,
        Version = 4,
    };
}
