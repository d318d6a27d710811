using WhatsApp;

namespace Sandbox.Service;

/// <summary>A group as it is now.</summary>
internal sealed record GroupView(Jid Jid, string Subject, GroupAddressing Addressing, IReadOnlyList<GroupMemberView> Members);

/// <summary>One member of a group.</summary>
internal sealed record GroupMemberView(string Account, string Name, bool IsAdmin);
