namespace Hangfire.Sqlite.Queues;

/// <summary>Who took a queue row: the token is unique within the file, so a claim that was lost can touch nobody else's.</summary>
internal sealed record Claim(long RowId, long Token, string Queue, long JobId);
