using Shared.Claims;
using Shared.Members;
using Shared.Notices;

namespace WaBot.Texts;

/// <summary>What members are told without having asked.</summary>
internal sealed class NoticeWriter : INoticeWriter
{
    public string Write(Notice notice, Language language)
    {
        var texts = Catalogue.Of(language);
        return notice switch
        {
            Notice.CreationStarted n => texts.Write(TextKey.WorkStart, ("name", n.Name)),
            Notice.StepReached { Step: CreationStep.FinalCheck } n => texts.Write(TextKey.WorkFinalCheck, ("name", n.Name)),
            Notice.StepReached { Step: CreationStep.Installation } n => texts.Write(TextKey.WorkInstalling, ("name", n.Name)),
            Notice.StepReached n => texts.Write(TextKey.GateInProgress, ("name", n.Name), ("step", Catalogue.Number((int)n.Step))),
            Notice.WaitingForPanel n => texts.Write(TextKey.WorkWaiting, ("name", n.Name)),
            Notice.Queued n => texts.Write(TextKey.WorkQueued, ("name", n.Name), ("position", Catalogue.Number(n.Position)), ("reason", Why(texts, n.ReasonCode))),
            Notice.ServerReady n => texts.Write(TextKey.ReadyPassword, ("name", n.Name), ("panelUrl", n.PanelUrl), ("user", n.Username), ("pass", n.Password)),
            Notice.CreationFailed { FailureCode: FailureCodes.InstallFailed or FailureCodes.InstallTimeout } n => texts.Write(TextKey.FailStuckInstall, ("name", n.Name), ("ref", n.Reference)),
            Notice.CreationFailed n => texts.Write(TextKey.FailFinal, ("name", n.Name), ("ref", n.Reference)),
            Notice.LeftWhileCreating n => texts.Write(TextKey.LeftWhileCreating, ("name", n.Name)),
            Notice.GraceStarted n => texts.Write(TextKey.GraceStart,
                ("group", Echo.Of(n.GroupName)), ("name", n.Name), ("deadline", texts.When(n.Deadline)), ("left", texts.Words(n.Left)), ("panelUrl", n.PanelUrl)),
            Notice.GraceCancelled n => texts.Write(TextKey.GraceCancel, ("name", n.Name)),
            Notice.GraceExtended n => texts.Write(TextKey.GraceExtended, ("name", n.Name), ("deadline", texts.When(n.Deadline))),
            Notice.GraceLastHour n => texts.Write(TextKey.GraceLastHour, ("name", n.Name), ("deadline", texts.When(n.Deadline))),
            Notice.CredentialsReminder n => texts.Write(TextKey.ReadyRemind, ("name", n.Name)),
            Notice.ServerDeleted n => texts.Write(TextKey.Deleted, ("name", n.Name), ("group", Echo.Of(n.GroupName)), ("grace", texts.Words(n.Grace))),
            Notice.CleanedUp n => texts.Write(TextKey.CleanedUp, ("name", n.Name)),
            _ => throw new ArgumentOutOfRangeException(nameof(notice), notice.GetType().Name, "No text for this notice."),
        };
    }

    /// <summary>Why there is no place.</summary>
    public static string Why(Catalogue texts, string? failureCode) => texts.Write(failureCode == FailureCodes.NoAllocation ? TextKey.ReasonNoPort : TextKey.ReasonNodeFull);
}
