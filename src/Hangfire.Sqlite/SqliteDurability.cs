namespace Hangfire.Sqlite;

/// <summary>What an acknowledged job survives.</summary>
public enum SqliteDurability
{
    /// <summary>A killed process and a power cut: «enqueued» and «finished» wait for the disk. The default.</summary>
    Full,

    /// <summary>A killed process; a power cut may undo the last commits, never a part of one.</summary>
    Normal,
}
