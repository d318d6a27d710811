namespace Sandbox.Panel.Faults;

/// <summary>What goes wrong with a request of the simulated panel.</summary>
public enum PanelFaultKind
{
    /// <summary>Answered with <see cref="PanelFault.Status"/> as JSON; nothing is done.</summary>
    ServerError,

    /// <summary>503, as in maintenance mode; nothing is done.</summary>
    Maintenance,

    /// <summary>A proxy's HTML page with <see cref="PanelFault.Status"/>; nothing is done.</summary>
    HtmlBody,

    /// <summary>429 with Retry-After of <see cref="PanelFault.Delay"/>; nothing is done.</summary>
    TooManyRequests,

    /// <summary>No answer until the caller hangs up; nothing is done.</summary>
    Hang,

    /// <summary>Done and committed, then the connection is cut.</summary>
    LoseAnswer,

    /// <summary>Done and committed, then answered 500, as with a dead mail queue.</summary>
    FailAfterCommit,

    /// <summary>Server creation: the row can be seen for <see cref="PanelFault.Delay"/> and is then taken back; the connection is cut.</summary>
    RollBackLater,

    /// <summary>A proxy answers 504 at once; a user's or server's creation, or a server's deletion, is committed after <see cref="PanelFault.Delay"/>.</summary>
    AppearLater,

    /// <summary>Server creation: somebody takes the allocation before the check (422).</summary>
    AllocationTakenBefore,

    /// <summary>Server creation: somebody takes the allocation after the check (500).</summary>
    AllocationTakenInGap,

    /// <summary>User creation: a stranger has the username.</summary>
    UsernameTaken,

    /// <summary>User creation: a stranger has the email.</summary>
    EmailTaken,

    /// <summary>Server creation: the install will end in install_failed.</summary>
    InstallFails,

    /// <summary>Server creation: the install never ends.</summary>
    InstallSticks,

    /// <summary>Server creation: installed, but no port ever opens.</summary>
    PortNeverOpens,

    /// <summary>Server creation: the port accepts and closes at once, as a proxy without a backend does.</summary>
    PortClosesAtOnce,

    /// <summary>The node's daemon refuses (504 DaemonConnectionException); the panel takes back what it had begun.</summary>
    DaemonDown,

    /// <summary>Server creation: the server is given to another owner than asked for.</summary>
    WrongOwner,

    /// <summary>Server creation: all is made as asked for, but the answer names another owner.</summary>
    WrongOwnerAnswered,
}

/// <summary>One switch: which requests it meets and how often.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Route">As in "POST /servers" or "DELETE /users/{id}"; "*" meets every request.</param>
internal sealed record PanelFault(PanelFaultKind Kind, string Route = "*")
{
    /// <summary>How many requests it meets; null until it is cleared.</summary>
    public int? Times { get; init; } = 1;

    /// <summary>How many matching requests pass before it begins.</summary>
    public int Skip { get; init; }

    public int Status { get; init; } = 500;

    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The switch works only from and until these instants of the panel's clock.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }
}
