namespace Hangfire.Sqlite.Tests;

internal static class Eventually
{
    /// <summary>Long enough for a loaded machine; reached only by a test that fails.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    public static void True(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, Limit), $"Not within {Limit.TotalSeconds} s: {what}");
}
