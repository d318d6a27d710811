namespace Hangfire.Sqlite;

/// <summary>The job storage's file cannot be used, or a commit failed. The message says which; nothing of a failed commit is stored.</summary>
public sealed class SqliteStorageException : Exception
{
    /// <summary>Creates the exception without a reason.</summary>
    public SqliteStorageException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened and what can be relied on.</param>
    public SqliteStorageException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened and what can be relied on.</param>
    /// <param name="innerException">The fault of SQLite or the file system.</param>
    public SqliteStorageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
