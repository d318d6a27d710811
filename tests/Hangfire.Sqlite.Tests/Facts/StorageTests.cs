using Hangfire.Sqlite.Queues;
using Hangfire.Storage;
using Microsoft.Data.Sqlite;

namespace Hangfire.Sqlite.Tests.Facts;

public sealed class StorageTests : StorageTest
{
    [Theory]
    [InlineData("Storage.ExtendedApi")]
    [InlineData("Job.Queue")]
    [InlineData("Storage.ProcessesInsteadOfComponents")]
    [InlineData("Connection.GetUtcDateTime")]
    [InlineData("Connection.BatchedGetFirstByLowestScoreFromSet")]
    [InlineData("Connection.GetSetContains")]
    [InlineData("Connection.GetSetCount.Limited")]
    [InlineData("Transaction.AcquireDistributedLock")]
    [InlineData("Transaction.CreateJob")]
    [InlineData("Transaction.SetJobParameter")]
    [InlineData("TransactionalAcknowledge:" + nameof(SqliteFetchedJob))]
    [InlineData("Monitoring.DeletedStateGraphs")]
    [InlineData("Monitoring.AwaitingJobs")]
    public void Every_feature_of_the_contract_is_there(string feature) => Assert.True(Storage.HasFeature(feature));

    [Fact]
    public void Nothing_else_is_promised()
    {
        Assert.False(Storage.HasFeature("Batches"));
        Assert.False(Storage.HasFeature("TransactionalAcknowledge:InMemoryFetchedJob"));
        Assert.True(Storage.LinearizableReads);
    }

    [Fact]
    public void No_member_is_left_to_the_base_class_that_refuses_it()
    {
        var refusing = from pair in new[] { (typeof(JobStorageConnection), typeof(SqliteStorageConnection)), (typeof(JobStorageTransaction), typeof(SqliteStorageTransaction)), (typeof(JobStorageMonitor), Monitor.GetType()) }
                       from method in pair.Item2.GetMethods()
                       where method.IsVirtual && method.DeclaringType == pair.Item1
                       select method.Name;

        Assert.Empty(refusing.Except(["Dispose"]));
    }

    [Fact]
    public void The_files_and_a_folder_it_made_are_the_owner_s_alone()
    {
        Enqueue();
        var folder = Path.GetDirectoryName(Folder.Database)!;
        if (!OperatingSystem.IsWindows()) // such rights are not known there
        {
            var owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            foreach (var file in Directory.GetFiles(folder))
            {
                Assert.Equal(owner, File.GetUnixFileMode(file));
            }

            Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }
    }

    [Fact]
    public void A_second_storage_on_the_file_is_refused_and_may_have_it_after_the_first()
    {
        Enqueue();

        Assert.Contains("Another process holds", Assert.Throws<SqliteStorageException>(() => Folder.Open()).Message, StringComparison.Ordinal);

        Close();
        using var next = Folder.Open();
        Assert.Equal(1, next.GetMonitoringApi().EnqueuedCount("default"));
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_and_left_alone()
    {
        Enqueue();
        Close();
        Raw("PRAGMA user_version=99");

        var fault = Assert.Throws<SqliteStorageException>(() => Folder.Open());

        Assert.Contains("newer version", fault.Message, StringComparison.Ordinal);
        Raw("PRAGMA user_version=1");
        Assert.Equal(1, Monitor.EnqueuedCount("default"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_its_lock_is_let_go()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder.Database)!);
        File.WriteAllText(Folder.Database, new string('x', 5_000));

        Assert.Contains("damaged", Assert.Throws<SqliteStorageException>(() => Folder.Open()).Message, StringComparison.Ordinal);

        File.Delete(Folder.Database);
        Folder.Open().Dispose();
    }

    [Fact]
    public void Options_out_of_range_are_all_named()
    {
        var fault = Assert.Throws<ArgumentException>(() => Folder.Open(new SqliteStorageOptions { ClaimTimeout = TimeSpan.Zero, ExpirationBatchSize = 0 }));

        Assert.Contains("ClaimTimeout", fault.Message, StringComparison.Ordinal);
        Assert.Contains("ExpirationBatchSize", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_storage_says_so()
    {
        var connection = Connection;
        Storage.Dispose();

        Assert.Throws<ObjectDisposedException>(() => connection.GetJobData("1"));
        Assert.Throws<ObjectDisposedException>(() => connection.SetJobParameter("1", "p", "v"));
    }

    private void Raw(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Folder.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
