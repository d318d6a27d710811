using System.Reflection;
using Google.Protobuf;
using WhatsApp.Messages.Receiving;
using WhatsApp.Proto;
using WhatsApp.Signal;

namespace Fuzz.Targets;

/// <summary>Every protobuf message of the protocol, and the one that strangers write.</summary>
internal static class ProtobufTargets
{
    private static readonly MessageParser[] Parsers =
    [
        .. typeof(Message).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, Namespace: "WhatsApp.Proto" } && typeof(IMessage).IsAssignableFrom(type))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => type.GetProperty("Parser", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).OfType<MessageParser>(),
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.Refusing<InvalidProtocolBufferException>("protobuf", Seeds, Read),
        new("message-content", () => [[0, .. Text("hello"), 1], [3, .. new Message { Conversation = "hello" }.ToByteArray()]], ReadContent),
    ];

    /// <summary>The first byte picks the message, so one corpus serves all of them.</summary>
    private static void Read(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            var parser = Parsers[bytes[0] % Parsers.Length];
            var once = parser.ParseFrom(bytes, 1, bytes.Length - 1);
            FuzzTarget.Require(once.Equals(parser.ParseFrom(once.ToByteArray())), "a message is read as it was written");
        }
    }

    private static void ReadContent(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return;
        }

        try
        {
            _ = MessageContent.Read(bytes[1..], padded: (bytes[0] & 1) == 0, fromOwnAccount: (bytes[0] & 2) != 0);
        }
        catch (Exception refusal) when (refusal is SignalException or InvalidProtocolBufferException or MessageNestingException)
        {
            return; // the refusals this door knows
        }
    }

    private static IEnumerable<byte[]> Seeds()
    {
        for (var index = 0; index < Parsers.Length; index++)
        {
            yield return [(byte)index];
            yield return [(byte)index, 10, 2, 8, 1, 18, 2, (byte)'a', (byte)'b', 24, 1];
        }
    }

    private static byte[] Text(string text) => new Message
    {
        ExtendedTextMessage = new ExtendedTextMessage { Text = text, ContextInfo = new ContextInfo { StanzaId = "3EB0AA", QuotedMessage = new Message { Conversation = "what was said" } } },
    }.ToByteArray();
}
