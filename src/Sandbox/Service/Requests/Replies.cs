using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.Requests;

/// <summary>Answers to requests.</summary>
internal static class Replies
{
    public static Node Result(Node request, params IReadOnlyList<Node> children) => new("iq", new()
    {
        ["from"] = From(request),
        ["id"] = request["id"],
        ["type"] = "result",
    }, children);

    public static Node Error(Node request, int code, string text) => new("iq", new()
    {
        ["from"] = From(request),
        ["id"] = request["id"],
        ["type"] = "error",
    }, new Node("error", new() { ["code"] = code, ["text"] = text }));

    /// <summary>What a request is about.</summary>
    public static Node? FirstChild(this Node request) => request.Children is [var first, ..] ? first : null;

    private static Jid From(Node request) => request.JidOf("to") is { User.Length: > 0 } to ? to : request.JidOf("to")?.Server == JidServers.Group ? Jid.Groups : Jid.Service;
}
