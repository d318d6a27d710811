using System.Text;
using Shared.Claims;
using WaBot.Texts;

namespace WaBot.Conversation;

/// <summary>Usernames the bot judges, offers and picks.</summary>
internal static class Names
{
    private static readonly string[] First = ["awan", "bambu", "cahaya", "danau", "embun", "garuda", "hutan", "jati", "kopi", "langit", "melati", "nila", "ombak", "pagi", "rimba", "senja"];

    /// <summary>The rules of all usernames, and the group's own name is nobody's.</summary>
    public static UsernameFault Check(string name, string groupName) => UsernameRules.Check(name) switch
    {
        UsernameFault.None when name == Slug(groupName) => UsernameFault.Reserved,
        var fault => fault,
    };

    /// <summary>A free name for who does not want to think.</summary>
    public static string Picked(ConversationFacts facts)
    {
        var word = First[(uint)facts.Chance % (uint)First.Length];
        return Free(word, (uint)facts.Chance / (uint)First.Length, facts).First();
    }

    /// <summary>Free names close to one that cannot be had.</summary>
    public static IReadOnlyList<string> Near(string wished, ConversationFacts facts, int count)
    {
        var slug = Slug(wished);
        var stem = slug.Length >= 2 && UsernameRules.Check(slug.PadRight(UsernameRules.MinLength, 'x')) == UsernameFault.None ? slug : First[(uint)facts.Chance % (uint)First.Length];
        var itself = Enumerable.Repeat(slug, 1).Where(name => name != wished && IsFree(name, facts));
        return [.. itself.Concat(Free(stem, (uint)facts.Chance, facts)).Distinct(StringComparer.Ordinal).Take(count)];
    }

    /// <summary>Endless: with the number growing there is always a free one.</summary>
    private static IEnumerable<string> Free(string stem, uint seed, ConversationFacts facts)
    {
        stem = stem.Length > 12 ? stem[..12].TrimEnd('_') : stem;
        for (var number = 10 + (seed % 90); ; number++)
        {
            var name = stem + "_" + number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (IsFree(name, facts))
            {
                yield return name;
            }
        }
    }

    private static bool IsFree(string name, ConversationFacts facts) =>
        Check(name, facts.GroupName) == UsernameFault.None && !facts.TakenUsernames.Contains(name);

    /// <summary>What of a wish may stand in a username.</summary>
    private static string Slug(string wished)
    {
        var result = new StringBuilder(UsernameRules.MaxLength);
        foreach (var c in UsernameRules.Normalize(Echo.Of(wished)))
        {
            if (result.Length == UsernameRules.MaxLength)
            {
                break;
            }
            if (char.IsAsciiLetterOrDigit(c))
            {
                result.Append(c);
            }
            else if (result.Length > 0 && result[^1] != '_')
            {
                result.Append('_');
            }
        }
        return result.ToString().Trim('_');
    }
}
