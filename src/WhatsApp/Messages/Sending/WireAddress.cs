using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>
/// Whether a private message names the person by LID or by number on the wire; sessions are under the LID in both cases.
/// By LID when the account has moved to LIDs, or when the service has taken one before, or when no number is known; not for a day
/// after it refused this person's LID and took the number. Source: facts 10.3, step 1.
/// </summary>
internal static class WireAddress
{
    private static readonly TimeSpan ByNumberFor = TimeSpan.FromHours(24);

    public static bool PrefersLid(SessionTransaction store, PeerId person, DateTimeOffset now) =>
        person.IsLid &&
        (store.Lids.PhoneOf(person) is null || (store.Device.Required.LidMigrated && !(store.Retries.LastAt(KeyOf(person)) is { } refused && now - refused < ByNumberFor)));

    /// <summary>The service refused the LID and took the number.</summary>
    public static void NoteRefused(SessionTransaction store, PeerId person, DateTimeOffset now) => store.Retries.Increment(KeyOf(person), now);

    private static StoreKey KeyOf(PeerId person) => StoreKey.Of("by-number", person, "");
}
