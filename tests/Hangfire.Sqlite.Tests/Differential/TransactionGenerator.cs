using Hangfire.Common;
using Hangfire.Storage;

namespace Hangfire.Sqlite.Tests.Differential;

/// <summary>Transactions of one to five changes of any kind, committed or thrown away.</summary>
internal sealed class TransactionGenerator(Random random)
{
    private static readonly string[] States = ["Enqueued", "Scheduled", "Processing", "Succeeded", "Failed", "Deleted", "Awaiting", "Own"];

    public Step Next(int jobs)
    {
        var changes = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Change(jobs)).ToList();
        var commits = random.Next(8) > 0;
        var name = $"{(commits ? "commit" : "throw away")} {string.Join(", ", changes.Select(change => change.What))}";
        return new Step(name, subject =>
        {
            using var transaction = (JobStorageTransaction)subject.Connection.CreateWriteTransaction();
            foreach (var (_, apply) in changes)
            {
                apply(subject, transaction);
            }

            if (commits)
            {
                transaction.Commit();
                subject.EndAcknowledged();
            }

            subject.Acknowledged.Clear();

            return "done";
        });
    }

    private (string What, Action<Subject, JobStorageTransaction> Apply) Change(int jobs)
    {
        var job = ReadGenerator.AnyJob(random, jobs);
        var key = $"key{random.Next(3)}";
        var value = $"v{random.Next(6)}";
        var number = random.Next(4);
        var other = random.Next(-1, 5);
        var span = TimeSpan.FromHours(random.Next(2, 50));
        return random.Next(26) switch
        {
            0 or 1 or 2 or 3 => SetState(job),
            4 => ($"add state {job}", (s, t) => t.AddJobState(s.Id(job), new TestState("Noted", value, ("k", value)))),
            5 => ($"expire {job}", (s, t) => t.ExpireJob(s.Id(job), span)),
            6 => ($"persist {job}", (s, t) => t.PersistJob(s.Id(job))),
            7 or 8 or 9 => Enqueue(ReadGenerator.RealJob(random, jobs)),
            10 => ($"parameter {job} {key}", (s, t) => t.SetJobParameter(s.Id(job), key, value)),
            11 => ($"increment {key}", (_, t) => t.IncrementCounter(key)),
            12 => ($"increment {key} for {span}", (_, t) => t.IncrementCounter(key, span)),
            13 => ($"decrement {key}", (_, t) => t.DecrementCounter(key)),
            14 => ($"decrement {key} for {span}", (_, t) => t.DecrementCounter(key, span)),
            15 => ($"add {key} {value}", (_, t) => t.AddToSet(key, value)),
            16 => ($"add {key} {value} {other}.5", (_, t) => t.AddToSet(key, value, other + 0.5)),
            17 => ($"add range {key}", (_, t) => t.AddRangeToSet(key, [value, $"v{number}"])),
            18 => number > 0 ? ($"remove {key} {value}", (_, t) => t.RemoveFromSet(key, value)) : ($"remove set {key}", (_, t) => t.RemoveSet(key)),
            19 or 20 => ($"insert {key} {value}", (_, t) => t.InsertToList(key, value)),
            21 => ($"remove from list {key} {value}", (_, t) => t.RemoveFromList(key, value)),
            22 => ($"trim {key} {number} {other}", (_, t) => t.TrimList(key, number, other)),
            23 => ($"hash {key} {value}", (_, t) => t.SetRangeInHash(key, [new("f" + number, value), new("g", value)])),
            24 => number > 0 ? Expire(key, number, span) : ($"remove hash {key}", (_, t) => t.RemoveHash(key)),
            _ => number > 0 ? Persist(key, number) : Acknowledge(),
        };
    }

    private (string What, Action<Subject, JobStorageTransaction> Apply) SetState(int job)
    {
        var at = JobHelper.SerializeDateTime(new DateTime(2026, 5, random.Next(1, 28), 1, 2, 3, DateTimeKind.Utc));
        var name = States[random.Next(States.Length)];
        var parent = random.Next(3);
        var state = new TestState(
            name,
            random.Next(2) == 0 ? null : $"because {random.Next(9)}",
            ("EnqueuedAt", at), ("EnqueueAt", at), ("ScheduledAt", at), ("StartedAt", at), ("ServerId", "s1"), ("SucceededAt", at), ("Result", "7"),
            ("PerformanceDuration", "5"), ("Latency", "2"), ("FailedAt", at), ("ExceptionType", "T"), ("ExceptionMessage", "M"),
            ("ExceptionDetails", "D"), ("DeletedAt", at), ("Own", $"{parent}"));
        return ($"state {job} {name}", (s, t) => t.SetJobState(s.Id(job), state));
    }

    private (string What, Action<Subject, JobStorageTransaction> Apply) Enqueue(int job)
    {
        var queue = StepGenerator.Queues[random.Next(StepGenerator.Queues.Length)];
        return ($"queue {job} {queue}", (s, t) =>
        {
            if (job >= 0)
            {
                t.AddToQueue(queue, s.Id(job));
            }
        }
        );
    }

    private static (string What, Action<Subject, JobStorageTransaction> Apply) Expire(string key, int kind, TimeSpan span) => kind switch
    {
        1 => ($"expire set {key}", (_, t) => t.ExpireSet(key, span)),
        2 => ($"expire list {key}", (_, t) => t.ExpireList(key, span)),
        _ => ($"expire hash {key}", (_, t) => t.ExpireHash(key, span)),
    };

    private static (string What, Action<Subject, JobStorageTransaction> Apply) Persist(string key, int kind) => kind switch
    {
        1 => ($"persist set {key}", (_, t) => t.PersistSet(key)),
        2 => ($"persist list {key}", (_, t) => t.PersistList(key)),
        _ => ($"persist hash {key}", (_, t) => t.PersistHash(key)),
    };

    private static (string What, Action<Subject, JobStorageTransaction> Apply) Acknowledge() => ("acknowledge", (s, t) =>
    {
        if (s.Fetched.Count > 0)
        {
            t.RemoveFromQueue(s.Fetched[0].Job);
            s.Acknowledged.Add(s.Fetched[0].Job);
        }
    }
    );
}
