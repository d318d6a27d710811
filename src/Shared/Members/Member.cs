namespace Shared.Members;

/// <summary>The languages of the texts.</summary>
public enum Language
{
    Indonesian = 1,
    English = 2,
}

/// <summary>A person, as far as we can tell.</summary>
public sealed class Member
{
    public long Id { get; init; }

    /// <summary>The bare JID first seen; stays the key for external ids for ever.</summary>
    public required string WaJid { get; init; }
    public string? PushName { get; internal set; }
    public Language Language { get; internal set; } = Language.Indonesian;

    /// <summary>The private chat this member opened with the bot; null until then. We never open one.</summary>
    public string? PrivateChat { get; internal set; }

    /// <summary>This row turned out to be another person's second one; that one is used instead.</summary>
    public long? MergedIntoId { get; internal set; }

    /// <summary>The same person as this row, but both hold live claims: an operator decides, nothing of either is deleted meanwhile.</summary>
    public long? ConflictsWithId { get; internal set; }
    /// <summary>The same account under its number before: this one may claim once that one's server is gone.</summary>
    public long? FormerMemberId { get; internal set; }

    /// <summary>An operator's word: whatever the roster says, nothing of this member is deleted.</summary>
    public bool IsProtected { get; internal set; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"member {Id}";
}

/// <summary>One JID a member is known by. A JID belongs to one member.</summary>
public sealed class MemberAlias
{
    /// <summary>Bare JID, <c>…@lid</c> or <c>…@s.whatsapp.net</c>.</summary>
    public required string Jid { get; init; }
    public long MemberId { get; internal set; }
    public DateTimeOffset LearnedAt { get; init; }
}

/// <summary>What one event or roster entry tells about a person. All JIDs bare; digits of a LID never become a phone.</summary>
public sealed record MemberIdentity(string Jid, string? Phone = null, string? Lid = null, string? PushName = null)
{
    /// <summary>Every JID named, each once.</summary>
    public IEnumerable<string> Jids => new[] { Jid, Phone, Lid }.OfType<string>().Distinct(StringComparer.Ordinal);

    /// <inheritdoc />
    public override string ToString() => "member identity";
}
