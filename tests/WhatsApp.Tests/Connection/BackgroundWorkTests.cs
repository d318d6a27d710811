using Microsoft.Extensions.Logging.Abstractions;
using WhatsApp.Connection;

namespace WhatsApp.Tests.Connection;

public sealed class BackgroundWorkTests
{
    [Fact]
    public async Task Work_does_not_pile_up_and_there_is_room_again_when_some_has_ended()
    {
        var work = new BackgroundWork(NullLogger<BackgroundWork>.Instance);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var begun = Enumerable.Range(0, BackgroundWork.MostAtOnce + 20).Count(_ => work.Run("wait", token => go.Task.WaitAsync(token)));
        Assert.Equal(BackgroundWork.MostAtOnce, begun);
        go.SetResult();
        while (!work.Run("after", _ =>
        {
            ended.TrySetResult();
            return Task.CompletedTask;
        }))
        {
            await Task.Yield();
        }

        await ended.Task.WaitAsync(Patience.Limit);
        await work.DisposeAsync();
        Assert.False(work.Run("late", _ => Task.CompletedTask));
    }

    [Fact]
    public async Task Disposing_ends_what_runs_and_waits_for_it()
    {
        var work = new BackgroundWork(NullLogger<BackgroundWork>.Instance);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = false;
        work.Run("long", async token =>
        {
            begun.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                ended = true;
            }
        });
        await begun.Task.WaitAsync(Patience.Limit);

        await work.DisposeAsync();

        Assert.True(ended);
    }
}
