using Shared.Claims;
using Shared.Conversations;
using Shared.Membership;
using Shared.Templates;
using WaBot.Texts;

namespace WaBot.Conversation;

internal sealed partial class DialogueTurn
{
    private ConversationResult AskTemplate() => Say(
        Text(TextKey.ClaimStart, ("name", Echo.Of(facts.Member.PushName)), ("group", Echo.Of(facts.GroupName)), ("templates", TemplateLines())),
        Closed() with { Step = DialogueStep.Template });

    private ConversationResult ChooseTemplate()
    {
        var chosen = input.Number is { } number && number >= 1 && number <= facts.Templates.Count
            ? facts.Templates[number - 1]
            : facts.Templates.FirstOrDefault(t => t.Name == input.Text
                || t.Title.Id.Equals(input.Text, StringComparison.OrdinalIgnoreCase) || t.Title.En.Equals(input.Text, StringComparison.OrdinalIgnoreCase));
        if (chosen is not null)
        {
            return AskName(chosen);
        }
        if (input.IsNo)
        {
            return Stop();
        }
        var choices = Text(TextKey.ChoicesTemplate, ("numbers", string.Join(", ", Enumerable.Range(1, facts.Templates.Count).Select(Catalogue.Number))));
        return NotUnderstood(choices, "1", firstAnswer: Text(TextKey.TemplateBad, ("input", Echo.Of(turn.Text)), ("choices", choices)));
    }

    private ConversationResult AskName(ServerTemplate template) => Say(
        Text(TextKey.NameAsk, ("template", Title(template))),
        state with { Step = DialogueStep.Name, Template = template.Name, Username = null, Suggestions = [], Misunderstood = 0 });

    private ConversationResult ChooseName()
    {
        if (input.Raw.Length == 0 || (input.IsBang && input.Command == Command.None))
        {
            return NotUnderstood(Text(TextKey.ChoicesName), "budi_27"); // no text, or a command nobody knows
        }
        if (input.Number == 0)
        {
            return AskConfirm(Names.Picked(facts), lowered: false);
        }
        if (input.Number is { } number && number >= 1 && number <= state.Suggestions.Count)
        {
            return AskConfirm(state.Suggestions[number - 1], lowered: false);
        }
        if (input.IsYes && state.Suggestions.Count > 0)
        {
            return AskConfirm(state.Suggestions[0], lowered: false);
        }
        var name = UsernameRules.Normalize(input.Raw);
        var fault = Names.Check(name, facts.GroupName);
        if (fault != UsernameFault.None)
        {
            var suggestion = Names.Near(name, facts, count: 1);
            return Say(
                Text(TextKey.NameBad, ("input", Echo.Of(input.Raw)), ("reason", Reason(fault)), ("suggestion", suggestion[0])),
                state with { Suggestions = suggestion, Misunderstood = 0 });
        }
        return facts.TakenUsernames.Contains(name) ? OfferOthers(name) : AskConfirm(name, lowered: input.Raw.Any(char.IsUpper));
    }

    private ConversationResult OfferOthers(string taken)
    {
        var others = Names.Near(taken, facts, count: 3);
        return Say(
            Text(TextKey.NameTaken, ("input", taken), ("suggestions", string.Join(' ', others.Select((name, i) => $"*{Catalogue.Number(i + 1)}* `{name}`")))),
            state with { Step = DialogueStep.Name, Username = null, Suggestions = others, Misunderstood = 0 });
    }

    private ConversationResult AskConfirm(string name, bool lowered)
    {
        if (Find(state.Template) is not { } template)
        {
            return AskTemplate(); // the operator took it away meanwhile
        }
        if (facts.TakenUsernames.Contains(name))
        {
            return OfferOthers(name); // a suggestion that somebody else was quicker with
        }
        var text = Text(TextKey.Confirm,
            ("template", Title(template)), ("user", name), ("lowered", lowered ? Text(TextKey.ConfirmLowered) : ""),
            ("ram", Memory(template)), ("disk", Disk(template)), ("grace", texts.Words(facts.Rules.GracePeriod)));
        return Say(text, state with { Step = DialogueStep.Confirm, Username = name, Suggestions = [], Misunderstood = 0 });
    }

    private ConversationResult Confirm()
    {
        if (input.IsChange)
        {
            return AskTemplate();
        }
        if (input.IsNo)
        {
            return Stop();
        }
        return input.IsYes ? Submit() : NotUnderstood(Text(TextKey.ChoicesConfirm), "ya");
    }

    /// <summary>Everything is looked at once more: much may have changed since the first question.</summary>
    private ConversationResult Submit()
    {
        if (Live is not null || facts.Membership == Presence.Absent || facts.ClaimsPaused || facts.Templates.Count == 0)
        {
            return AskForClaim();
        }
        if (facts.Membership == Presence.Unknown)
        {
            return Say(Text(TextKey.GateUnknown, ("again", "ya")));
        }
        if (Find(state.Template) is not { } template || state.Username is not { } name)
        {
            return AskTemplate();
        }
        if (facts.TakenUsernames.Contains(name))
        {
            return OfferOthers(name);
        }
        return Say(Text(TextKey.WorkStart, ("name", name)), Closed(), new TurnRequest.SubmitClaim(template.Name, name));
    }

    private ConversationResult Resume()
    {
        if (input.IsYes && state.AskedToResume)
        {
            state = state with { Step = state.SavedStep, Misunderstood = 0 };
            return state.SavedStep switch
            {
                DialogueStep.Confirm when state.Username is { } name => AskConfirm(name, lowered: false),
                DialogueStep.Name when Find(state.Template) is { } template => AskName(template),
                _ => AskForClaim(),
            };
        }
        if (input.IsNo)
        {
            return Stop();
        }
        if (state.AskedToResume)
        {
            return NotUnderstood(Text(TextKey.ChoicesResume), "ya");
        }
        var step = state.SavedStep switch
        {
            DialogueStep.Name => TextKey.StepName,
            DialogueStep.Confirm => TextKey.StepConfirm,
            _ => TextKey.StepTemplate,
        };
        return Say(Text(TextKey.IdleSaved, ("step", Text(step))), state with { AskedToResume = true, Misunderstood = 0 });
    }

    private string TemplateLines() => string.Join('\n', facts.Templates.Select((template, i) =>
        Text(TextKey.TemplateLine, ("number", Catalogue.Number(i + 1)), ("template", Title(template)), ("ram", Memory(template)))));

    private string Reason(UsernameFault fault) => Text(fault switch
    {
        UsernameFault.TooShort => TextKey.ReasonTooShort,
        UsernameFault.TooLong => TextKey.ReasonTooLong,
        UsernameFault.HasSpace => TextKey.ReasonSpace,
        UsernameFault.HasSymbol => TextKey.ReasonSymbol,
        UsernameFault.BadEnd => TextKey.ReasonEnds,
        _ => TextKey.ReasonReserved,
    });
}
