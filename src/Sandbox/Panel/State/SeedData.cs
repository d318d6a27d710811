using System.Net;
using System.Net.Sockets;
using WhatsApp;

namespace Sandbox.Panel.State;

/// <summary>What a fresh simulated panel holds: a location, two nodes with ports, the generic node.js and python eggs.</summary>
internal static class SeedData
{
    public const int NestId = 5;
    public const int NodeJsEggId = 15;
    public const int PythonEggId = 16;

    // Below the range the system hands out by itself, so that no outgoing connection sits on a port of ours.
    private const int LowestPort = 20_000;
    private const int HighestPort = 30_000;

    public static PanelWorld Create(SimulatedPanelOptions options, IRandomSource random)
    {
        var world = new PanelWorld
        {
            Locations = { new LocationRow(1, "loopback", "This machine") },
            Nests = { new NestRow(NestId, Uuid(random), "Generic") },
            Eggs = { NodeJs(random), Python(random) },
            Keys = { new KeyRow(options.ApiKey ?? NewKey(random), FullRights()) },
        };
        var port = LowestPort + (int)(random.Fraction() * (HighestPort - LowestPort - 500));
        for (var node = 1; node <= options.Nodes; node++)
        {
            world.Nodes.Add(new NodeRow
            {
                Id = node,
                Uuid = Uuid(random),
                Name = $"node-{node}",
                LocationId = 1,
                Memory = options.NodeMemoryMiB,
                Disk = options.NodeDiskMiB,
            });
            for (var count = 0; count < options.AllocationsPerNode; count++)
            {
                port = options.OpensPorts ? NextFreePort(port + 1) : port + 1;
                world.Allocations.Add(new AllocationRow { Id = world.NextId(), NodeId = node, Ip = "127.0.0.1", Port = port });
            }
        }

        return world;
    }

    public static string Uuid(IRandomSource random) => new Guid(random.Bytes(16)).ToString();

    public static Dictionary<string, int> FullRights() => new()
    {
        ["users"] = 3,
        ["servers"] = 3,
        ["nodes"] = 1,
        ["allocations"] = 1,
        ["nests"] = 1,
        ["eggs"] = 1,
        ["locations"] = 1,
    };

    private static string NewKey(IRandomSource random) =>
        "ptla_" + Convert.ToHexStringLower(random.Bytes(22))[..43];

    private static int NextFreePort(int from)
    {
        for (var port = from; port < HighestPort; port++)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                continue; // somebody else's port: not one of ours
            }
        }

        throw new InvalidOperationException("No free loopback port for the simulated nodes.");
    }

    private static EggRow NodeJs(IRandomSource random) => new(
        NodeJsEggId,
        Uuid(random),
        NestId,
        "node.js generic",
        "/usr/local/bin/node /home/container/{{MAIN_FILE}}",
        new() { ["Nodejs 22"] = "ghcr.io/pelican-eggs/yolks:nodejs_22", ["Nodejs 24"] = "ghcr.io/pelican-eggs/yolks:nodejs_24" },
        [
            new(1, "Git Repo Address", "GIT_ADDRESS", "", "nullable|string"),
            new(2, "Install Branch", "BRANCH", "", "nullable|string"),
            new(3, "Git Username", "USERNAME", "", "nullable|string"),
            new(4, "Git Access Token", "ACCESS_TOKEN", "", "nullable|string"),
            new(5, "Auto Update", "AUTO_UPDATE", "0", "required|boolean"),
            new(6, "User Uploaded Files", "USER_UPLOAD", "0", "required|boolean"),
            new(7, "Main file", "MAIN_FILE", "index.js", "required|string|max:20"),
            new(8, "Additional Node packages", "NODE_PACKAGES", "", "nullable|string"),
            new(9, "Uninstall Node packages", "UNNODE_PACKAGES", "", "nullable|string"),
            new(10, "Additional Arguments.", "NODE_ARGS", "", "nullable|string|max:64"),
        ]);

    private static EggRow Python(IRandomSource random) => new(
        PythonEggId,
        Uuid(random),
        NestId,
        "python generic",
        "/usr/local/bin/python /home/container/{{PY_FILE}}",
        new() { ["Python 3.12"] = "ghcr.io/parkervcp/yolks:python_3.12", ["Python 3.13"] = "ghcr.io/parkervcp/yolks:python_3.13" },
        [
            new(11, "Git Repo Address", "GIT_ADDRESS", "", "nullable|string"),
            new(12, "Git Branch", "BRANCH", "", "nullable|string"),
            new(13, "Git Username", "USERNAME", "", "nullable|string"),
            new(14, "Git Access Token", "ACCESS_TOKEN", "", "nullable|string"),
            new(15, "User Uploaded Files", "USER_UPLOAD", "0", "required|boolean"),
            new(16, "Auto Update", "AUTO_UPDATE", "0", "required|boolean"),
            new(17, "App py file", "PY_FILE", "app.py", "required|string"),
            new(18, "Requirements file", "REQUIREMENTS_FILE", "requirements.txt", "required|string"),
            new(19, "Additional Python packages", "PY_PACKAGES", "", "nullable|string"),
        ]);
}
