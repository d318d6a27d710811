namespace Hangfire.Sqlite.Tests.Differential;

/// <summary>Questions: each returns the whole answer as text.</summary>
internal sealed class ReadGenerator(Random random)
{
    /// <summary>A job that was made, now and then one that never was.</summary>
    public static int AnyJob(Random random, int jobs) => jobs == 0 || random.Next(12) == 0 ? -random.Next(1, 3) : random.Next(jobs);

    public static int RealJob(Random random, int jobs) => jobs == 0 ? -1 : random.Next(jobs);

    public Step Next(int jobs)
    {
        var job = AnyJob(random, jobs);
        var key = $"key{random.Next(4)}";
        var value = $"v{random.Next(6)}";
        var from = random.Next(4);
        var to = from + random.Next(-1, 4);
        var end = Math.Max(from, to); // a range upside down: ours is empty, the oracle throws when the collection is not
        return random.Next(30) switch
        {
            0 or 1 => new($"job {job}", s => Job(s, job)),
            2 => new($"state of {job}", s => s.Connection.GetStateData(s.Id(job)) is { } state ? $"{state.Name} {state.Reason} {Subject.Pairs(state.Data)}" : "none"),
            3 => new($"parameter {job} {key}", s => s.Connection.GetJobParameter(s.Id(job), key) ?? "null"),
            4 => new($"set parameter {job} {key}", s =>
            {
                s.Connection.SetJobParameter(s.Id(job), key, value);
                return s.Connection.GetJobParameter(s.Id(job), key) ?? "null";
            }),
            5 => new($"set {key}", s => Subject.Show(s.Connection.GetAllItemsFromSet(key).Order(StringComparer.Ordinal))),
            6 => new($"lowest {key} {from} {to}", s => s.Connection.GetFirstByLowestScoreFromSet(key, from, to) ?? "null"),
            7 => new($"lowest {key} {from} {to} batch", s => Subject.Show(s.Connection.GetFirstByLowestScoreFromSet(key, from - 1, to, 3))),
            8 => new($"set count {key}", s => $"{s.Connection.GetSetCount(key)} {s.Connection.GetSetContains(key, value)}"),
            9 => new("set counts", s => $"{s.Connection.GetSetCount(["key0", "key1", key], from)}"),
            10 => new($"set range {key} {from} {end}", s => Subject.Show(s.Connection.GetRangeFromSet(key, from, end))),
            11 => new($"ttl {key}", s => $"{Subject.Hours(s.Connection.GetSetTtl(key))} {Subject.Hours(s.Connection.GetListTtl(key))} {Subject.Hours(s.Connection.GetHashTtl(key))}"),
            12 => new($"hash {key}", s => Subject.Pairs(s.Connection.GetAllEntriesFromHash(key))),
            13 => new($"hash value {key}", s => $"{s.Connection.GetValueFromHash(key, "f" + from) ?? "null"} {s.Connection.GetHashCount(key)}"),
            14 => new($"list {key}", s => $"{Subject.Show(s.Connection.GetAllItemsFromList(key))} {s.Connection.GetListCount(key)}"),
            15 => new($"list range {key} {from} {end}", s => Subject.Show(s.Connection.GetRangeFromList(key, from, end))),
            16 => new($"counter {key}", s => $"{s.Connection.GetCounter(key)}"),
            17 => new($"put hash {key}", s =>
            {
                s.Connection.SetRangeInHash(key, [new("f" + from, value)]);
                return "put";
            }),
            18 => new("statistics", Statistics),
            19 => new("queues", Queues),
            20 => new($"details {job}", s => Details(s, job)),
            21 => new("enqueued", s => s.List(s.Monitor.EnqueuedJobs(StepGenerator.Queues[from % 3], from, 4), dto => $"{Call(dto.Job)} {dto.State} {dto.InEnqueuedState} {dto.EnqueuedAt is null}")),
            22 => new("scheduled", s => $"{s.Monitor.ScheduledCount()} " + s.List(s.Monitor.ScheduledJobs(from, 5), dto => $"{Call(dto.Job)} {dto.InScheduledState} {dto.EnqueueAt:O}")),
            23 => new("processing", s => $"{s.Monitor.ProcessingCount()} " + s.List(s.Monitor.ProcessingJobs(from, 5), dto => $"{Call(dto.Job)} {dto.InProcessingState} {dto.ServerId}")),
            24 => new("succeeded", s => $"{s.Monitor.SucceededListCount()} " + s.List(s.Monitor.SucceededJobs(from, 5), dto => $"{Call(dto.Job)} {dto.InSucceededState} {dto.Result} {dto.TotalDuration}")),
            25 => new("failed", s => $"{s.Monitor.FailedCount()} " + s.List(s.Monitor.FailedJobs(from, 5), dto => $"{Call(dto.Job)} {dto.InFailedState} {dto.Reason} {dto.ExceptionType} {dto.ExceptionMessage} {dto.ExceptionDetails}")),
            26 => new("deleted", s => $"{s.Monitor.DeletedListCount()} " + s.List(s.Monitor.DeletedJobs(from, 5), dto => $"{Call(dto.Job)} {dto.InDeletedState}")),
            27 => new("awaiting", s => $"{s.Monitor.AwaitingCount()} " + s.List(s.Monitor.AwaitingJobs(from, 5), dto => $"{Call(dto.Job)} {dto.InAwaitingState}")),
            28 => new("timelines", s => $"{s.Monitor.SucceededByDatesCount().Count} {s.Monitor.HourlyFailedJobs().Count} {s.Monitor.HourlyDeletedJobs().Values.Sum()}"),
            _ => new($"put job {job}", s => s.Connection.GetJobData(s.Id(job))?.State ?? "null"),
        };
    }

    private static string Call(Common.Job? job) => job is null ? "unloadable" : $"{job.Method.Name}({job.Args[0]})";

    private static string Job(Subject subject, int job)
    {
        var data = subject.Connection.GetJobData(subject.Id(job));
        return data is null ? "none" : $"{data.State} {Call(data.Job)} {Subject.Hours(data.CreatedAt)} {Subject.Pairs(data.ParametersSnapshot)} {data.LoadException is null}";
    }

    private static string Details(Subject subject, int job)
    {
        var details = subject.Monitor.JobDetails(subject.Id(job));
        return details is null
            ? "none"
            : $"{Call(details.Job)} {Subject.Hours(details.CreatedAt)} expires {Subject.Hours(details.ExpireAt)} {Subject.Pairs(details.Properties)} "
                + string.Join(" < ", details.History.Select(state => $"{state.StateName} {state.Reason} {Subject.Pairs(state.Data)}"));
    }

    private static string Statistics(Subject subject)
    {
        var all = subject.Monitor.GetStatistics();
        return Subject.Show(new { all.Servers, all.Recurring, all.Enqueued, all.Scheduled, all.Processing, all.Succeeded, all.Failed, all.Deleted, all.Retries, all.Awaiting });
    }

    private static string Queues(Subject subject) => string.Join(" | ", subject.Monitor.Queues()
        .Where(queue => queue.Length > 0) // the oracle remembers queues that were used once
        .OrderBy(queue => queue.Name, StringComparer.Ordinal)
        .Select(queue => $"{queue.Name} {queue.Length} {subject.List(queue.FirstJobs, dto => Call(dto.Job))}"));
}
