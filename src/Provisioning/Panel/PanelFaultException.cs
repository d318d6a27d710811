namespace Provisioning.Panel;

/// <summary>Why a call of the panel brought no usable answer, and what is then known.</summary>
internal enum PanelFault
{
    /// <summary>No connection, or the circuit is open: nothing was sent.</summary>
    Unreachable,

    /// <summary>Sent, but no answer came back: whether it was done is unknown.</summary>
    NoAnswer,

    /// <summary>Answered with something that is not the panel's JSON (a proxy's page, a redirect): whether it was done is unknown.</summary>
    Unreadable,

    /// <summary>Answered 5xx: whether it was done is unknown.</summary>
    ServerError,

    /// <summary>The node's daemon failed, whatever the status; the panel takes back what it had begun.</summary>
    Daemon,

    /// <summary>429, or our own budget is used up: nothing was done.</summary>
    Throttled,

    /// <summary>The key is refused or lacks a right: nothing was done.</summary>
    KeyRejected,

    /// <summary>Another 4xx: nothing was done and asking again will not help.</summary>
    Refused,
}

/// <summary>A call that brought no usable answer. The message holds no secret and no personal data.</summary>
internal sealed class PanelFaultException(PanelFault fault, string call, int? status = null, string? code = null, Exception? inner = null)
    : Exception($"Panel call {call}: {fault}{(status is null ? "" : $", HTTP {status}")}{(code is null ? "" : $", {code}")}.", inner)
{
    public PanelFault Fault => fault;

    public string Call => call;

    public int? Status => status;

    public string? Code => code;

    /// <summary>How long to wait; only for <see cref="PanelFault.Throttled"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The fields that were refused and why; only for validation.</summary>
    public IReadOnlyList<RefusedField> Fields { get; init; } = [];
}

/// <summary>One failed rule, for example <c>username</c> and <c>unique</c>.</summary>
internal sealed record RefusedField(string Field, string Rule);
