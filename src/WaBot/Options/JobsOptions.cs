using System.ComponentModel.DataAnnotations;

namespace WaBot.Options;

/// <summary>Where background jobs are kept. Section "Jobs".</summary>
internal sealed record JobsOptions
{
    private const string Memory = "memory";

    /// <summary><c>sqlite</c>: jobs.db in the database's folder. <c>memory</c>: an emergency mode for a disk that fails; shown as a warning.</summary>
    [AllowedValues("sqlite", Memory, ErrorMessage = "must be sqlite, or memory in an emergency")]
    public string Storage { get; init; } = "sqlite";

    public bool IsEmergency => Storage == Memory;
}
