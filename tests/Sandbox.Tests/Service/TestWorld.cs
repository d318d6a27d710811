using Microsoft.Extensions.Logging.Abstractions;
using Sandbox.Phones;
using Sandbox.Service;

namespace Sandbox.Tests.Service;

/// <summary>A world in a folder of its own that is removed afterwards.</summary>
internal sealed class TestWorld : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "wabot-world-" + Guid.NewGuid().ToString("N"));

    private TestWorld()
    {
    }

    public SimulatedWorld World { get; private set; } = null!;

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TestWorld> OpenAsync()
    {
        var test = new TestWorld();
        await test.ReopenAsync();
        return test;
    }

    /// <summary>Ends the world and opens it again on the same folder.</summary>
    public async Task ReopenAsync()
    {
        if (World is not null)
        {
            await World.DisposeAsync();
        }

        World = await SimulatedWorld.OpenAsync(new SimulatedWorldOptions { DataFolder = _folder }, NullLoggerFactory.Instance, Ct);
    }

    public async Task<IReadOnlyList<PhoneMessage>> MessagesAsync(Phone phone)
    {
        await World.SettleAsync();
        return (await phone.ViewAsync()).Messages;
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
