using Hangfire.Server;
using Hangfire.Storage;

namespace Hangfire.Sqlite.Tests.Differential;

/// <summary>Draws the next call from a seed. What it draws depends on the seed and the number of jobs only, never on an answer.</summary>
internal sealed class StepGenerator(int seed)
{
    public static readonly string[] Queues = ["a-critical", "b-default", "c-low"];

    private readonly Random _random = new(seed);
    private readonly TransactionGenerator _transactions = new(new Random(seed ^ 0x5EED));
    private readonly ReadGenerator _reads = new(new Random(seed ^ 0x0DD));

    public Step Next(int jobs) => _random.Next(12) switch
    {
        0 or 1 => Create(),
        2 or 3 or 4 or 5 => _transactions.Next(jobs),
        6 or 7 => Fetch(),
        8 => Settle(),
        9 => Server(),
        _ => _reads.Next(jobs),
    };

    private Step Create()
    {
        var number = _random.Next(100);
        var parameters = Enumerable.Range(0, _random.Next(3)).ToDictionary(i => $"p{i}", i => $"v{_random.Next(9)}");
        var days = _random.Next(1, 40);
        return new Step($"create {number}", subject =>
        {
            subject.Made(subject.Connection.CreateExpiredJob(TestJobs.Example(number), parameters, DateTime.UtcNow, TimeSpan.FromDays(days)));
            return "made";
        });
    }

    /// <summary>Only when something is there, so that nothing blocks.</summary>
    private Step Fetch()
    {
        var queues = Queues.OrderBy(_ => _random.Next()).Take(_random.Next(1, 4)).ToArray();
        return new Step($"fetch {string.Join(',', queues)}", subject =>
        {
            var first = queues.FirstOrDefault(queue => subject.Monitor.EnqueuedCount(queue) > 0);
            if (first is null)
            {
                return "empty";
            }

            var job = subject.Connection.FetchNextJob(queues, CancellationToken.None);
            subject.Fetched.Add((job, first));
            return $"{subject.Name(job.JobId)} from {first}, {subject.Monitor.EnqueuedCount(first)} left";
        });
    }

    /// <summary>
    /// Gives back only to an empty queue: the oracle puts a returned job last, ours and the relational ones first. And never by
    /// disposal alone: the oracle forgets such a job, ours and the relational ones give it back.
    /// </summary>
    private Step Settle()
    {
        var way = _random.Next(2);
        var which = _random.Next(100);
        return new Step($"settle {way}", subject =>
        {
            if (subject.Fetched.Count == 0)
            {
                return "nothing fetched";
            }

            var (job, queue) = subject.Fetched[which % subject.Fetched.Count];
            subject.Fetched.RemoveAt(which % subject.Fetched.Count);
            if (way == 0 || subject.Monitor.EnqueuedCount(queue) > 0)
            {
                job.RemoveFromQueue();
            }
            else
            {
                job.Requeue();
            }

            job.Dispose();
            return $"{subject.Name(job.JobId)}, {subject.Monitor.EnqueuedCount(queue)} in {queue}";
        });
    }

    private Step Server()
    {
        var id = $"server-{_random.Next(3)}";
        var context = new ServerContext { WorkerCount = _random.Next(1, 9), Queues = Queues[.._random.Next(1, 4)] };
        return _random.Next(4) switch
        {
            0 => new Step($"announce {id}", subject =>
            {
                subject.Connection.RemoveServer(id); // the oracle ignores a second announcement, ours and the relational ones take it
                subject.Connection.AnnounceServer(id, context);
                return Servers(subject);
            }),
            1 => new Step($"remove {id}", subject =>
            {
                subject.Connection.RemoveServer(id);
                return Servers(subject);
            }),
            2 => new Step($"heartbeat {id}", subject =>
            {
                subject.Connection.Heartbeat(id);
                return "alive";
            }),
            _ => new Step("remove timed-out servers", subject => $"{subject.Connection.RemoveTimedOutServers(TimeSpan.FromHours(1))}"),
        };
    }

    private static string Servers(Subject subject) => string.Join(" | ", subject.Monitor.Servers()
        .OrderBy(server => server.Name, StringComparer.Ordinal)
        .Select(server => $"{server.Name} {server.WorkersCount} {string.Join(',', server.Queues)} {Subject.Hours(server.StartedAt)} {Subject.Hours(server.Heartbeat)}"));
}
