using Shared.Claims;
using Shared.Members;
using Shared.Outbox;
using WaBot.Texts;

namespace WaBot.Conversation;

/// <summary>
/// The conversation as a pure function: the same state, turn and facts always give the same answer. In a private chat every text is answered and every answer
/// names a way on; in a group only commands are, and never with anything personal.
/// </summary>
internal static class Dialogue
{
    /// <summary>After this much silence the dialogue is saved and closed.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    /// <summary>One link per member in this time is enough for a busy group.</summary>
    public static readonly TimeSpan LinkEvery = TimeSpan.FromMinutes(10);

    /// <summary>Whether the answer depends on a live membership check; it is made only then.</summary>
    public static bool NeedsMembership(ConversationState state, Turn turn, Claim? liveClaim)
    {
        if (!IsReadable(turn))
        {
            return false;
        }
        var input = Input.Read(turn.Text);
        var wantsClaim = IsClaim(input, turn);
        return liveClaim switch
        {
            null => wantsClaim || (!turn.IsGroup && state.Step is DialogueStep.Confirm or DialogueStep.Resume && input.IsYes),
            { State: ClaimState.Failed } => wantsClaim || (!turn.IsGroup && input.Number == 1),
            _ => false,
        };
    }

    /// <summary>One message of a member.</summary>
    public static ConversationResult Handle(ConversationState state, Turn turn, ConversationFacts facts)
    {
        var input = Input.Read(IsReadable(turn) ? turn.Text : null);
        return turn.IsGroup ? InGroup(state, turn, input, facts) : InPrivate(state, turn, input, facts, turn.Chat);
    }

    internal static bool IsClaim(Input input, Turn turn) =>
        input.Command == Command.Claim || (!turn.IsGroup && !input.IsBang && input.BareCommand == Command.Claim);

    private static ConversationResult InGroup(ConversationState state, Turn turn, Input input, ConversationFacts facts)
    {
        if (!IsReadable(turn) || input.Command == Command.None)
        {
            return new ConversationResult(state, facts.Member.Language, [], null); // unknown chatter is nobody's business
        }
        if (facts.Member.PrivateChat is { } chat)
        {
            return InPrivate(state, turn, input, facts, chat);
        }
        if (state.LinkedAt is { } last && facts.Now - last < LinkEvery && facts.Now >= last)
        {
            return new ConversationResult(state, facts.Member.Language, [], null);
        }
        var text = Catalogue.Of(facts.Member.Language).Write(TextKey.GroupOpenChat, ("bot", facts.BotPhone));
        var reply = new Draft(turn.Chat, text, new Quote(turn.MessageId, turn.SenderJid, input.Raw));
        return new ConversationResult(state with { LinkedAt = facts.Now }, facts.Member.Language, [reply], null);
    }

    private static ConversationResult InPrivate(ConversationState state, Turn turn, Input input, ConversationFacts facts, string chat)
    {
        if (turn.IsEdit)
        {
            return new ConversationResult(state, facts.Member.Language, [], null); // what was answered stays answered
        }
        var language = !state.LanguageChosen && input.SpeaksEnglish ? Language.English : facts.Member.Language;
        return new DialogueTurn(Rested(state, facts.Now), turn, input, facts, language, chat).Run();
    }

    /// <summary>A forwarded or edited message, a voice note or a sticker never commands anything.</summary>
    private static bool IsReadable(Turn turn) => turn is { Text: not null, IsForwarded: false, IsEdit: false };

    private static ConversationState Rested(ConversationState state, DateTimeOffset now) =>
        state.Step is DialogueStep.Template or DialogueStep.Name or DialogueStep.Confirm && state.At is { } at && now - at > Idle
            ? state with { Step = DialogueStep.Resume, SavedStep = state.Step, Misunderstood = 0, AskedToResume = false }
            : state;
}
