using System.Globalization;
using Hangfire.Common;
using Hangfire.Sqlite.Database;
using Hangfire.Storage;

namespace Hangfire.Sqlite;

/// <summary>Jobs as rows. Ids are handed out in memory, in blocks the file knows of, so that none is ever given twice.</summary>
internal sealed class JobTable(TimeProvider clock, long reserved)
{
    private const long Block = 128;

    private long _last = reserved;

    public static long ReadReserved(SqlSession session) => session.Count("SELECT value FROM meta WHERE name = 'reserved_job_id'");

    public long NextId() => Interlocked.Increment(ref _last);

    /// <summary>What Hangfire calls a job id; a malformed one is simply not found.</summary>
    public static long? ParseId(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The insertion, ready to run inside a unit: all that depends on the caller's thread is done now.</summary>
    public Action<SqlSession> Insertion(long id, Job job, IDictionary<string, string> parameters, DateTime createdAt, TimeSpan expireIn)
    {
        var invocation = InvocationData.SerializeJob(job).SerializePayload();
        var created = StoredTime.FromDateTime(createdAt);
        var expires = Math.Min(created + (long)expireIn.TotalMilliseconds, clock.After(TimeSpan.MaxValue));
        var pairs = parameters.ToArray();
        return session =>
        {
            session.Run("UPDATE meta SET value = ?1 + ?2 WHERE name = 'reserved_job_id' AND value < ?1", id, Block);
            session.Run("INSERT INTO job (id, invocation, created_at, expire_at) VALUES (?1, ?2, ?3, ?4)", id, invocation, created, expires);
            foreach (var (name, value) in pairs)
            {
                SetParameter(session, id, name, value);
            }
        };
    }

    /// <summary>Does nothing for a job that is not there.</summary>
    public static void SetParameter(SqlSession session, long id, string name, string? value) => session.Run(
        """
        INSERT INTO job_parameter (job_id, name, value) SELECT id, ?2, ?3 FROM job WHERE id = ?1
        ON CONFLICT (job_id, name) DO UPDATE SET value = excluded.value
        """,
        id,
        name,
        value);

    public static Dictionary<string, string> Parameters(SqlSession session, long id)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in session.All("SELECT name, value FROM job_parameter WHERE job_id = ?1", row => (row.Text(0), row.TextOrNull(1)), id))
        {
            parameters[name] = value!; // Hangfire's signatures know no absent values, its storages have them
        }

        return parameters;
    }

    /// <summary>A job that cannot be loaded (its method is gone) is told by the exception, never thrown.</summary>
    public static (Job? Job, InvocationData? Invocation, JobLoadException? Fault) Load(string invocation)
    {
        InvocationData? data = null;
        try
        {
            data = InvocationData.DeserializePayload(invocation);
            return (data.DeserializeJob(), data, null);
        }
        catch (JobLoadException fault)
        {
            return (null, data, fault);
        }
#pragma warning disable CA1031 // Whatever is wrong with the text, it is this one job that cannot be loaded.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return (null, data, new JobLoadException("The stored invocation cannot be read.", fault));
        }
    }
}
