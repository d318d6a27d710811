using System.Text.Json;
using System.Text.Json.Serialization;
using Shared.Conversations;
using Shared.Members;
using Shared.Outbox;

namespace WaBot.Conversation;

/// <summary>What the bot waits to hear.</summary>
internal enum DialogueStep
{
    Idle = 0,
    Template = 1,
    Name = 2,
    Confirm = 3,

    /// <summary>Came back after a pause: go on, or start anew?</summary>
    Resume = 4,
}

/// <summary>Kept per member between turns.</summary>
internal sealed record ConversationState
{
    public static ConversationState Start { get; } = new();

    public DialogueStep Step { get; init; }

    /// <summary>Where <see cref="DialogueStep.Resume"/> would go on.</summary>
    public DialogueStep SavedStep { get; init; }
    public string? Template { get; init; }
    public string? Username { get; init; }

    /// <summary>The offer to resume has been made; only now does *ya* mean it.</summary>
    public bool AskedToResume { get; init; }

    /// <summary>Names offered last, taken by number or by *ya*.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];

    /// <summary>Messages in a row that were not understood.</summary>
    public int Misunderstood { get; init; }

    /// <summary>Of the last turn; after ten quiet minutes the dialogue is saved and closed.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>When this member last got the link in a group; once in ten minutes is enough.</summary>
    public DateTimeOffset? LinkedAt { get; init; }

    /// <summary>The member chose a language; keywords no longer change it.</summary>
    public bool LanguageChosen { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, ConversationJson.Default.ConversationState);

    /// <summary>A state that cannot be read (older version) starts anew.</summary>
    public static ConversationState Parse(string? json)
    {
        if (json is null)
        {
            return Start;
        }
        try
        {
            return JsonSerializer.Deserialize(json, ConversationJson.Default.ConversationState) ?? Start;
        }
        catch (JsonException)
        {
            return Start;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ConversationState))]
internal sealed partial class ConversationJson : JsonSerializerContext;

/// <summary>What a turn leads to; the host saves it all in one transaction.</summary>
internal sealed record ConversationResult(ConversationState State, Language Language, IReadOnlyList<Draft> Replies, TurnRequest? Request);
