using Shared.Claims;
using Shared.Conversations;
using Shared.Members;
using Shared.Membership;
using Shared.Outbox;
using Shared.Templates;
using WaBot.Texts;

namespace WaBot.Conversation;

/// <summary>One turn in a private chat: commands first, then what the step waits for. The steps of a new claim stand in their own file.</summary>
internal sealed partial class DialogueTurn(ConversationState state, Turn turn, Input input, ConversationFacts facts, Language language, string chat)
{
    private Catalogue texts = Catalogue.Of(language);
    private Language language = language;

    private Claim? Live => facts.LiveClaim;

    public ConversationResult Run()
    {
        if (Dialogue.IsClaim(input, turn))
        {
            return AskForClaim();
        }
        if (Obeyed() is { } done)
        {
            return done;
        }
        return state.Step switch
        {
            DialogueStep.Template => ChooseTemplate(),
            DialogueStep.Name => ChooseName(),
            DialogueStep.Confirm => Confirm(),
            DialogueStep.Resume => Resume(),
            _ => Chat(),
        };
    }

    private ConversationResult? Obeyed()
    {
        var command = input.Command != Command.None || state.Step != DialogueStep.Idle ? input.Command : input.BareCommand;
        return command switch
        {
            Command.Help => Say(Text(TextKey.Help)),
            Command.Status => Say(Status()),
            Command.Language => SwitchLanguage(),
            Command.Admin => Say(Text(TextKey.AdminCalled), request: new TurnRequest.CallOperator()),
            _ when input.IsStop => Stop(),
            _ when input.IsDone => HideCredentials(),
            _ => null,
        };
    }

    /// <summary>The gates in front of a claim, and another try of one that failed.</summary>
    private ConversationResult AskForClaim()
    {
        var closed = state with { Step = DialogueStep.Idle, Misunderstood = 0 };
        switch (Live)
        {
            case { State: ClaimState.Failed }:
                return Retry();
            case not null:
                return Say(Status(asked: false), closed);
        }
        return facts.Membership switch
        {
            Presence.Absent => Say(Text(TextKey.GateNotMember, ("group", Echo.Of(facts.GroupName))), closed),
            Presence.Unknown => Say(Text(TextKey.GateUnknown, ("again", "!claim")), closed),
            _ when facts.ClaimsPaused || facts.Templates.Count == 0 => Say(Text(TextKey.GatePaused), closed),
            _ => AskTemplate(),
        };
    }

    private ConversationResult Retry()
    {
        if (Live is not { } claim || facts.Membership != Presence.Present)
        {
            return Say(facts.Membership == Presence.Absent
                ? Text(TextKey.GateNotMember, ("group", Echo.Of(facts.GroupName)))
                : Text(TextKey.GateUnknown, ("again", "!claim")));
        }
        var from = Math.Min((int)claim.Step, (int)CreationStep.Server); // a retry never goes on behind the server
        return Say(Text(TextKey.WorkRetry, ("name", claim.Username), ("step", Catalogue.Number(from))),
            ConversationState.Start with { LanguageChosen = state.LanguageChosen, LinkedAt = state.LinkedAt }, new TurnRequest.RetryClaim(claim.Ref));
    }

    private ConversationResult Stop()
    {
        if (state.Step != DialogueStep.Idle)
        {
            return Say(Text(TextKey.CancelOk), Closed());
        }
        return Say(Text(Live is { State: ClaimState.Creating } ? TextKey.CancelTooLate : TextKey.CancelNothing));
    }

    private ConversationResult HideCredentials() => facts.HasCredentialsMessage
        ? Say(Text(TextKey.CredentialsHidden), request: new TurnRequest.HideCredentials())
        : Say(Text(TextKey.CredentialsNone));

    private ConversationResult SwitchLanguage()
    {
        Language? wanted = input.Argument switch
        {
            "en" or "english" or "inggris" => Language.English,
            "id" or "indonesia" or "indonesian" => Language.Indonesian,
            _ => null,
        };
        if (wanted is not { } chosen)
        {
            return Say(Text(TextKey.LanguageAsk));
        }
        language = chosen;
        texts = Catalogue.Of(chosen);
        return Say(Text(TextKey.LanguageSet), state with { LanguageChosen = true, Misunderstood = 0 });
    }

    /// <summary>Nothing is being asked: small talk, or the two choices after a failure.</summary>
    private ConversationResult Chat() => (Live, input.Number) switch
    {
        ({ State: ClaimState.Failed }, 1) => Retry(),
        ({ State: ClaimState.Failed }, 2) => Say(Text(TextKey.AdminCalled), request: new TurnRequest.CallOperator()),
        ({ State: ClaimState.Failed }, _) => NotUnderstood(Text(TextKey.ChoicesFailed), "1"),
        _ => NotUnderstood(Text(TextKey.ChoicesIdle), Text(TextKey.ExampleClaim)),
    };

    /// <summary>The live claim in words; <paramref name="asked"/> is false where it is the reason of a refusal.</summary>
    private string Status(bool asked = true) => Live switch
    {
        null => Text(TextKey.StatusNone),
        { State: ClaimState.Active } c when asked => Text(TextKey.StatusReady,
            ("name", c.Username), ("template", Title(c.Template)), ("ram", Memory(Find(c.Template))), ("date", texts.Day(c.CreatedAt)),
            ("panelUrl", facts.PanelUrl.TrimEnd('/')), ("user", c.PanelUsername ?? c.Username)),
        { State: ClaimState.Active } c => Text(TextKey.GateHasOne, ("name", c.Username), ("template", Title(c.Template)), ("panelUrl", facts.PanelUrl.TrimEnd('/'))),
        { State: ClaimState.Creating } c when facts.QueuePosition is { } position => Text(TextKey.WorkQueued,
            ("name", c.Username), ("position", Catalogue.Number(position)), ("reason", NoticeWriter.Why(texts, c.FailureCode))),
        { State: ClaimState.Creating, WaitingSince: not null } c => Text(TextKey.WorkWaiting, ("name", c.Username)),
        { State: ClaimState.Creating } c => Text(TextKey.GateInProgress, ("name", c.Username), ("step", Catalogue.Number((int)c.Step))),
        { State: ClaimState.Failed } c => Text(TextKey.FailFinal, ("name", c.Username), ("ref", c.Id.ToString("N")[..8])),
        { WasActive: true, DeletionStep: DeletionStep.Waiting } c => Text(TextKey.StatusGrace,
            ("name", c.Username), ("deadline", texts.When(facts.Now + Left(c))), ("left", texts.Words(Left(c)))),
        { } c => Text(TextKey.GateDeleting, ("name", c.Username)),
    };

    private TimeSpan Left(Claim claim) => claim.GraceObserved < facts.Rules.GracePeriod + claim.GraceExtra ? facts.Rules.GracePeriod + claim.GraceExtra - claim.GraceObserved : TimeSpan.Zero;

    /// <summary>First the choices, then an example, then a human (chat rule 5).</summary>
    private ConversationResult NotUnderstood(string choices, string example, string? firstAnswer = null)
    {
        var count = Math.Min(state.Misunderstood + 1, 3);
        var text = count switch
        {
            1 => firstAnswer ?? Text(TextKey.DontUnderstand, ("choices", choices)),
            2 => Text(TextKey.DontUnderstandExample, ("choices", choices), ("example", example)),
            _ => Text(TextKey.DontUnderstandHuman, ("choices", choices)),
        };
        return Say(text, state with { Misunderstood = count });
    }

    private ConversationResult Say(string text, ConversationState? next = null, TurnRequest? request = null) =>
        new((next ?? state with { Misunderstood = 0 }) with { At = facts.Now }, language, [new Draft(chat, text)], request);

    private ConversationState Closed() => new() { LanguageChosen = state.LanguageChosen, LinkedAt = state.LinkedAt };

    private string Text(TextKey key, params ReadOnlySpan<(string Name, string Value)> values) => texts.Write(key, values);

    private ServerTemplate? Find(string? name) => facts.Templates.FirstOrDefault(t => t.Name == name);

    private string Title(string name) => Find(name) is { } template ? Title(template) : name;

    private string Title(ServerTemplate template) => language == Language.English ? template.Title.En : template.Title.Id;

    private string Memory(ServerTemplate? template) => Size(template?.Limits.MemoryMiB ?? facts.Rules.MemoryMiB);

    private string Disk(ServerTemplate? template) => Size(template?.Limits.DiskMiB ?? facts.Rules.DiskMiB);

    private static string Size(int mebibytes) => mebibytes % 1024 == 0 ? $"{Catalogue.Number(mebibytes / 1024)} GB" : $"{Catalogue.Number(mebibytes)} MB";
}
