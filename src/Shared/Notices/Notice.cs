using Shared.Claims;
using Shared.Members;

namespace Shared.Notices;

/// <summary>Something a member is told without having asked. The server's name is the username.</summary>
public abstract record Notice
{
    private Notice()
    {
    }

    /// <summary>The finished text holds a secret: it is protected in the outbox and erased after delivery.</summary>
    public virtual bool IsSecret => false;

    public sealed record CreationStarted(string Name) : Notice;

    public sealed record StepReached(string Name, CreationStep Step) : Notice;

    /// <summary>Said once per claim: the panel is out of reach, the request is kept.</summary>
    public sealed record WaitingForPanel(string Name) : Notice;

    /// <summary>Said once per claim: every place is taken and the claim stands in line.</summary>
    /// <param name="ReasonCode">One of <see cref="FailureCodes"/>.</param>
    public sealed record Queued(string Name, int Position, string ReasonCode) : Notice;

    public sealed record ServerReady(string PanelUrl, string Name, string Username, string Password) : Notice
    {
        /// <inheritdoc />
        public override bool IsSecret => true;

        /// <inheritdoc />
        public override string ToString() => nameof(ServerReady);
    }

    /// <summary>Half an hour after the credentials: the member has not said that the password was changed. Said once.</summary>
    public sealed record CredentialsReminder(string Name) : Notice;

    /// <param name="Reference">Short code the member can quote to an admin.</param>
    /// <param name="FailureCode">One of <see cref="FailureCodes"/>.</param>
    public sealed record CreationFailed(string Name, string Reference, string FailureCode) : Notice;

    public sealed record LeftWhileCreating(string Name) : Notice;

    public sealed record GraceStarted(string Name, string GroupName, string PanelUrl, DateTimeOffset Deadline, TimeSpan Left) : Notice;

    public sealed record GraceCancelled(string Name) : Notice;

    /// <summary>The bot had been offline; the clock stood still meanwhile.</summary>
    public sealed record GraceExtended(string Name, DateTimeOffset Deadline) : Notice;

    /// <summary>An hour of grace is left; said once per departure.</summary>
    public sealed record GraceLastHour(string Name, DateTimeOffset Deadline) : Notice;

    public sealed record ServerDeleted(string Name, string GroupName, TimeSpan Grace) : Notice;

    /// <summary>A claim left while creating is cleaned up: a fresh one is possible.</summary>
    public sealed record CleanedUp(string Name) : Notice;
}

/// <summary>Writes the finished text in a language. Implemented by the host's catalogues.</summary>
public interface INoticeWriter
{
    string Write(Notice notice, Language language);
}
