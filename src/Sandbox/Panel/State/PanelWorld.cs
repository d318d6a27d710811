namespace Sandbox.Panel.State;

/// <summary>Everything the simulated panel remembers; one file, one lock.</summary>
internal sealed class PanelWorld
{
    /// <summary>Ids are never used twice, as with the panel's auto increment.</summary>
    public int LastId { get; set; } = 100;
    public int HttpPort { get; set; }
    public List<KeyRow> Keys { get; init; } = [];
    public List<LocationRow> Locations { get; init; } = [];
    public List<NodeRow> Nodes { get; init; } = [];
    public List<AllocationRow> Allocations { get; init; } = [];
    public List<NestRow> Nests { get; init; } = [];
    public List<EggRow> Eggs { get; init; } = [];
    public List<UserRow> Users { get; init; } = [];
    public List<LateUserRow> LateUsers { get; init; } = [];
    public List<ServerRow> Servers { get; init; } = [];

    public int NextId() => ++LastId;

    /// <summary>Rows that a query of the panel can see now.</summary>
    public IEnumerable<ServerRow> VisibleServers => Servers.Where(server => server.AppearsAt is null);

    public AllocationRow AllocationOf(ServerRow server) => Allocations.Single(row => row.Id == server.AllocationId);

    public NodeRow NodeOf(ServerRow server) => Nodes.Single(row => row.Id == server.NodeId);

    /// <summary>The login form takes the username or the email.</summary>
    public bool CanLogIn(string user, string password) =>
        Users.Find(row => row.Username == user || row.Email == user) is { } found && PanelPassword.Matches(password, found.PasswordHash);

    /// <summary>Takes the row away and frees its port.</summary>
    public void Remove(ServerRow server)
    {
        Servers.Remove(server);
        foreach (var allocation in Allocations.Where(row => row.ServerId == server.Id))
        {
            allocation.ServerId = null;
        }
    }
}
