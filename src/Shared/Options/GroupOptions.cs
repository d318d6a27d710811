using System.ComponentModel.DataAnnotations;

namespace Shared.Options;

/// <summary>Whose members may claim. Section "Group".</summary>
public sealed record GroupOptions
{
    /// <summary>JIDs of the target groups, <c>…@g.us</c>.</summary>
    [Required, MinLength(1)]
    public IReadOnlyList<string> TargetIds { get; init; } = [];
}
