using WhatsApp.Binary;
using WhatsApp.Login;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Login;

public class VersionTests
{
    private const uint Newer = 1_999_999_999;

    [Fact]
    public async Task A_refused_version_is_read_anew_before_the_second_try_and_kept()
    {
        await using var bed = new SessionBed { Versions = new Source() };
        await bed.StartPairedAsync();
        await bed.Versions.AskedAsync(); // at the start, for none was ever read
        bed.Versions.Answer(ClientVersion.Default.Revision);
        await using var first = await bed.Service.AcceptAsync();
        Assert.Equal(ClientVersion.Default.Revision, first.Payload.UserAgent.AppVersion.Tertiary);

        await first.SendAsync(new Node("failure", new() { ["reason"] = 405 }));
        await bed.Versions.AskedAsync();
        bed.Versions.Answer(Newer);
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(3));
        await using var second = await bed.LoggedInAsync();

        Assert.Equal(Newer, second.Payload.UserAgent.AppVersion.Tertiary);
        await bed.CloseAsync();
        await bed.OpenAsync();
        _ = bed.Run();
        await using var third = await bed.Service.AcceptAsync();
        Assert.Equal(Newer, third.Payload.UserAgent.AppVersion.Tertiary);
    }

    [Theory]
    [InlineData(405)]
    [InlineData(409)]
    [InlineData(418)]
    public async Task A_version_refused_again_halts_with_the_service_s_code(int code)
    {
        await using var bed = new SessionBed { Versions = new Source() };
        await bed.StartPairedAsync();
        await bed.Versions.AskedAsync();
        bed.Versions.Answer(Newer);
        for (var attempt = 0; attempt < (code == 409 ? 1 : 2); attempt++)
        {
            if (attempt > 0)
            {
                await bed.Clock.PassAsync(TimeSpan.FromSeconds(3));
            }

            await using var connection = await bed.Service.AcceptAsync();
            await connection.SendAsync(new Node("failure", new() { ["reason"] = code }));
            await bed.Versions.AskedAsync();
            bed.Versions.Answer(Newer);
        }

        await bed.RunEnded;
        Assert.Equal((SessionPhase.Halted, SessionFaultReason.ClientRefused, code), (bed.Client.Status.Phase, bed.Client.Status.LastFault!.Reason, bed.Client.Status.LastFault.Code!.Value));
    }

    [Fact]
    public async Task The_first_connect_does_not_wait_for_the_reading_and_a_failed_one_changes_nothing()
    {
        await using var bed = new SessionBed { Versions = new Source() };
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync(); // nobody has answered the reading
        await bed.Versions.AskedAsync();

        bed.Versions.Fail();
        await bed.CloseAsync();
        await bed.OpenAsync();

        Assert.Null(await bed.Database.RunAsync("test", store => store.ClientVersion.Load()));
    }

    [Fact]
    public async Task A_reading_is_a_week_good_and_never_goes_back()
    {
        await using var bed = new SessionBed { Versions = new Source() };
        await bed.OpenAsync();
        var keeper = new VersionKeeper(bed.Versions, bed.Database, bed.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<VersionKeeper>.Instance);
        bed.Versions.Answer(Newer);
        await keeper.RefreshIfOldAsync(CancellationToken.None);
        Assert.Equal(1, bed.Versions.Readings);

        bed.Clock.Advance(TimeSpan.FromDays(7));
        await keeper.RefreshIfOldAsync(CancellationToken.None);
        Assert.Equal(1, bed.Versions.Readings);
        bed.Clock.Advance(TimeSpan.FromSeconds(1));
        bed.Versions.Answer(Newer - 5);
        await keeper.RefreshIfOldAsync(CancellationToken.None);

        var (revision, at) = (await bed.Database.RunAsync("test", store => store.ClientVersion.Load())).GetValueOrDefault();
        Assert.Equal((2, Newer, bed.Clock.GetUtcNow()), (bed.Versions.Readings, revision, at));
        Assert.Equal(ClientVersion.Default, ClientVersion.Newest(1)); // a program newer than what it has read speaks as itself
    }

    [Theory]
    [InlineData("wss://web.whatsapp.com/ws/chat", "https://web.whatsapp.com/sw.js")]
    [InlineData("wss://web.whatsapp.com:5222/ws/chat", "https://web.whatsapp.com:5222/sw.js")]
    [InlineData("ws://127.0.0.1:9000/ws/chat", "http://127.0.0.1:9000/sw.js")]
    public void The_version_is_asked_of_the_host_we_connect_to_and_of_no_other(string endpoint, string page) =>
        Assert.Equal(new Uri(page), HttpVersionSource.PageOf(new Uri(endpoint)));

    /// <summary>A source that waits for the test's word, unless it was given before.</summary>
    internal sealed class Source : IVersionSource
    {
        private readonly System.Threading.Channels.Channel<uint?> _answers = System.Threading.Channels.Channel.CreateUnbounded<uint?>();
        private readonly System.Threading.Channels.Channel<bool> _asked = System.Threading.Channels.Channel.CreateUnbounded<bool>();
        private int _readings;

        public int Readings => Volatile.Read(ref _readings);

        /// <summary>Waits until the version was asked for once more.</summary>
        public async Task AskedAsync() => await _asked.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

        public void Answer(uint revision) => _answers.Writer.TryWrite(revision);

        public void Fail() => _answers.Writer.TryWrite(null);

        public async Task<uint> ReadAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _readings);
            _asked.Writer.TryWrite(true);
            return await _answers.Reader.ReadAsync(cancellationToken) ?? throw new IOException("It cannot be read.");
        }
    }
}
