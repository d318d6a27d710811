using Fuzz.Targets;

namespace Fuzz;

/// <summary>Every door, by name.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyDictionary<string, FuzzTarget> All { get; } =
        ((FuzzTarget[])[.. NodeTargets.All, .. WireTargets.All, .. ProtobufTargets.All, .. SignalTargets.All, .. PairingTargets.All])
        .ToDictionary(target => target.Name, StringComparer.Ordinal);
}
