using System.ComponentModel.DataAnnotations;

namespace WaBot.Options;

/// <summary>The pages and the API. Section "Web".</summary>
internal sealed record WebOptions
{
    /// <summary>Address of this host as browsers see it; https when a proxy stands in front.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Origins whose scripts may call the API.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Where Kestrel listens: plain http; put a proxy with TLS in front of anything but loopback.</summary>
    [Required]
    public Uri? Listen { get; init; } = new("http://127.0.0.1:8080");

    [Range(1, 10_000)]
    public int ClaimsPerMinutePerAddress { get; init; } = 20;

    [Range(1, 1_000)]
    public int ClaimsPerMinutePerMember { get; init; } = 5;

    /// <summary>A set-up code chosen from outside, good for one sign-in; without it the first start makes one and prints it. Secret.</summary>
    [MinLength(16)]
    public string? SetupCode { get; init; }

    /// <summary>How long a wrong code is kept waiting for its answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan WrongCodeDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public override string ToString() => $"Web at {Listen}"; // a record would print the code
}

/// <summary>The webhook by which others report joins and leaves. Section "Webhook".</summary>
internal sealed record WebhookOptions
{
    /// <summary>Key of the signatures. Secret.</summary>
    [MinLength(32)]
    public string? Secret { get; init; }

    /// <summary>The key before the last rotation. Secret.</summary>
    [MinLength(32)]
    public string? PreviousSecret { get; init; }

    /// <summary>How old a signature may be.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public override string ToString() => "Webhook";
}
