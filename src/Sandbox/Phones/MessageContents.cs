using WhatsApp.Proto;

namespace Sandbox.Phones;

/// <summary>Looks into the wrappers messages come in.</summary>
internal static class MessageContents
{
    public static Message Unwrap(Message message)
    {
        while (Inner(message) is { } inner)
        {
            message = inner;
        }

        return message;
    }

    public static string? TextOf(Message? message) => message is null ? null
        : message.HasConversation ? message.Conversation
        : message.ExtendedTextMessage is { HasText: true } extended ? extended.Text
        : null;

    private static Message? Inner(Message message) =>
        message.EphemeralMessage?.Message ?? message.EditedMessage?.Message ?? message.ViewOnceMessage?.Message
        ?? message.ViewOnceMessageV2?.Message ?? message.DocumentWithCaptionMessage?.Message ?? message.GroupMentionedMessage?.Message;
}
