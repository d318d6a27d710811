using System.Globalization;
using WhatsApp.Binary;

namespace Sandbox.Service.Links;

/// <summary>What the service says before it closes a connection.</summary>
internal static class LastWords
{
    public static Node StreamError(string? code, string? conflict = null) => new("stream:error", new() { ["code"] = code },
        conflict is null ? [] : [new Node("conflict", new() { ["type"] = conflict })]);

    public static Node Failure(int reason) => new("failure", new()
    {
        ["reason"] = reason.ToString(CultureInfo.InvariantCulture),
        ["location"] = "sandbox",
        ["code"] = reason == 402 ? "101" : null,
        ["expire"] = reason == 402 ? "3600" : null,
    });
}
