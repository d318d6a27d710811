using WhatsApp.Governor;
using WhatsApp.Identity;
using WhatsApp.Store;

namespace WhatsApp.History;

/// <summary>Keeps what a piece of history told, inside one commit, a portion at a time: other commits must not wait for a thousand chats.</summary>
internal static class HistoryLearning
{
    public const int Portion = 500;

    /// <summary>How many portions there are.</summary>
    public static int PortionsOf(HistoryFacts facts) => Math.Max(1, (Math.Max(facts.Pairs.Count, facts.Tokens.Count) + Portion - 1) / Portion);

    public static void Apply(SessionTransaction store, OwnAccount own, People people, HistoryFacts facts, int portion)
    {
        foreach (var pair in facts.Pairs.Skip(portion * Portion).Take(Portion))
        {
            people.Learn(pair);
        }

        foreach (var token in facts.Tokens.Skip(portion * Portion).Take(Portion))
        {
            var person = people.PeerOf(token.Person);
            if (token is { Token: { } bytes, At: { } at } && !own.Owns(token.Person))
            {
                store.PrivacyTokens.Save(person, bytes, at);
                PermissionRules.Welcomed(store, person, at);
            }

            if (token.GivenAt is { } given)
            {
                store.TokenIssues.Save(person, given);
            }
        }

        if (portion == 0 && facts.NctSalt is { } salt)
        {
            store.Device.SaveNctSalt(salt);
        }

        if (portion == 0 && facts.Names.FirstOrDefault(item => own.Owns(item.Key)).Value is { } name)
        {
            store.Device.SavePushName(name);
        }
    }
}
