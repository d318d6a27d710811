using System.ComponentModel.DataAnnotations;
using System.Net;

namespace WaBot.Options;

/// <summary>The WhatsApp session and how fast it may speak. Section "WhatsApp".</summary>
internal sealed record WhatsAppOptions
{
    /// <summary>Folder of the session's keys.</summary>
    [Required]
    public string Folder { get; init; } = "auth_state";

    /// <summary>Shown in the phone's list of linked devices.</summary>
    [Required, StringLength(40)]
    public string DeviceName { get; init; } = "WaBot";

    /// <summary>Name servers asked when the system's own resolver fails.</summary>
    public IReadOnlyList<IPAddress> FallbackDns { get; init; } =
        [new([8, 8, 8, 8]), new([1, 1, 1, 1]), new([8, 8, 4, 4]), new([1, 0, 0, 1])];

    /// <summary>Messages in all chats together.</summary>
    [Range(1, 600)]
    public int MessagesPerMinute { get; init; } = 20;

    /// <summary>Time in which a chat earns one more message.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ChatInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Messages a quiet chat may get at once.</summary>
    [Range(1, 20)]
    public int ChatBurst { get; init; } = 3;

    /// <summary>Share of a wait that chance adds or takes.</summary>
    [Range(0.0, 0.9)]
    public double PacingJitter { get; init; } = 0.3;

    /// <summary>Halt after ten failed connections instead of trying on every minute.</summary>
    public bool StopAfterTenFailures { get; init; }
}
