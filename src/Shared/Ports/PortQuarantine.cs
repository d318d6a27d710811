using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Ports;

internal sealed class PortQuarantine(Ledger ledger, NoticeDesk desk, TimeProvider time) : IPortQuarantine
{
    public Task AddAsync(QuarantinedPort port, CancellationToken ct) => ledger.CommitAsync("ports.quarantine", async db =>
    {
        if (await db.Quarantines.AnyAsync(q => q.AllocationId == port.AllocationId, ct))
        {
            return false;
        }
        db.Quarantines.Add(new QuarantineRow { AllocationId = port.AllocationId, NodeId = port.NodeId, ClaimId = port.ClaimId, Reason = port.Reason, Since = time.GetUtcNow() });
        desk.Alert(db, new Alert(AlertCodes.PortQuarantined, AlertSeverity.Warning,
            $"Allocation {port.AllocationId} of node {port.NodeId} is set aside: {port.Reason} Look for a leftover container on the node, then release the port.", $"allocation {port.AllocationId}"));
        return true;
    }, ct);

    public Task<bool> ReleaseAsync(int allocationId, CancellationToken ct) => ledger.CommitAsync("ports.release", async db =>
        await db.Quarantines.Where(q => q.AllocationId == allocationId).ExecuteDeleteAsync(ct) > 0, ct);

    public Task<IReadOnlyList<QuarantinedPort>> ListAsync(CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<QuarantinedPort>>(async db =>
        await db.Quarantines.OrderBy(q => q.AllocationId).Select(q => new QuarantinedPort(q.AllocationId, q.NodeId, q.ClaimId, q.Reason)).ToListAsync(ct), ct);
}
