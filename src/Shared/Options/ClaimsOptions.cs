using System.ComponentModel.DataAnnotations;

namespace Shared.Options;

public enum CredentialDelivery
{
    Chat = 1,
    OneTimePage = 2,
}

/// <summary>Rules of claims and the standard tier. Section "Claims".</summary>
public sealed record ClaimsOptions
{
    /// <summary>Observed time between leaving and deletion. 4 h unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Longest install. 10 min unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan InstallTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Answered failures of one step before the claim fails. 3 unless set.</summary>
    [Range(1, 20)]
    public int Attempts { get; init; } = 3;

    /// <summary>Longest wait for a panel that cannot be reached. 24 h unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Wait for a place instead of failing when no node fits.</summary>
    public bool QueueWhenFull { get; init; }

    /// <summary>Remove from the panel what a failed claim left there.</summary>
    public bool CleanUpOnFailure { get; init; }

    /// <summary>How the member gets the password.</summary>
    public CredentialDelivery CredentialDelivery { get; init; } = CredentialDelivery.Chat;

    /// <summary>Standard tier, MiB.</summary>
    [Range(16, 1_048_576)]
    public int MemoryMiB { get; init; } = 512;

    /// <summary>Standard tier, MiB.</summary>
    [Range(16, 16_777_216)]
    public int DiskMiB { get; init; } = 1024;

    /// <summary>Standard tier, percent of one core.</summary>
    [Range(1, 6400)]
    public int CpuPercent { get; init; } = 50;
}
