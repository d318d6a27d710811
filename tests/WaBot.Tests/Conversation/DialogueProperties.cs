using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shared.Claims;
using Shared.Conversations;
using Shared.Members;
using Shared.Membership;
using WaBot.Conversation;

namespace WaBot.Tests.Conversation;

/// <summary>Random members, random words, a world that changes between any two of them.</summary>
public class DialogueProperties
{
    private const string Secret = "Xy7-secret-password";

    private static readonly string[] Words =
    [
        "!claim", "claim", "!status", "!help", "!batal", "!lang en", "!lang id", "!admin", "!foo", "1", "2", "9", "0", "satu", "ya", "ok", "tidak", "ubah", "sudah",
        "budi_27", "Budi 27", "admin", "_x_", "yes", "hello", "", "   ", "{name}", "\u202Etest", "\ud83d", "1\uFE0F\u20E3",
    ];

    private static readonly string[] WaysForward = ["!claim", "!status", "!help", "!admin", "!batal", "*ya*", "*1*", "*0*", "!lang"];

    [Property(MaxTest = 400)]
    public Property No_transcript_makes_two_claims_and_none_ends_without_a_way_forward() =>
        Prop.ForAll(Moves().ArrayOf().ToArbitrary(), moves =>
        {
            var member = new Member { Id = 1, WaJid = "1@lid", PushName = "Uji" };
            var state = ConversationState.Start;
            var now = new DateTimeOffset(2026, 11, 22, 7, 0, 0, TimeSpan.Zero);
            Claim? live = null;
            foreach (var move in moves)
            {
                now += TimeSpan.FromMinutes(move.Minutes);
                live = Changed(live, move.World);
                var turn = new Turn(move.InGroup ? "g@g.us" : "1@lid", "M1", "1@lid", move.Text, move.InGroup, move.Forwarded, move.Edited);
                var facts = DialogueTests.Facts() with { Member = member, LiveClaim = live, Membership = move.Membership, Now = now, Chance = move.Minutes, HasCredentialsMessage = live is { State: ClaimState.Active } };
                var result = Dialogue.Handle(ConversationState.Parse(state.ToJson()), turn, facts);

                Check(turn, result, move, live, state);
                state = result.State;
                member.Language = result.Language;
                member.PrivateChat ??= move.InGroup ? null : "1@lid";
                live = result.Request switch
                {
                    TurnRequest.SubmitClaim submit => Make(ClaimState.Creating, submit.Username),
                    TurnRequest.RetryClaim => Make(ClaimState.Creating, live!.Username),
                    _ => live,
                };
            }
        });

    private static void Check(Turn turn, ConversationResult result, Move move, Claim? live, ConversationState before)
    {
        if (result.Request is TurnRequest.SubmitClaim submit)
        {
            Assert.Null(live);
            Assert.Equal(Presence.Present, move.Membership);
            Assert.True(Dialogue.NeedsMembership(before, turn, live));
            Assert.Equal(UsernameFault.None, UsernameRules.Check(submit.Username));
        }
        if (result.Request is TurnRequest.RetryClaim)
        {
            Assert.Equal((ClaimState.Failed, Presence.Present), (live!.State, move.Membership));
            Assert.True(Dialogue.NeedsMembership(before, turn, live));
        }
        if (turn is { IsForwarded: true } or { IsEdit: true } or { Text: null })
        {
            Assert.Null(result.Request);
        }
        foreach (var reply in result.Replies)
        {
            Assert.Contains(WaysForward, way => reply.Text.Contains(way, StringComparison.Ordinal) || reply.Chat == "g@g.us");
            Assert.DoesNotContain(Secret, reply.Text, StringComparison.Ordinal);
            Assert.False(reply.Chat == "g@g.us" && reply.Text.Contains("budi", StringComparison.OrdinalIgnoreCase));
            Assert.InRange(reply.Text.Length, 1, 700);
        }
        Assert.Equal(turn.IsGroup ? result.Replies.Count : turn.IsEdit ? 0 : 1, result.Replies.Count);
    }

    private static Claim? Changed(Claim? live, int world) => (live?.State, world) switch
    {
        (ClaimState.Creating, 0) => Make(ClaimState.Failed, live!.Username),
        (ClaimState.Creating, 1) => Make(ClaimState.Active, live!.Username),
        (ClaimState.Active or ClaimState.Creating, 2) => Make(ClaimState.Deleting, live!.Username),
        (ClaimState.Deleting, 3) => null,
        _ => live,
    };

    private static Claim Make(ClaimState state, string username) => new()
    {
        Id = new Guid(1, 2, 3, new byte[8]),
        WaJid = "1@lid",
        Template = "nodejs",
        Username = username,
        State = state,
        Step = CreationStep.FinalCheck,
        WasActive = state == ClaimState.Deleting,
        ProtectedPassword = System.Text.Encoding.UTF8.GetBytes(Secret),
    };

    private static Gen<Move> Moves() =>
        from text in Gen.OneOf(Gen.Elements(Words), ArbMap.Default.GeneratorFor<string>())
        from kind in Gen.Choose(0, 19)
        from minutes in Gen.Elements(0, 0, 0, 1, 5, 11, 300)
        from world in Gen.Choose(0, 7)
        from membership in Gen.Elements(Presence.Present, Presence.Present, Presence.Present, Presence.Absent, Presence.Unknown)
        select new Move(kind == 0 ? null : text, kind is 1 or 2, kind == 3, kind == 4, minutes, world, membership);

    private sealed record Move(string? Text, bool InGroup, bool Forwarded, bool Edited, int Minutes, int World, Presence Membership);
}
