using System.Globalization;

namespace Sandbox.Clock;

/// <summary>How far the sandbox's clock is from the machine's.</summary>
/// <param name="Passed">Added to wall and monotonic time.</param>
/// <param name="Jumped">Added to the wall clock only.</param>
internal readonly record struct ClockOffsets(TimeSpan Passed, TimeSpan Jumped)
{
    /// <summary>One word for a command line or a pipe: two numbers of ticks.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Passed.Ticks}/{Jumped.Ticks}");

    public static ClockOffsets Parse(string? text)
    {
        var parts = text?.Split('/') ?? [];
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var passed)
            && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var jumped)
            ? new ClockOffsets(new TimeSpan(passed), new TimeSpan(jumped))
            : default;
    }
}
