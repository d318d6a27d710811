using Shared.Options;
using WhatsApp;

namespace WaBot.Inbox;

/// <summary>The groups whose members may claim. Nothing of any other group is read.</summary>
internal sealed class TargetGroups(GroupOptions options)
{
    public IReadOnlyList<Jid> All { get; } = [.. options.TargetIds.Select(Jid.Parse).Distinct()];

    public bool Contains(Jid group) => All.Contains(group);
}
