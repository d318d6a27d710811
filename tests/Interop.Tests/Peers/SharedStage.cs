namespace Interop.Tests.Peers;

/// <summary>One stage for all tests that need no fresh people; each makes a group of its own. Opened by the first test that asks, so that a missing Node.js is that test's outcome.</summary>
public sealed class SharedStage : IAsyncDisposable
{
    private Stage? _stage;

    /// <summary>The stage with everybody on the line and no fault armed, whatever a test before has left behind.</summary>
    internal async Task<Stage> GetAsync(CancellationToken cancellationToken)
    {
        _stage ??= await Stage.OpenAsync(lid: true, botMayWriteFirst: false, cancellationToken);
        await _stage.GatherAsync(cancellationToken);
        return _stage;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stage is { } stage)
        {
            await stage.DisposeAsync();
        }
    }
}

/// <summary>The tests of one stage run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedStageTests : ICollectionFixture<SharedStage>
{
    public const string Name = "One stage";
}
