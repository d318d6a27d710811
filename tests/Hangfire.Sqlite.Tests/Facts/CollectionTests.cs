namespace Hangfire.Sqlite.Tests.Facts;

/// <summary>What the differential suite cannot show: expiry of collections, letter case, negative zero spans. The rest is there.</summary>
public sealed class CollectionTests : StorageTest
{
    [Fact]
    public void Keys_and_values_are_case_sensitive()
    {
        Commit(transaction =>
        {
            transaction.AddToSet("k", "v");
            transaction.AddToSet("K", "V");
            transaction.IncrementCounter("k");
            transaction.SetRangeInHash("k", [new("f", "1"), new("F", "2")]);
        });

        Assert.Equal(["v"], Connection.GetAllItemsFromSet("k"));
        Assert.False(Connection.GetSetContains("k", "V"));
        Assert.Equal(0, Connection.GetCounter("K"));
        Assert.Equal("2", Connection.GetValueFromHash("k", "F"));
    }

    [Fact]
    public void Sets_are_ordered_by_score_then_value_and_batches_honour_the_range()
    {
        Commit(transaction =>
        {
            transaction.AddToSet("schedule", "b", 2);
            transaction.AddToSet("schedule", "c", 1);
            transaction.AddToSet("schedule", "a", 2);
            transaction.AddToSet("schedule", "d", 3.5);
        });

        Assert.Equal(["c", "a", "b", "d"], Connection.GetRangeFromSet("schedule", 0, 10));
        Assert.Equal(["a", "b"], Connection.GetFirstByLowestScoreFromSet("schedule", 1.5, 3, 5));
        Assert.Equal("c", Connection.GetFirstByLowestScoreFromSet("schedule", 0, 100));
        Assert.Equal(3, Connection.GetSetCount(["schedule", "none"], 3));
    }

    [Fact]
    public void Expired_collections_and_counters_are_deleted_and_persisted_ones_stay()
    {
        Commit(transaction =>
        {
            transaction.AddToSet("s", "v");
            transaction.InsertToList("l", "v");
            transaction.SetRangeInHash("h", [new("f", "v")]);
            transaction.AddToSet("kept", "v");
            transaction.ExpireSet("s", TimeSpan.FromMinutes(1));
            transaction.ExpireList("l", TimeSpan.FromMinutes(1));
            transaction.ExpireHash("h", TimeSpan.FromMinutes(1));
            transaction.ExpireSet("kept", TimeSpan.FromMinutes(1));
            transaction.PersistSet("kept");
            transaction.IncrementCounter("c", TimeSpan.FromMinutes(1));
            transaction.IncrementCounter("forever");
        });
        Assert.Equal(TimeSpan.FromMinutes(1), Connection.GetSetTtl("s"));
        Clock.Advance(TimeSpan.FromMinutes(2));

        while (new Upkeep.ExpirationProcess(Storage).DeleteBatch() > 0)
        {
            // batch by batch
        }

        Assert.Equal((0, 0, 0, 0), (Connection.GetSetCount("s"), Connection.GetListCount("l"), Connection.GetHashCount("h"), Connection.GetCounter("c")));
        Assert.Equal((1, 1), (Connection.GetSetCount("kept"), Connection.GetCounter("forever")));
        Assert.True(Connection.GetSetTtl("kept") < TimeSpan.Zero);
    }

    [Fact]
    public void An_emptied_collection_forgets_its_expiry()
    {
        Commit(transaction =>
        {
            transaction.AddToSet("s", "v");
            transaction.ExpireSet("s", TimeSpan.FromMinutes(1));
            transaction.RemoveFromSet("s", "v");
            transaction.AddToSet("s", "new");
        });

        Assert.True(Connection.GetSetTtl("s") < TimeSpan.Zero);
    }
}
