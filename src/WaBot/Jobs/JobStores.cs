using Hangfire;
using Hangfire.InMemory;
using Hangfire.Sqlite;
using WaBot.Options;

namespace WaBot.Jobs;

/// <summary>Opens the storage the owner chose.</summary>
internal static partial class JobStores
{
    /// <summary>Done jobs are kept this long, to be looked at.</summary>
    private static readonly TimeSpan KeepDone = TimeSpan.FromHours(1);

    /// <exception cref="ConfigurationFaultException">The file is held by another process, damaged, or written by a newer version.</exception>
    public static JobStorage Open(WaBotOptions options, ILogger logger)
    {
        if (options.Jobs.IsEmergency)
        {
            Log.Emergency(logger);
            return new InMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = TimeSpan.FromMinutes(10) });
        }
        try
        {
            return new SqliteStorage(options.DataFile("jobs.db"), new SqliteStorageOptions { ExpirationInterval = TimeSpan.FromMinutes(10) }) { JobExpirationTimeout = KeepDone };
        }
        catch (SqliteStorageException fault)
        {
            throw new ConfigurationFaultException([$"Job storage: {fault.Message}"]);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3502, LogLevel.Warning, "Jobs are kept in memory only (Jobs:Storage is memory): an emergency mode. After a restart they are made anew from the claims")]
        public static partial void Emergency(ILogger logger);
    }
}
