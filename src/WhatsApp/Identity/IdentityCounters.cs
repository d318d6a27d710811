using System.Diagnostics.Metrics;

namespace WhatsApp.Identity;

/// <summary>Contradictions between phone numbers and LIDs, for the host's metrics (meter "WhatsApp").</summary>
internal static class IdentityCounters
{
    private static readonly Meter Meter = new("WhatsApp");
    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("whatsapp.identity.conflicts");

    /// <summary>A stanza claims another pair than the service stated; what is known stays.</summary>
    public static void Contradicted() => Conflicts.Add(1, new KeyValuePair<string, object?>("kind", "contradicted"));

    /// <summary>The service states a new pair for a known number or LID; the new one counts.</summary>
    public static void Reassigned() => Conflicts.Add(1, new KeyValuePair<string, object?>("kind", "reassigned"));
}
