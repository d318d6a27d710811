namespace Shared.Claims;

/// <summary>One member's claim to one server. Read it freely; only <see cref="IClaimService"/> changes it.</summary>
public sealed class Claim
{
    /// <summary>The panel server's <c>external_id</c>, in lower-case "D" form.</summary>
    public Guid Id { get; init; }

    public long MemberId { get; internal set; }

    /// <summary>The owner's bare JID under which the claim was made: the panel user's <c>external_id</c>, whatever is learned about the member later.</summary>
    public required string WaJid { get; init; }

    public ClaimState State { get; internal set; }
    public CreationStep Step { get; internal set; }
    public DeletionStep DeletionStep { get; internal set; }

    /// <summary>Grows with every change; every change names the version it read.</summary>
    public int Version { get; internal set; }

    /// <summary>Name of the <see cref="Templates.ServerTemplate"/>.</summary>
    public required string Template { get; init; }

    /// <summary>The member's wish, in lower case. Unique among live claims.</summary>
    public required string Username { get; init; }

    /// <summary>The name the panel user really has or will have; set before the user is created.</summary>
    public string? PanelUsername { get; internal set; }
    public int? PanelUserId { get; internal set; }
    public int? PanelServerId { get; internal set; }
    public string? ServerIdentifier { get; internal set; }
    public int? NodeId { get; internal set; }
    public int? AllocationId { get; internal set; }
    public string? Address { get; internal set; }
    public int? Port { get; internal set; }

    /// <summary>Protected password of the panel user until the credentials message is written. Read it through <see cref="IClaimService.ReadPasswordAsync"/>.</summary>
    public byte[]? ProtectedPassword { get; internal set; }

    /// <summary>Answered failures of the step in hand (creation or deletion); back to zero with each step done.</summary>
    public int FailedAttempts { get; internal set; }

    /// <summary>No step is tried before this instant.</summary>
    public DateTimeOffset? NotBefore { get; internal set; }
    public DateTimeOffset? InstallStartedAt { get; internal set; }

    /// <summary>Since when the panel could not be reached; bounds the longest wait.</summary>
    public DateTimeOffset? WaitingSince { get; internal set; }

    /// <summary>The member has been told once that the panel is out of reach.</summary>
    public bool WaitingTold { get; internal set; }

    /// <summary>Short machine code of the last failure, see <see cref="FailureCodes"/>.</summary>
    public string? FailureCode { get; internal set; }

    /// <summary>It was active once: leaving starts a grace period and a return revives it.</summary>
    public bool WasActive { get; internal set; }
    public DateTimeOffset? DeletionRequestedAt { get; internal set; }

    /// <summary>Observed part of the grace period, by the monotonic clock while the session was logged in.</summary>
    public TimeSpan GraceObserved => TimeSpan.FromMilliseconds(GraceObservedMs);

    /// <summary>The stored form, so that one statement can add to all rows.</summary>
    internal long GraceObservedMs { get; set; }

    /// <summary>The deadline the member was last told.</summary>
    public DateTimeOffset? DeadlineTold { get; internal set; }

    /// <summary>Deletion has used up its tries (node down), or the member is back after it had begun: it waits for an operator.</summary>
    public bool DeletionHeld { get; internal set; }

    /// <summary>An operator has let a held deletion go on: it is not held a second time because the member is back.</summary>
    public bool DeletionConfirmed { get; internal set; }

    /// <summary>Since when it waits for a free place; kept until the server is made, so that its turn is not lost on the way.</summary>
    public DateTimeOffset? QueuedAt { get; internal set; }

    /// <summary>The node an operator wants left out of the next choice.</summary>
    public int? AvoidNodeId { get; internal set; }

    /// <summary>What an operator added to this claim's grace.</summary>
    public TimeSpan GraceExtra => TimeSpan.FromMilliseconds(GraceExtraMs);

    internal long GraceExtraMs { get; set; }

    /// <summary>Limits of its own after an upgrade; null: those of the template.</summary>
    public int? MemoryMiB { get; internal set; }
    public int? DiskMiB { get; internal set; }
    public int? CpuPercent { get; internal set; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ChangedAt { get; internal set; }
    public DateTimeOffset? ActiveAt { get; internal set; }
    public DateTimeOffset? DeletedAt { get; internal set; }

    /// <summary>What a change has to name to be accepted.</summary>
    public ClaimRef Ref => new(Id, Version);

    /// <inheritdoc />
    public override string ToString() => $"claim {Id} {State} v{Version}"; // neither JID nor username belongs in a log
}

/// <summary>A claim as it was read: a change made from it is refused once the row has moved on.</summary>
public readonly record struct ClaimRef(Guid Id, int Version);
