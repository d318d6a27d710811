using System.ComponentModel.DataAnnotations;

namespace Shared.Options;

/// <summary>How to reach the panel. Section "Panel".</summary>
public sealed record PanelOptions
{
    /// <summary>Root of the panel; members are sent there too.</summary>
    [Required]
    public Uri? BaseAddress { get; init; }

    /// <summary>Application API key. Secret.</summary>
    [Required, MinLength(20)]
    public string ApiKey { get; init; } = "";

    /// <summary>Location whose nodes take our servers.</summary>
    [Range(1, int.MaxValue)]
    public int LocationId { get; init; }

    /// <summary>Domain of the panel users' made-up addresses.</summary>
    [Required]
    public string EmailDomain { get; init; } = "members.invalid";

    /// <summary>Limit of one request. 60 s unless set, for a create may take the panel 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Our own budget; the panel allows 240.</summary>
    [Range(1, 10_000)]
    public int RequestsPerMinute { get; init; } = 230;

    /// <inheritdoc />
    public override string ToString() => $"Panel at {BaseAddress}"; // a record would print the key
}
