using System.Security.Cryptography;
using Simulation.Tests.Driving;
using Simulation.Tests.World;
using WhatsApp.Binary;

namespace Simulation.Tests.Histories;

/// <summary>
/// One history: a storm of messages, changes and faults around the real client, then calm, then proof that everything still works.
/// Each turn of the loop lets exactly one thing happen and then waits until the client has nothing left to do.
/// </summary>
internal sealed class History : IDisposable
{
    private const int MostSteps = 60_000;
    private static readonly TimeSpan LongestCalm = TimeSpan.FromHours(3);
    private static readonly TimeSpan CutWhenStuckFor = TimeSpan.FromMinutes(4);

    private readonly HistoryOptions _options;
    private readonly SimRandom _chance;
    private readonly SimClock _clock = new();
    private readonly SimDisk _disk;
    private readonly Host _host = new();
    private readonly SimService _service;
    private readonly HistoryActions _actions;
    private readonly List<Choice> _choices = [];
    private readonly IncrementalHash _wire = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Func<Node, bool> _goesOut = _ => true;
    private ClientProcess _process;
    private Violation? _heard;
    private int _steps;
    private int _stanzas;
    private int _lives;
    private int _drops;
    private int _retries;

    public History(HistoryOptions options, HistoryTemplate template)
    {
        _options = options;
        _chance = SimRandom.For(options.Seed, 0);
        _disk = new SimDisk(template.Disk, options.Bug?.IsTooEarly);
        if (options.Bug is { Sql.Length: > 0 } bug)
        {
            _disk.Run(bug.Sql);
        }

        _service = new SimService(SimRandom.For(options.Seed, 1), _clock, _host.HasAcknowledged, () => _lives - 1) { Own = new Account("000001", isMigrated: true) };
        _service.Keys.Upload(template.Upload);
        _actions = new HistoryActions(_service, _host, SimRandom.For(options.Seed, 2), _clock);
        _process = NewProcess();
    }

    private enum Choice
    {
        Commit,
        Tell,
        CatchUp,
        ToService,
        ToClient,
        Answer,
        HostDisk,
        Peer,
        Send,
    }

    public async Task<HistoryResult> RunAsync()
    {
        try
        {
            await StormAsync();
            await CalmAsync();
            _actions.EveryoneSpeaks();
            await CalmAsync();
            _actions.Check(_disk);
            return new HistoryResult(Convert.ToHexString(_wire.GetHashAndReset()), _stanzas, _steps, _lives - 1, _drops, _host.Shown.Count, _host.Outbox.Count, _retries);
        }
        catch (Exception reason) when (reason is not HistoryFailedException)
        {
            throw new HistoryFailedException(_options.Seed, _options.Bug?.Name, reason, new HistoryProgress(_stanzas, _steps, _lives - 1));
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _disk.Dispose();
        _wire.Dispose();
    }

    private async Task StormAsync()
    {
        _actions.MakeWorld();
        _service.Disorder = _chance.Chance(0.5) ? 0.08 : 0;
        _service.HadDisorder = _service.Disorder > 0;
        _service.Swallowed = _chance.Chance(0.3) ? 0.1 : 0;
        while (_stanzas < _options.Stanzas)
        {
            await StepAsync(isStorm: true);
        }

        _service.Disorder = _service.Swallowed = 0;
    }

    /// <summary>Nothing new and no faults, until everything that was begun has come to its end.</summary>
    private async Task CalmAsync()
    {
        var began = _clock.Elapsed;
        var lastCut = began;
        while (!IsSettled || _choices.Count > 0)
        {
            if (_clock.Elapsed - began > LongestCalm)
            {
                throw new Violation(Promises.Converges, $"unsettled after hours: {_process.Client?.Status}, {_service.Mailbox.Count} unanswered ({_service.Mailbox.Stanzas.FirstOrDefault()}), {_host.Outbox.Count(message => !message.IsDone)} unsent");
            }

            if (_choices.Count == 0 && _service.Link is not null && _clock.Elapsed - lastCut > CutWhenStuckFor)
            {
                lastCut = _clock.Elapsed; // what the client has not answered, it gets again on its next connection
                Drop();
            }

            await StepAsync(isStorm: false);
        }
    }

    private bool IsSettled =>
        _process.IsLoggedIn && _process.Client!.Status.OfflineQueueDrained && _service.Mailbox.Count == 0 && _host.Outbox.TrueForAll(message => message.IsDone) && !_disk.IsBehind;

    private async Task StepAsync(bool isStorm)
    {
        if (++_steps > MostSteps)
        {
            throw new Violation(Promises.Converges, $"more than {MostSteps} steps: {_process.Client?.Status}, {_service.Mailbox.Count} unanswered, {_host.Outbox.Count(message => !message.IsDone)} unsent");
        }

        if (isStorm && _chance.Chance(0.012))
        {
            Strike();
        }
        else if (isStorm && (_choices.Count == 0 || _chance.Chance(0.07)) && _actions.TryNext(out var action))
        {
            Trace(action);
        }
        else if (_choices.Count > 0 && !(isStorm && _chance.Chance(0.01)))
        {
            Do(_choices[_chance.Below(_choices.Count)]);
        }
        else
        {
            _clock.FireNext();
        }

        _clock.Pass(TimeSpan.FromMilliseconds(_chance.Below(20)));
        await Quiet.WaitAsync();
        if ((_heard ?? _host.Fault) is { } broken)
        {
            throw broken;
        }

        if (_process.Ended is { } ended)
        {
            throw new Violation(Promises.Converges, $"the client ended by itself: {ended}");
        }

        Collect();
    }

    /// <summary>What may happen next, in a fixed order.</summary>
    private void Collect()
    {
        _choices.Clear();
        Offer(Choice.Commit, _disk.Queued > 0);
        Offer(Choice.Tell, _disk.Untold > 0);
        Offer(Choice.CatchUp, _disk.IsBehind);
        Offer(Choice.ToService, _service.Link is { IsOpen: true, ToService.Count: > 0 });
        Offer(Choice.ToClient, _service.Link is { CanDeliver: true });
        Offer(Choice.Answer, _process.Connector.IsCalling);
        Offer(Choice.HostDisk, _host.WaitsForDisk);
        Offer(Choice.Peer, _service.Devices.Any(device => device.Inbox.Count > 0));
        Offer(Choice.Send, _process.IsLoggedIn && _host.Next is not null);
    }

    private void Offer(Choice choice, bool isPossible)
    {
        if (isPossible)
        {
            _choices.Add(choice);
        }
    }

    private void Do(Choice choice)
    {
        switch (choice)
        {
            case Choice.Commit:
                _disk.Commit(1 + _chance.Below(4));
                break;
            case Choice.Tell:
                _disk.Tell();
                break;
            case Choice.CatchUp:
                _disk.CatchUp();
                break;
            case Choice.ToService:
                ToService();
                break;
            case Choice.ToClient:
                ToClient();
                break;
            case Choice.Answer:
                Answer();
                break;
            case Choice.HostDisk:
                _host.Stored();
                break;
            case Choice.Peer:
                var devices = _service.Devices.Where(device => device.Inbox.Count > 0).ToList();
                _chance.Pick(devices).Read();
                break;
            case Choice.Send:
                var message = _host.Next!;
                _actions.BeforeSend(message);
                _ = _host.SendAsync(_process.Client!, message); // its faults are kept by the host
                break;
        }
    }

    /// <summary>The line breaks, or the process dies.</summary>
    private void Strike()
    {
        if (_chance.Chance(0.5))
        {
            Kill();
        }
        else if (_service.Link is not null)
        {
            Drop();
        }
    }

    private void Kill()
    {
        Trace("kill");
        ArriveSome();
        _service.Link?.Abandon();
        _service.Disconnected();
        _process.Kill();
        _process = NewProcess();
    }

    private void Drop()
    {
        Trace("drop");
        _drops++;
        ArriveSome();
        _service.Link?.Cut(_chance.Chance(0.5));
        _service.Disconnected();
    }

    /// <summary>Of what the client had written, a first part had arrived.</summary>
    private void ArriveSome()
    {
        for (var left = _chance.Below(3); left > 0 && _service.Link is { ToService.Count: > 0 }; left--)
        {
            ToService();
        }
    }

    private ClientProcess NewProcess()
    {
        var process = new ClientProcess(_disk, _clock, SimRandom.For(_options.Seed, 1000 + _lives++), _host);
        process.Start();
        return process;
    }

    private void Answer()
    {
        if (_service.Link is not null)
        {
            _service.Link.Cut(isClean: true);
            _service.Disconnected();
        }

        if (_chance.Chance(0.1))
        {
            _process.Connector.Refuse();
            return;
        }

        _goesOut = _options.Bug?.Outbound() ?? (_ => true);
        var link = new SimLink { Written = Written };
        _process.Connector.Answer(link);
        _service.Connected(link);
    }

    private void Written(Node stanza, byte[] bytes)
    {
        Count('>', stanza, bytes);
        try
        {
            _service.Wiretap.Hear(stanza, bytes);
            if (stanza.Tag == "receipt" && stanza["type"] == "retry")
            {
                _retries++;
            }
        }
        catch (Violation violation)
        {
            _heard ??= violation;
        }
    }

    private void ToService()
    {
        var stanza = _service.Link!.ToService.Dequeue();
        if (_goesOut(stanza))
        {
            _service.Take(stanza);
        }
    }

    private void ToClient()
    {
        var stanza = _service.Link!.Deliver(_options.Bug?.Inbound);
        if (stanza is not null)
        {
            Count('<', stanza, NodeEncoder.Encode(stanza));
        }
    }

    private void Count(char direction, Node stanza, byte[] bytes)
    {
        if (stanza.Tag != "iq")
        {
            _stanzas++;
        }

        _wire.AppendData([(byte)direction]);
        _wire.AppendData(BitConverter.GetBytes(_clock.GetTimestamp()));
        _wire.AppendData(bytes);
        _options.Trace?.Invoke($"{_steps,6} {_clock.Elapsed:hh\\:mm\\:ss\\.fff} {direction} {TraceText.Of(stanza)}");
    }

    private void Trace(string what) => _options.Trace?.Invoke($"{_steps,6} {_clock.Elapsed:hh\\:mm\\:ss\\.fff} ! {what}");
}
