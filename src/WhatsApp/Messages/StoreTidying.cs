using WhatsApp.Governor;
using WhatsApp.Messages.Receiving;
using WhatsApp.Store;

namespace WhatsApp.Messages;

/// <summary>
/// Throws away what nobody may ask for again, so that the store stays of one size: after each login, and after so many
/// messages, because a good connection lasts for months.
/// </summary>
internal sealed class StoreTidying(TimeProvider time)
{
    /// <summary>Messages the host has acknowledged between two rounds.</summary>
    public const int Every = 1000;

    private const int KeepSentRows = 20_000;
    private const int KeepReceivedRows = 50_000;
    private const int KeepPlaceholders = 1000;
    private const int KeepCounters = 50_000;
    private static readonly TimeSpan KeepSent = TimeSpan.FromDays(7);
    private static readonly TimeSpan KeepReceived = TimeSpan.FromDays(30);
    private static readonly TimeSpan KeepReserved = TimeSpan.FromDays(30);
    private int _acknowledged;

    /// <summary>Inside the commit of an acknowledgement.</summary>
    public void CountOne(SessionTransaction store)
    {
        if (++_acknowledged % Every == 0)
        {
            Run(store);
        }
    }

    public void Run(SessionTransaction store)
    {
        var now = time.GetUtcNow();
        store.PrivacyTokens.Prune(PrivacyTokens.WorthlessBefore(now));
        store.Outbound.Prune(now - KeepSent, KeepSentRows);
        store.Inbound.Prune(now - KeepReceived, KeepReceivedRows);
        store.Retries.Prune(now - KeepSent, KeepCounters);
        store.Placeholders.Prune(now - Placeholders.AskableFor, KeepPlaceholders);
        store.Repairs.Prune(now - KeepSent);
        store.Lids.PruneSightings(now - KeepReceived, KeepCounters);
        store.PreKeys.PruneReserved(now - KeepReserved);
    }
}
