namespace Sandbox.Panel.Faults;

/// <summary>Draws faults at random, but always the same ones for the same seed and the same requests.</summary>
/// <param name="seed">Names the run.</param>
/// <param name="chance">Share of requests that meet a fault, 0 to 1.</param>
/// <param name="most">No more than so many faults, so that a run comes to an end.</param>
internal sealed class PanelFaultDice(int seed, double chance, int most)
{
    private static readonly PanelFaultKind[] Anywhere =
    [
        PanelFaultKind.ServerError, PanelFaultKind.Maintenance, PanelFaultKind.HtmlBody, PanelFaultKind.TooManyRequests, PanelFaultKind.Hang, PanelFaultKind.LoseAnswer,
    ];

    // Each kind where the real panel could show it.
    private static readonly Dictionary<string, PanelFaultKind[]> ByRoute = new()
    {
        ["POST /users"] = [PanelFaultKind.FailAfterCommit, PanelFaultKind.AppearLater, PanelFaultKind.UsernameTaken, PanelFaultKind.EmailTaken],
        ["PATCH /users/{user}"] = [PanelFaultKind.FailAfterCommit],
        ["DELETE /users/{user}"] = [PanelFaultKind.FailAfterCommit],
        ["POST /servers"] =
        [
            PanelFaultKind.FailAfterCommit, PanelFaultKind.RollBackLater, PanelFaultKind.AppearLater, PanelFaultKind.AllocationTakenBefore, PanelFaultKind.AllocationTakenInGap,
            PanelFaultKind.InstallFails, PanelFaultKind.InstallSticks, PanelFaultKind.PortNeverOpens, PanelFaultKind.PortClosesAtOnce, PanelFaultKind.DaemonDown,
            PanelFaultKind.WrongOwner, PanelFaultKind.WrongOwnerAnswered,
        ],
        ["POST /servers/{server}/suspend"] = [PanelFaultKind.FailAfterCommit, PanelFaultKind.DaemonDown],
        ["DELETE /servers/{server}"] = [PanelFaultKind.FailAfterCommit, PanelFaultKind.DaemonDown, PanelFaultKind.AppearLater],
    };

    private static readonly int[] Statuses = [500, 502, 503, 504];
    private readonly Random random = new(seed);
    private readonly List<string> drawn = [];

    /// <summary>Every kind that a request of this route can meet.</summary>
    public static IReadOnlyList<PanelFaultKind> KindsAt(string route) => [.. Anywhere, .. ByRoute.GetValueOrDefault(route, [])];

    /// <summary>What was drawn so far, as "kind at route", in order.</summary>
    public IReadOnlyList<string> Drawn => drawn;

    /// <summary>The fault this request meets, if any. The caller holds the lock of the switches.</summary>
    public PanelFault? Draw(string route)
    {
        if (drawn.Count >= most || random.NextDouble() >= chance)
        {
            return null;
        }

        var own = ByRoute.GetValueOrDefault(route, []);
        var kinds = own.Length > 0 && random.Next(2) == 0 ? own : Anywhere;
        var kind = kinds[random.Next(kinds.Length)];
        drawn.Add($"{kind} at {route}");
        return new PanelFault(kind, route) { Status = Statuses[random.Next(Statuses.Length)], Delay = TimeSpan.FromSeconds(1 + random.Next(28)) };
    }
}
