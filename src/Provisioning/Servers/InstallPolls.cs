using Provisioning.Panel;
using Shared.Claims;

namespace Provisioning.Servers;

/// <summary>What the shared list said of one claim's server.</summary>
/// <param name="Server">As the panel showed it within the last seconds; null when it did not show one.</param>
/// <param name="NextLook">Set when this claim was not asked for yet: the next call takes it along.</param>
internal sealed record InstallPoll(PanelServer? Server, TimeSpan? NextLook);

/// <summary>One list call answers for all claims whose servers install; at most one every few seconds, however many ask and however many are new.</summary>
internal sealed class InstallPolls(IClaimService claims, PanelClient panel, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // A little less than the interval, so that a claim asking every 5 s meets a fresh answer each time.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(4);
    private readonly SemaphoreSlim gate = new(1, 1);
    private IReadOnlyDictionary<Guid, PanelServer> last = new Dictionary<Guid, PanelServer>();
    private HashSet<Guid> asked = [];
    private long askedAt;

    public async Task<InstallPoll> GetAsync(Guid claimId, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            var age = asked.Count == 0 ? Interval : time.GetElapsedTime(askedAt);
            if (age < Freshness && !asked.Contains(claimId))
            {
                return new InstallPoll(null, Interval - age);
            }

            if (age >= Freshness)
            {
                var pending = (await claims.ListAsync(ClaimState.Creating, ct)).Where(claim => claim.Step == CreationStep.Installation).Select(claim => claim.Id);
                var ids = pending.Append(claimId).ToHashSet();
                last = await panel.ListServersAsync(ids, ct);
                (asked, askedAt) = (ids, time.GetTimestamp());
            }

            return new InstallPoll(last.GetValueOrDefault(claimId), null);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();
}
