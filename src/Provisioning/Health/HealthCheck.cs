using Shared.Claims;
using Shared.Templates;

namespace Provisioning.Health;

/// <summary>The template's health check against a claim's server.</summary>
internal sealed class HealthCheck(IPortProbe probe, TemplateSet templates)
{
    public Task<bool> IsAnsweringAsync(Claim claim, ServerTemplate template, CancellationToken ct)
    {
        if (claim is not { Address: { } address, Port: { } allocated })
        {
            return Task.FromResult(false);
        }

        var port = template.Health.PortOf(template.Environment, allocated);
        return template.Health.Protocol == HealthProtocol.Http
            ? probe.AnswersHttpAsync(template.Health.Address ?? address, port, template.Health.Path ?? "/", ct)
            : probe.StaysOpenAsync(template.Health.Address ?? address, port, ct);
    }

    /// <summary>The suspended server's port takes no connection any more.</summary>
    public async Task<bool> IsClosedAsync(Claim claim, CancellationToken ct) =>
        claim is not { Address: { } address, Port: { } port } || !await probe.StaysOpenAsync(templates.Find(claim.Template)?.Health.Address ?? address, port, ct);
}
