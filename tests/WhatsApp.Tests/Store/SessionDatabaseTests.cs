#pragma warning disable CA1416 // The rights of files are Unix's; so is the machine that builds and runs this.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using WhatsApp.Store;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Store;

public sealed class SessionDatabaseTests : IDisposable
{
    private static readonly SystemRandomSource Chance = new();
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_call_that_throws_undoes_only_itself_though_the_commit_is_shared()
    {
        var commits = new ConcurrentQueue<string>();
        await using var database = Open(commits.Enqueue);
        var (open, held) = await HoldAsync(database);
        var first = database.RunAsync("one", store => store.Retries.Increment(StoreKey.Of("test", "first"), Now));
        var second = database.RunAsync<int>("one", store =>
        {
            store.Retries.Increment(StoreKey.Of("test", "second"), Now);
            throw new InvalidDataException("this one only");
        });
        var third = database.RunAsync("one", store => store.Retries.Increment(StoreKey.Of("test", "third"), Now));

        open.Set();
        await held;

        Assert.Equal(1, await first);
        await Assert.ThrowsAsync<InvalidDataException>(() => second);
        Assert.Equal(1, await third);
        var counts = await database.RunAsync("read", store => (store.Retries.Count(StoreKey.Of("test", "first")), store.Retries.Count(StoreKey.Of("test", "second")), store.Retries.Count(StoreKey.Of("test", "third"))));
        Assert.Equal((1, 0, 1), counts);
        Assert.Equal(["whatsapp.one.before", "whatsapp.one.after"], commits); // three calls, one commit
    }

    [Fact]
    public async Task A_call_completes_only_once_its_rows_are_committed()
    {
        var seen = new ConcurrentDictionary<string, (bool Completed, long Rows)>();
        Task<int>? call = null;
        using var enqueued = new ManualResetEventSlim();
        await using var database = Open(name =>
        {
            Assert.True(enqueued.Wait(Patience.Limit));
            seen[name] = (call!.IsCompleted, CountRows());
        });

        call = database.RunAsync("write", store => store.Retries.Increment(StoreKey.Of("test", "key"), Now));
        enqueued.Set();
        await call;

        Assert.Equal((false, 0), seen["whatsapp.write.before"]);
        Assert.Equal((false, 1), seen["whatsapp.write.after"]); // another connection sees it before the caller hears of it
    }

    [Theory]
    [InlineData("before", 0)]
    [InlineData("after", 1)]
    public async Task A_fault_at_the_commit_reaches_every_caller_and_keeps_all_or_nothing(string moment, int kept)
    {
        await using (var database = Open(name =>
        {
            if (name.EndsWith(moment, StringComparison.Ordinal))
            {
                throw new IOException("power cut");
            }
        }))
        {
            var (open, held) = await HoldAsync(database);
            var calls = Enumerable.Range(0, 3).Select(number => database.RunAsync("write", store => store.Retries.Increment(StoreKey.Of("test", $"{number}"), Now))).ToArray();
            open.Set();
            await Assert.ThrowsAsync<SessionStoreException>(() => held); // the calls that came while it ran share its commit
            foreach (var call in calls)
            {
                await Assert.ThrowsAsync<SessionStoreException>(() => call);
            }
        }

        Assert.Equal(3 * kept, CountRows());
    }

    [Fact]
    public async Task A_call_whose_caller_has_gone_is_not_run()
    {
        await using var database = Open();
        using var gone = new CancellationTokenSource();
        var (open, held) = await HoldAsync(database);
        var call = database.RunAsync("write", store => store.Retries.Increment(StoreKey.Of("test", "key"), Now), gone.Token);

        await gone.CancelAsync();
        open.Set();
        await held;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(0, CountRows());
    }

    [Fact]
    public async Task Reading_reaches_no_fail_point()
    {
        var commits = new ConcurrentQueue<string>();
        await using var database = Open(commits.Enqueue);

        await database.RunAsync("read", store => store.Retries.Count(StoreKey.Of("test", "key")));

        Assert.Empty(commits);
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_folder_and_its_files()
    {
        Directory.CreateDirectory(_folder.Path);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await using var database = Open();
        await database.RunAsync("device", store => store.Device.Create(Chance, Now));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
        var files = Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order().ToArray();
        Assert.Equal(["session.db", "session.db-shm", "session.db-wal", "session.lock"], files);
        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_second_opening_is_refused_in_this_process_and_in_another()
    {
        await using (Open())
        {
            Assert.Throws<SessionStoreException>(() => Open());
            Assert.NotEqual(0, LockFromAnotherProcess());
        }

        Assert.Equal(0, LockFromAnotherProcess());
        await using var again = Open();
    }

    [Fact]
    public async Task Private_keys_are_sealed_on_disk()
    {
        DeviceRow device;
        await using (var database = Open())
        {
            device = await database.RunAsync("device", store => store.Device.Create(Chance, Now));
        }

        var bytes = await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "session.db"));
        Assert.All<byte[]>([device.Noise.Private, device.Own.Identity.Private, device.AdvSecret], secret => Assert.Equal(-1, bytes.AsSpan().IndexOf(secret)));
    }

    [Fact]
    public async Task What_the_protector_sealed_itself_before_the_store_had_a_key_can_still_be_read()
    {
        var secret = Chance.Bytes(40);
        await using (var database = Open())
        {
            await database.RunAsync("session", store => store.Sessions.Save(store.Lids.DeviceOf(Jid.Parse("9900001@lid")), secret));
        }

        Change("UPDATE sessions SET record=$1", new TestProtector().Protect(secret, "sessions.record"));

        await using var again = Open();
        Assert.Equal(secret, await again.RunAsync("read", store => store.Sessions.Load(store.Lids.DeviceOf(Jid.Parse("9900001@lid")))));
    }

    [Theory]
    [InlineData("sender_keys.record", 0)]
    [InlineData("sessions.record", 1)]
    public void A_sealed_column_opens_only_whole_and_where_it_belongs(string purpose, int cut)
    {
        using var memory = new SqliteConnection("Data Source=:memory:");
        memory.Open();
        SqliteSessionDatabase.Prepare(memory);
        using var store = new StoreConnection(memory, new TestProtector());
        var cipher = store.Seal([1, 2, 3], "sessions.record");

        Assert.ThrowsAny<CryptographicException>(() => store.Open(cipher.AsSpan(0, cipher.Length - cut), purpose));
        Assert.ThrowsAny<CryptographicException>(() => store.Open(cipher.AsSpan(0, 20), "sessions.record"));
        Assert.Equal<byte[]>([1, 2, 3], store.Open(cipher, "sessions.record"));
    }

    [Fact]
    public async Task The_device_is_read_anew_after_it_was_written_and_after_a_write_was_undone()
    {
        await using var database = Open();
        await database.RunAsync("device", store => store.Device.Create(Chance, Now));
        await database.RunAsync("name", store => store.Device.SavePushName("first"));
        await Assert.ThrowsAsync<InvalidDataException>(() => database.RunAsync<int>("name", store =>
        {
            store.Device.SavePushName("second");
            Assert.Equal("second", store.Device.Required.PushName);
            throw new InvalidDataException("undo");
        }));

        Assert.Equal("first", await database.RunAsync("read", store => store.Device.Required.PushName));
    }

    [Fact]
    public async Task Another_key_a_damaged_file_and_a_newer_store_are_told_apart_from_a_new_one()
    {
        await using (var database = Open())
        {
            await database.RunAsync("device", store => store.Device.Create(Chance, Now));
        }

        var wrongKey = await Assert.ThrowsAsync<SessionStoreException>(
            () => SqliteSessionDatabase.OpenAsync(_folder.Path, new TestProtector(new byte[32]), null, CancellationToken.None));
        Assert.Contains("another key", wrongKey.Message, StringComparison.Ordinal);

        Change("PRAGMA user_version=99");
        Assert.Contains("newer", Assert.Throws<SessionStoreException>(() => Open()).Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "session.db"), new string('x', 4096));
        Assert.Contains("damaged", Assert.Throws<SessionStoreException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_queued_before_closing_are_finished_and_later_ones_refused()
    {
        var database = Open();
        var (open, held) = await HoldAsync(database);
        var queued = database.RunAsync("write", store => store.Retries.Increment(StoreKey.Of("test", "key"), Now));
        open.Set();
        await database.DisposeAsync();

        await held;
        Assert.Equal(1, await queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.RunAsync("write", store => store.Retries.Count(StoreKey.Of("test", "key"))));
    }

    /// <summary>Keeps the writer busy until the event is set, so that calls queue up behind it.</summary>
    private static async Task<(ManualResetEventSlim Open, Task Held)> HoldAsync(SqliteSessionDatabase database)
    {
        var open = new ManualResetEventSlim();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = database.RunAsync("hold", store =>
        {
            started.SetResult();
            return open.Wait(Patience.Limit);
        });
        await started.Task.WaitAsync(Patience.Limit);
        return (open, held);
    }

    private SqliteSessionDatabase Open(Action<string>? probe = null) => SqliteSessionDatabase.Open(_folder.Path, new TestProtector(), probe);

    private long CountRows()
    {
        using var other = Connect();
        using var command = other.CreateCommand();
        command.CommandText = "SELECT count(*) FROM retries";
        return (long)command.ExecuteScalar()!;
    }

    private void Change(string sql, object? value = null)
    {
        using var other = Connect();
        using var command = other.CreateCommand();
        if (value is not null)
        {
            command.Parameters.AddWithValue("$1", value);
        }

#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(_folder.Path, "session.db"), Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private int LockFromAnotherProcess()
    {
        using var other = Process.Start(new ProcessStartInfo("flock", ["--nonblock", Path.Combine(_folder.Path, "session.lock"), "true"]))!;
        Assert.True(other.WaitForExit(Patience.Limit));
        return other.ExitCode;
    }
}
