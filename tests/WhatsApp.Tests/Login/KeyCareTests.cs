using Microsoft.Extensions.Logging.Abstractions;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Login;
using WhatsApp.Store;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Login;

/// <summary>The service's keeper of keys, and the care for them over months.</summary>
public sealed class KeyCareTests : IAsyncLifetime
{
    private readonly TestService _world = new();
    private readonly KeyKeeper _keeper = new();
    private TestDevice _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await _world.AddAsync("1", 1);

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task After_27_days_others_get_a_new_signed_prekey_and_the_old_one_still_reads()
    {
        await LookAsync();
        Assert.Empty(_keeper.Rotated);
        _world.Time.Advance(KeyCare.RotateAfter);

        await LookAsync();
        await LookAsync();

        Assert.Equal([2U], _keeper.Rotated);
        Assert.Equal(2U, await CurrentAsync());
        Assert.NotNull(await _bot.Database.RunAsync("test", store => store.SignedPreKeys.Load(1)));
        _world.Time.Advance(KeyCare.RotateAfter);
        await LookAsync();
        _world.Time.Advance(KeyCare.KeepFor);
        await LookAsync();
        Assert.Equal([2U, 3U, 4U], _keeper.Rotated);
        Assert.Null(await _bot.Database.RunAsync("test", store => store.SignedPreKeys.Load(1))); // nobody can be that late
        Assert.NotNull(await _bot.Database.RunAsync("test", store => store.SignedPreKeys.Load(4)));
    }

    [Theory]
    [InlineData("whatsapp.signed-prekey-made.before", 1)]
    [InlineData("whatsapp.signed-prekey-made.after", 1)]
    [InlineData("whatsapp.signed-prekey-current.before", 2)]
    [InlineData("whatsapp.signed-prekey-current.after", 1)]
    public async Task Killed_around_a_rotation_the_service_and_we_end_at_the_same_key(string killed, int shown)
    {
        _world.Time.Advance(KeyCare.RotateAfter);
        KillAt(killed);
        await Assert.ThrowsAsync<SessionStoreException>(LookAsync);
        _bot.Probe = null;
        await _bot.RestartAsync();
        await _bot.LogInAsync();

        await LookAsync();

        Assert.Equal(Enumerable.Repeat(2U, shown), _keeper.Rotated);
        Assert.Equal(2U, await CurrentAsync());
        Assert.Equal(_keeper.SignedValue, (await _bot.Database.RunAsync("test", store => store.SignedPreKeys.Load(2)))!.Key.Public);
    }

    [Theory]
    [InlineData("nowhere", 1)]
    [InlineData("whatsapp.signed-prekey-refused.before", 2)]
    [InlineData("whatsapp.signed-prekey-refused.after", 1)]
    public async Task A_refused_rotation_is_tried_again_a_day_later_with_the_same_key(string killed, int triesOnThatDay)
    {
        _world.Time.Advance(KeyCare.RotateAfter);
        _keeper.Refuses = true;
        KillAt(killed);
        await Record.ExceptionAsync(LookAsync);
        _bot.Probe = null;
        await LookAsync();
        Assert.Equal(triesOnThatDay, _keeper.Tries);
        Assert.Equal(1U, await CurrentAsync());

        _keeper.Refuses = false;
        _world.Time.Advance(KeyCare.AfterRefusal);
        await LookAsync();

        Assert.Equal([2U], _keeper.Rotated);
    }

    [Fact]
    public async Task Once_a_day_the_service_s_copy_is_compared_and_left_alone_while_it_agrees()
    {
        await EnsureAsync();
        _world.Time.Advance(KeyCare.CheckAfter);

        await LookAsync();
        await LookAsync();
        Assert.Equal((1, 1), (_keeper.Digests, _keeper.Uploads.Count));

        _world.Time.Advance(KeyCare.CheckAfter);
        await LookAsync();
        Assert.Equal((2, 1), (_keeper.Digests, _keeper.Uploads.Count));
    }

    [Theory]
    [InlineData("lost everything")]
    [InlineData("another identity")]
    [InlineData("another registration")]
    [InlineData("another signed prekey")]
    [InlineData("a one-time key we do not have")]
    public async Task A_service_that_holds_something_else_gets_everything_again_under_new_ids(string difference)
    {
        await EnsureAsync();
        _world.Time.Advance(KeyCare.CheckAfter);
        _keeper.Difference = difference;

        await LookAsync();

        Assert.Equal(2, _keeper.Uploads.Count);
        Assert.Empty(_keeper.Uploads[1].Intersect(_keeper.Uploads[0]));
    }

    [Theory]
    [InlineData("whatsapp.keys-checked.before")]
    [InlineData("whatsapp.keys-checked.after")]
    public async Task Killed_around_noting_a_comparison_the_next_one_comes_at_once_or_a_day_later(string killed)
    {
        await EnsureAsync();
        _world.Time.Advance(KeyCare.CheckAfter);
        KillAt(killed);
        await Assert.ThrowsAsync<SessionStoreException>(LookAsync);
        _bot.Probe = null;
        await _bot.RestartAsync();
        await _bot.LogInAsync();

        await LookAsync();

        Assert.Equal(killed.EndsWith("before", StringComparison.Ordinal) ? 2 : 1, _keeper.Digests);
        Assert.Single(_keeper.Uploads);
    }

    [Fact]
    public async Task Many_notices_at_once_bring_one_upload_and_no_id_twice()
    {
        using var supply = Supply();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => supply.EnsureAsync(_keeper, PreKeySupply.FewAtNotice, CancellationToken.None))));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => supply.EnsureAsync(_keeper, int.MaxValue, CancellationToken.None))));

        Assert.InRange(_keeper.Uploads.Count, 2, 17);
        Assert.Equal(1, _keeper.MostUploadsAtOnce);
        var ids = _keeper.Uploads.SelectMany(upload => upload).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("prekeys-made", "before")]
    [InlineData("prekeys-made", "after")]
    [InlineData("prekeys-uploaded", "before")]
    [InlineData("prekeys-uploaded", "after")]
    public async Task Killed_around_an_upload_every_key_the_service_has_can_still_be_used(string commit, string moment)
    {
        KillAt($"whatsapp.{commit}.{moment}");
        await Assert.ThrowsAsync<SessionStoreException>(EnsureAsync);
        _bot.Probe = null;
        await _bot.RestartAsync();
        await _bot.LogInAsync();

        await EnsureAsync();
        await EnsureAsync();

        var held = await _bot.Database.RunAsync("test", store => _keeper.Keys.Where(key => store.PreKeys.Load(key.Key)?.Public.AsSpan().SequenceEqual(key.Value) == true).Count());
        Assert.Equal(_keeper.Keys.Count, held);
        Assert.Equal(0, _keeper.Overwritten);
    }

    [Fact]
    public async Task Keys_reserved_for_one_peer_are_thrown_away_after_a_month_and_uploaded_ones_never()
    {
        await EnsureAsync();
        var reserved = await _bot.Database.RunAsync("test", store => store.PreKeys.Reserve(_world.Random, _world.Time.GetUtcNow()).Id);
        var all = await _bot.Database.RunAsync("test", store => store.PreKeys.Count);
        _world.Time.Advance(TimeSpan.FromDays(31));

        await _bot.LogInAsync();

        Assert.Equal((all - 1, false), await _bot.Database.RunAsync("test", store => (store.PreKeys.Count, store.PreKeys.Contains(reserved))));
    }

    private PreKeySupply Supply() => new(_bot.Database, _world.Time, _world.Random, _bot.Metrics, NullLogger<PreKeySupply>.Instance);

    private async Task EnsureAsync()
    {
        using var supply = Supply();
        await supply.EnsureAsync(_keeper, PreKeySupply.FewAtLogin, CancellationToken.None);
    }

    private async Task LookAsync()
    {
        using var supply = Supply();
        await new KeyCare(_bot.Database, supply, _world.Time, _world.Random, NullLogger<KeyCare>.Instance).LookAsync(_keeper, CancellationToken.None);
    }

    private Task<uint> CurrentAsync() => _bot.Database.RunAsync("test", store => store.Device.Required.SignedPreKeyId);

    private void KillAt(string point) => _bot.Probe = name =>
    {
        if (name == point)
        {
            throw new IOException("killed");
        }
    };

    /// <summary>Holds what is uploaded, as the service would.</summary>
    private sealed class KeyKeeper : IStanzaSender
    {
        private readonly Lock _gate = new();
        private Node? _upload;
        private Node? _rotated;
        private int _uploading;

        public Dictionary<uint, byte[]> Keys { get; } = [];

        public List<uint[]> Uploads { get; } = [];

        public List<uint> Rotated { get; } = [];

        public int Tries { get; private set; }

        public int Digests { get; private set; }

        public int Overwritten { get; private set; }

        public int MostUploadsAtOnce { get; private set; }

        public bool Refuses { get; set; }

        public string? Difference { get; set; }

        public byte[]? SignedValue => _rotated?.Child("value")?.Bytes?.ToArray();

        public ValueTask SendAsync(Node stanza, CancellationToken cancellationToken) => throw new InvalidOperationException("Only requests were expected.");

        public async Task<Node> RequestAsync(Node iq, CancellationToken cancellationToken)
        {
            if (iq.Child("list") is not null)
            {
                lock (_gate)
                {
                    MostUploadsAtOnce = Math.Max(MostUploadsAtOnce, ++_uploading);
                }
            }

            await Task.Yield();
            lock (_gate)
            {
                return Answer(iq);
            }
        }

        private Node Answer(Node iq)
        {
            if (iq.Child("count") is not null)
            {
                return new Node("iq", null, new Node("count", new() { ["value"] = Keys.Count }));
            }

            if (iq.Child("rotate")?.Child("skey") is { } signed)
            {
                Tries++;
                if (Refuses)
                {
                    throw new IqErrorException(500, "later");
                }

                _rotated = signed;
                Rotated.Add(PreKeyStanzas.IdOf(signed.Child("id"))!.Value);
                return new Node("iq");
            }

            if (iq.Child("digest") is not null)
            {
                Digests++;
                return Difference == "lost everything" || _upload is null ? throw new IqErrorException(404, "item-not-found") : new Node("iq", null, Digest());
            }

            _uploading--;
            _upload = iq;
            foreach (var key in iq.Child("list")!.Children)
            {
                var value = key.Child("value")!.Bytes!.Value.ToArray();
                var id = PreKeyStanzas.IdOf(key.Child("id"))!.Value;
                Overwritten += Keys.TryGetValue(id, out var before) && !before.AsSpan().SequenceEqual(value) ? 1 : 0;
                Keys[id] = value;
            }

            Uploads.Add([.. iq.Child("list")!.Children.Select(key => PreKeyStanzas.IdOf(key.Child("id"))!.Value)]);
            return new Node("iq");
        }

        private Node Digest() => new(
            "digest",
            null,
            Difference == "another registration" ? new Node("registration", null, new byte[4]) : _upload!.Child("registration")!,
            Difference == "another identity" ? new Node("identity", null, new byte[32]) : _upload!.Child("identity")!,
            Difference == "another signed prekey" ? new Node("skey", null, new Node("id", null, new byte[] { 0, 0, 9 })) : _rotated ?? _upload!.Child("skey")!,
            new Node("list", null, [.. Keys.Keys.Append(Difference == "a one-time key we do not have" ? 0xFF_FFFE : Keys.Keys.First()).Select(id => new Node("id", null, new byte[] { (byte)(id >> 16), (byte)(id >> 8), (byte)id }))]));
    }
}
