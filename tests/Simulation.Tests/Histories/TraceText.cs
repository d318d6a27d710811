using WhatsApp.Binary;
using WhatsApp.Signal.Wire;

namespace Simulation.Tests.Histories;

/// <summary>A stanza on one line, for reading a history along. Everybody in it is made up.</summary>
internal static class TraceText
{
    public static string Of(Node node)
    {
        var attributes = string.Concat(node.Attributes.Select(item => $" {item.Key}={item.Value}"));
        if (node.Tag == "enc" && node["type"] == "skmsg")
        {
            var message = SenderKeyMessage.Parse(node.Bytes!.Value.Span);
            attributes += $" key={message.KeyId:x} iteration={message.Iteration}";
        }

        var content = node.Children.Count > 0 ? $" [{string.Join(" ", node.Children.Select(Of))}]" : node.Bytes is { Length: > 0 } bytes ? $" ({bytes.Length} bytes)" : "";
        return $"<{node.Tag}{attributes}{content}>";
    }
}
