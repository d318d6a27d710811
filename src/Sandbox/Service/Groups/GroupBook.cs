using Sandbox.Service.State;
using WhatsApp;

namespace Sandbox.Service.Groups;

/// <summary>All groups.</summary>
internal sealed class GroupBook
{
    private const string Kind = "group";
    private readonly WorldStore _store;
    private readonly Dictionary<string, Group> _groups;

    public GroupBook(WorldStore store)
    {
        _store = store;
        _groups = store.AllJson<Group>(Kind).ToDictionary(group => group.User);
    }

    public IEnumerable<Group> All => _groups.Values;

    public Group? Find(Jid jid) => jid.IsGroup ? _groups.GetValueOrDefault(jid.User) : null;

    public IEnumerable<Group> Of(string account) => _groups.Values.Where(group => group.MemberOf(account) is not null);

    public void Save(Group group)
    {
        _groups[group.User] = group;
        _store.PutJson(Kind, group.User, group);
    }
}
