using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Shared.FailPoints;

namespace Provisioning.Panel;

/// <summary>
/// The panel's Application API as far as the product needs it. What a caller has to handle is a result; everything else is a
/// <see cref="PanelFaultException"/>. A fail point stands before and after each call.
/// </summary>
internal sealed class PanelClient(PanelTransport transport, IFailPoints failPoints)
{
    private const int PageSize = 100;

    // The fields of one address line: enough for 50 claim ids, well below every proxy's limit.
    private const int IdsPerFilter = 50;

    /// <summary>Null when no user has this external id.</summary>
    public async Task<PanelUser?> FindUserAsync(string externalId, CancellationToken ct)
    {
        var reply = await CallAsync("findUser", name => transport.SendAsync(name, HttpMethod.Get, $"users/external/{Uri.EscapeDataString(externalId)}", null, PanelJson.Default.PanelItemPanelUser, ct));
        var user = reply.Body is null ? null : Checked(reply, item => item.Attributes is { Id: > 0, Username.Length: > 0, Email.Length: > 0 } ? item.Attributes : null, "findUser");
        return user is null || string.Equals(user.ExternalId, externalId, StringComparison.OrdinalIgnoreCase) ? user : null;
    }

    /// <exception cref="PanelFaultException">With <see cref="PanelFault.Refused"/> and its fields when a rule failed.</exception>
    public async Task<PanelUser> CreateUserAsync(UserRequest request, CancellationToken ct)
    {
        var reply = await CallAsync("createUser", name => transport.SendAsync(name, HttpMethod.Post, "users", JsonContent.Create(request, PanelJson.Default.UserRequest), PanelJson.Default.PanelItemPanelUser, ct));
        return Checked(reply, item => item.Attributes is { Id: > 0, Username.Length: > 0 } ? item.Attributes : null, "createUser");
    }

    /// <summary>False when the user is gone.</summary>
    public async Task<bool> UpdateUserAsync(int userId, UserRequest request, CancellationToken ct)
    {
        var reply = await CallAsync("updateUser", name => transport.SendAsync<PanelItem<PanelUser>>(name, HttpMethod.Patch, $"users/{Text(userId)}", JsonContent.Create(request, PanelJson.Default.UserRequest), null, ct));
        return reply.Status != HttpStatusCode.NotFound;
    }

    public async Task<DeleteUserOutcome> DeleteUserAsync(int userId, CancellationToken ct)
    {
        try
        {
            await CallAsync("deleteUser", name => transport.SendAsync<PanelItem<PanelUser>>(name, HttpMethod.Delete, $"users/{Text(userId)}", null, null, ct));
            return DeleteUserOutcome.Gone;
        }
        catch (PanelFaultException fault) when (fault is { Fault: PanelFault.Refused, Status: 400 })
        {
            return DeleteUserOutcome.OwnsServers;
        }
    }

    /// <summary>Null when no server has this external id.</summary>
    public async Task<PanelServer?> FindServerAsync(Guid claimId, CancellationToken ct)
    {
        var reply = await CallAsync("findServer", name => transport.SendAsync(name, HttpMethod.Get, $"servers/external/{ExternalId(claimId)}", null, PanelJson.Default.PanelItemPanelServer, ct));
        return reply.Body is null ? null : Server(reply, "findServer");
    }

    /// <exception cref="PanelFaultException">With <see cref="PanelFault.Refused"/> and its fields when a rule failed.</exception>
    public async Task<PanelServer> CreateServerAsync(ServerRequest request, CancellationToken ct)
    {
        var reply = await CallAsync("createServer", name => transport.SendAsync(name, HttpMethod.Post, "servers", JsonContent.Create(request, PanelJson.Default.ServerRequest), PanelJson.Default.PanelItemPanelServer, ct));
        return Server(reply, "createServer");
    }

    /// <summary>False when the server is gone.</summary>
    public async Task<bool> UpdateBuildAsync(int serverId, BuildRequest request, CancellationToken ct)
    {
        var reply = await CallAsync("updateBuild", name => transport.SendAsync<PanelItem<PanelServer>>(name, HttpMethod.Patch, $"servers/{Text(serverId)}/build", JsonContent.Create(request, PanelJson.Default.BuildRequest), null, ct));
        return reply.Status != HttpStatusCode.NotFound;
    }

    /// <summary>False when the server is gone.</summary>
    public async Task<bool> SuspendServerAsync(int serverId, CancellationToken ct)
    {
        var reply = await CallAsync("suspendServer", name => transport.SendAsync<PanelItem<PanelServer>>(name, HttpMethod.Post, $"servers/{Text(serverId)}/suspend", null, null, ct));
        return reply.Status != HttpStatusCode.NotFound;
    }

    /// <summary>Gone when it returns, unless the panel says otherwise when asked. Never forced.</summary>
    public Task DeleteServerAsync(int serverId, CancellationToken ct) =>
        CallAsync("deleteServer", name => transport.SendAsync<PanelItem<PanelServer>>(name, HttpMethod.Delete, $"servers/{Text(serverId)}", null, null, ct));

    /// <summary>The servers of these claims that exist, in as few requests as possible. The panel's filter is a substring match, so ids are compared here.</summary>
    public async Task<IReadOnlyDictionary<Guid, PanelServer>> ListServersAsync(IReadOnlyCollection<Guid> claimIds, CancellationToken ct)
    {
        var found = new Dictionary<Guid, PanelServer>();
        foreach (var ids in claimIds.Chunk(IdsPerFilter))
        {
            var filter = string.Join(',', ids.Select(ExternalId));
            await foreach (var server in PagesAsync("listServers", $"servers?filter[external_id]={filter}", PanelJson.Default.PanelListPanelServer, ct))
            {
                if (server.Id > 0 && Guid.TryParseExact(server.ExternalId, "D", out var id) && ids.Contains(id))
                {
                    found[id] = server;
                }
            }
        }

        return found;
    }

    /// <summary>All servers with their owners, whoever made them.</summary>
    public async Task<IReadOnlyList<PanelServer>> ListAllServersAsync(CancellationToken ct)
    {
        var servers = new List<PanelServer>();
        await foreach (var server in PagesAsync("listServers", "servers?include=user", PanelJson.Default.PanelListPanelServer, ct))
        {
            servers.Add(server);
        }

        return servers;
    }

    /// <summary>All users, whoever made them.</summary>
    public async Task<IReadOnlyList<PanelUser>> ListUsersAsync(CancellationToken ct)
    {
        var users = new List<PanelUser>();
        await foreach (var user in PagesAsync("listUsers", "users?filter[external_id]=", PanelJson.Default.PanelListPanelUser, ct))
        {
            users.Add(user);
        }

        return users;
    }

    /// <summary>All nodes with all their allocations.</summary>
    public async Task<IReadOnlyList<PanelNode>> ListNodesAsync(CancellationToken ct)
    {
        var nodes = new List<PanelNode>();
        await foreach (var node in PagesAsync("listNodes", "nodes?include=allocations", PanelJson.Default.PanelListPanelNode, ct))
        {
            nodes.Add(node);
        }

        return nodes;
    }

    /// <summary>Null when the nest has no such egg.</summary>
    public async Task<PanelEgg?> ReadEggAsync(int nestId, int eggId, CancellationToken ct)
    {
        var reply = await CallAsync("readEgg", name => transport.SendAsync(name, HttpMethod.Get, $"nests/{Text(nestId)}/eggs/{Text(eggId)}?include=variables", null, PanelJson.Default.PanelItemPanelEgg, ct));
        return reply.Body is null ? null : Checked(reply, item => item.Attributes is { Id: > 0, Name: not null } ? item.Attributes : null, "readEgg");
    }

    public static string ExternalId(Guid claimId) => claimId.ToString("D");

    // The panel's own next link forgets per_page and filters, so addresses of pages are made here.
    private async IAsyncEnumerable<T> PagesAsync<T>(string call, string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<PanelList<T>> type, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (var page = 1; ; page++)
        {
            var address = $"{path}&sort=id&per_page={Text(PageSize)}&page={Text(page)}";
            var reply = await CallAsync(call, name => transport.SendAsync(name, HttpMethod.Get, address, null, type, ct));
            var list = Checked(reply, list => list.Data is null ? null : list, call);
            foreach (var item in list.Data!)
            {
                if (item.Attributes is { } attributes)
                {
                    yield return attributes;
                }
            }

            if (page >= (list.Meta?.Pagination?.TotalPages ?? 1))
            {
                yield break;
            }
        }
    }

    private static PanelServer Server(PanelReply<PanelItem<PanelServer>> reply, string call)
    {
        var server = Checked(reply, item => item.Attributes is { Id: > 0, Identifier: not null, User: not null } ? item.Attributes : null, call);
        return server with { Age = reply.PanelTime - server.CreatedAt };
    }

    private static TOut Checked<TIn, TOut>(PanelReply<TIn> reply, Func<TIn, TOut?> check, string call)
        where TIn : class
        where TOut : class =>
        reply.Body is { } body && check(body) is { } good ? good : throw new PanelFaultException(PanelFault.Unreadable, call, (int)reply.Status);

    private async Task<T> CallAsync<T>(string call, Func<string, Task<T>> send)
    {
        failPoints.Reach(FailPointNames.Before("panel." + call));
        var reply = await send(call);
        failPoints.Reach(FailPointNames.After("panel." + call));
        return reply;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

internal enum DeleteUserOutcome
{
    /// <summary>Deleted now or before.</summary>
    Gone,

    /// <summary>The panel keeps it because it owns servers.</summary>
    OwnsServers,
}
