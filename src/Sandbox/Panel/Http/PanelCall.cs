using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sandbox.Panel.Faults;
using Sandbox.Panel.State;
using WhatsApp;

namespace Sandbox.Panel.Http;

/// <summary>One request that passed all checks, handed to its handler under the world's lock.</summary>
internal sealed record PanelCall(HttpRequest Request, JsonObject Body, PanelWorld World, PanelFault? Fault, SimulatedPanelOptions Options, IRandomSource Random, DateTimeOffset Now)
{
    public UserRow User => World.Users.Single(row => row.Id == PathId("user"));

    public ServerRow Server => World.VisibleServers.Single(row => row.Id == PathId("server"));

    public NodeRow Node => World.Nodes.Single(row => row.Id == PathId("node"));

    public string External => (string)Request.RouteValues["external"]!;

    public int PathId(string name) => LeadingNumber((string)Request.RouteValues[name]!);

    /// <summary>Relations asked for by <c>include</c>.</summary>
    public bool Includes(string relation) => Request.Query["include"].ToString().Split(',').Contains(relation);

    /// <summary>The database compares a text with a number by its leading digits: "1abc" is 1.</summary>
    public static int LeadingNumber(string text)
    {
        var digits = new string([.. text.TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
    }
}

/// <summary>Metadata of an endpoint: its name in the log and in fault switches, and the right it needs.</summary>
internal sealed record PanelRoute(string Name, string Resource, bool Writes, Func<PanelCall, PanelAnswer> Handler);
