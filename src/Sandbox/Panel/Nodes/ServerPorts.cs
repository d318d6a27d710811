using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sandbox.Panel.State;

namespace Sandbox.Panel.Nodes;

/// <summary>Real TCP listeners of the servers that run.</summary>
internal sealed partial class ServerPorts(ILogger<ServerPorts> logger) : IAsyncDisposable
{
    private readonly Dictionary<int, ServerListener> open = [];
    private readonly List<Task> closing = [];

    /// <summary>Opens and closes until the listeners are those of the running servers. The caller holds the world's lock.</summary>
    /// <returns>True when a port could not be opened and wants another try.</returns>
    public bool Follow(PanelWorld world)
    {
        var wanted = world.Servers
            .Where(server => server.Running && server.PortBehaviour != PortBehaviour.NeverOpens)
            .ToDictionary(server => server.Id);
        foreach (var gone in open.Keys.Where(id => !wanted.ContainsKey(id)).ToList())
        {
            closing.Add(open[gone].DisposeAsync().AsTask());
            open.Remove(gone);
        }

        closing.RemoveAll(task => task.IsCompletedSuccessfully);
        var missing = false;
        foreach (var server in wanted.Values.Where(server => !open.ContainsKey(server.Id)))
        {
            var allocation = world.AllocationOf(server);
            try
            {
                open[server.Id] = new ServerListener(new IPEndPoint(IPAddress.Parse(allocation.Ip), allocation.Port), server.PortBehaviour == PortBehaviour.ClosesAtOnce);
            }
            catch (SocketException fault)
            {
                missing = true;
                Log.PortNotOpened(logger, server.Id, allocation.Port, fault.SocketErrorCode);
            }
        }

        return missing;
    }

    public async ValueTask DisposeAsync()
    {
        closing.AddRange(open.Values.Select(listener => listener.DisposeAsync().AsTask()));
        open.Clear();
        await Task.WhenAll(closing);
    }

    private static partial class Log
    {
        [LoggerMessage(9301, LogLevel.Error, "Simulated server {ServerId}: port {Port} cannot be opened ({Error}); tried again each second")]
        public static partial void PortNotOpened(ILogger logger, int serverId, int port, SocketError error);
    }
}
