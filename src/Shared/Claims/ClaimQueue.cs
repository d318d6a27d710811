using Microsoft.EntityFrameworkCore;
using Shared.Persistence;

namespace Shared.Claims;

/// <summary>The line of claims that wait for a place: who came first goes first.</summary>
internal static class ClaimQueue
{
    /// <summary>The line, its head first. A claim that holds a place does not wait, even while its server is not made yet.</summary>
    public static IQueryable<Claim> Waiting(WaBotDatabase db) => db.Claims
        .Where(c => c.State == ClaimState.Creating && c.Step == CreationStep.Server && c.QueuedAt != null && c.AllocationId == null)
        .OrderBy(c => c.QueuedAt).ThenBy(c => c.CreatedAt).ThenBy(c => c.Id);

    /// <summary>1 for the head; null for a claim that is not in line.</summary>
    public static async Task<int?> PositionAsync(WaBotDatabase db, Guid claimId, CancellationToken ct)
    {
        var index = (await Waiting(db).Select(c => c.Id).ToListAsync(ct)).IndexOf(claimId);
        return index < 0 ? null : index + 1;
    }
}
