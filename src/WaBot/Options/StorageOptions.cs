using System.ComponentModel.DataAnnotations;

namespace WaBot.Options;

/// <summary>Where the domain's rows live. Section "Database".</summary>
internal sealed record DatabaseOptions
{
    /// <summary>Only <c>sqlite</c> for now.</summary>
    [AllowedValues("sqlite", ErrorMessage = "must be sqlite, the only provider there is yet")]
    public string Provider { get; init; } = "sqlite";

    /// <summary>Folder of wabot.db, the key ring and the operator's access file.</summary>
    [Required]
    public string Folder { get; init; } = "data";
}

/// <summary>Which server templates there are. Section "Templates".</summary>
internal sealed record TemplatesOptions
{
    [Required]
    public string Folder { get; init; } = "templates";
}

/// <summary>The JSON log file beside the console. Section "Log".</summary>
internal sealed record LogOptions
{
    /// <summary>Folder of the files; inside the database's folder when not set.</summary>
    public string? Folder { get; init; }

    /// <summary>Files kept, one a day or one per 50 MB.</summary>
    [Range(1, 365)]
    public int KeepFiles { get; init; } = 14;
}
