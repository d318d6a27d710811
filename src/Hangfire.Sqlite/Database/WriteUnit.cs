using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;

namespace Hangfire.Sqlite.Database;

/// <summary>One caller's work: it happens completely or not at all, in a commit it may share with others.</summary>
internal abstract class WriteUnit(bool durable, bool alone)
{
    private enum Status
    {
        Waiting,
        Leading,
        Done,
    }

    private Status _status;
    private Exception? _fault;

    /// <summary>The caller may be answered only when the disk has the commit.</summary>
    public bool Durable => durable;

    /// <summary>Runs outside any transaction, with nobody else.</summary>
    public bool Alone => alone;

    public bool Failed => _fault is not null;

    public abstract void Run(SqlSession session);

    public void Fail(Exception fault) => _fault = fault;

    /// <summary>Blocks until the work is done, or until this caller has to lead; true in that case.</summary>
    public bool WaitIsLeader()
    {
        lock (this)
        {
            while (_status == Status.Waiting)
            {
                Monitor.Wait(this);
            }

            return _status == Status.Leading;
        }
    }

    public void AppointLeader() => Change(Status.Leading);

    public void Complete() => Change(Status.Done);

    public void ThrowIfFailed()
    {
        if (_fault is SqliteException)
        {
            throw new SqliteStorageException("The job storage refused a change; nothing of it is stored.", _fault);
        }

        if (_fault is not null)
        {
            ExceptionDispatchInfo.Throw(_fault);
        }
    }

    private void Change(Status status)
    {
        lock (this)
        {
            _status = status;
            Monitor.PulseAll(this);
        }
    }
}

internal sealed class WriteUnit<T>(Func<SqlSession, T> work, bool durable, bool alone) : WriteUnit(durable, alone)
{
    public T? Result { get; private set; }

    public override void Run(SqlSession session) => Result = work(session);
}
