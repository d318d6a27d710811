using System.ComponentModel.DataAnnotations;

namespace WaBot.Options;

/// <summary>The form of message a webhook understands.</summary>
internal enum AlertShape
{
    Discord = 1,
    Slack = 2,
}

/// <summary>How operators hear of trouble. Section "Alerts".</summary>
internal sealed record AlertOptions
{
    /// <summary>HTTPS webhook (http on loopback). Without it alerts are only logged. Secret: whoever has it can post.</summary>
    public Uri? WebhookUrl { get; init; }

    public AlertShape Shape { get; init; } = AlertShape.Discord;

    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Alerts sent one by one in a minute; what is more comes collapsed.</summary>
    [Range(1, 60)]
    public int PerMinute { get; init; } = 5;

    /// <inheritdoc />
    public override string ToString() => WebhookUrl is null ? "Alerts: log only" : $"Alerts: {Shape}";
}
