namespace Shared.Ports;

/// <summary>
/// Ports the panel calls free although something may still be bound to them on the node: a forced delete takes the row away and leaves the container running,
/// and the next server on that port cannot start. They are chosen again only once an operator has looked at the node.
/// </summary>
public interface IPortQuarantine
{
    /// <summary>Idempotent; the operators are told once. Fail points <c>ports.quarantine</c>.</summary>
    Task AddAsync(QuarantinedPort port, CancellationToken ct);

    /// <summary>False when it was not in quarantine. Fail points <c>ports.release</c>.</summary>
    Task<bool> ReleaseAsync(int allocationId, CancellationToken ct);

    Task<IReadOnlyList<QuarantinedPort>> ListAsync(CancellationToken ct);
}

/// <param name="Reason">For operators: what was seen.</param>
public sealed record QuarantinedPort(int AllocationId, int NodeId, Guid? ClaimId, string Reason);
