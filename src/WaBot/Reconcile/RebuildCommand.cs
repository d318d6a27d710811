using Shared.Persistence;
using Shared.Reconcile;

namespace WaBot.Reconcile;

/// <summary>
/// <c>wabot rebuild</c>: with the database lost, the claims are read back from the panel, whose external ids name member and claim. Without <c>--apply</c> it only
/// says what it would do. Who is still a member the rosters tell once the host runs: everybody counts as present until two reads miss them.
/// </summary>
internal static class RebuildCommand
{
    private const string Apply = "--apply";

    /// <summary>sysexits.h: a service is unavailable.</summary>
    private const int UnavailableExitCode = 69;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        await using var app = WaBotHost.Build([.. args.Where(argument => argument != Apply)], replace: null);
        await app.Services.GetRequiredService<IDomainDatabase>().OpenAsync(CancellationToken.None);
        var reconciliation = app.Services.GetRequiredService<IReconciliation>();
        if (await reconciliation.RunAsync(CancellationToken.None) is not { } report)
        {
            await errors.WriteLineAsync("The panel could not be read whole, so nothing was done. Try again when it answers.");
            return UnavailableExitCode;
        }

        await output.WriteLineAsync($"{report.Servers} servers and {report.Users} users on the panel, {report.Claims} claims in the table.");
        var adopted = 0;
        foreach (var finding in report.Findings)
        {
            await output.WriteLineAsync($"{finding.Kind}: claim {finding.ClaimId?.ToString() ?? "-"}: {finding.Detail}. {finding.Proposal}");
            if (finding is { Kind: FindingKind.OrphanServer, ClaimId: { } claim } && args.Contains(Apply))
            {
                var outcome = await reconciliation.AdoptAsync(claim, CancellationToken.None);
                adopted += outcome == AdoptOutcome.Done ? 1 : 0;
                await output.WriteLineAsync($"  adopt: {outcome}");
            }
        }

        var orphans = report.Findings.Count(finding => finding.Kind == FindingKind.OrphanServer);
        await output.WriteLineAsync(args.Contains(Apply) ? $"{adopted} of {orphans} claims restored." : $"{orphans} claims can be restored: add {Apply} to do it.");
        return 0;
    }
}
