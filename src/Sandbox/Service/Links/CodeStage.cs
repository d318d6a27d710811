using Sandbox.Phones;
using Sandbox.Service.Requests;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.Links;

/// <summary>Linking by a typed code on one connection: carries the stanzas between companion and phone. Source: facts 6.</summary>
internal sealed class CodeStage(ServiceCore core, PairingDesk desk, PairingLink link)
{
    private const int MostTries = 3;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(180);

    // What the real service is known to take: a browser and a system, by their usual names.
    private static readonly string[] Browsers = ["Chrome", "Edge", "Firefox", "IE", "Opera", "Safari", "Android"];
    private static readonly string[] Systems = ["Linux", "Mac OS", "macOS", "Windows", "Ubuntu", "Android"];

    private byte[] _wrapped = [], _reference = [];
    private DateTimeOffset _until;
    private int _tries;
    private Account? _account;
    private (PhoneCodeTry Try, PhoneDevice Phone, TaskCompletionSource<ScanOutcome> Done)? _pending;

    /// <summary>Whether a phone with this account may type a code now.</summary>
    public bool IsOffered(string account) => _account?.Id == account && _tries < MostTries && core.Options.Time.GetUtcNow() < _until;

    public Node Answer(Node request, Node registration) => registration["stage"] switch
    {
        "companion_hello" => Hello(request, registration),
        "companion_finish" => Finish(request, registration),
        _ => Replies.Error(request, 400, "bad-request"),
    };

    /// <summary>The code was typed on a phone.</summary>
    public Task<ScanOutcome> Typed(PhoneDevice phone, string code)
    {
        var done = new TaskCompletionSource<ScanOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        End(ScanOutcome.Failed);
        if (phone.Context.Account.WantsPasskey)
        {
            link.Gate.Await(phone, null, done);
            Notify("primary_hello", []); // without keys: the companion has to go through the gate first
            return done.Task;
        }

        _tries++;
        var attempt = new PhoneCodeTry(code, _wrapped, phone.Context.Keys.IdentityPair, core.Options.Random);
        _pending = (attempt, phone, done);
        core.Timeline.Add(WorldEventKinds.PairingCodeTyped, phone.Context.Account.Id, $"try {_tries}");
        Notify("primary_hello", attempt.Hello);
        return done.Task;
    }

    public void Refresh() => Notify("refresh_code", []);

    public void End(ScanOutcome outcome)
    {
        if (_pending is { } pending)
        {
            _pending = null;
            core.Loop.AfterCommit(() => pending.Done.TrySetResult(outcome));
        }
    }

    private Node Hello(Node request, Node registration)
    {
        if (registration.JidOf("jid") is not { IsPhone: true } jid || core.Accounts.Find(jid) is not { } account || !IsKnown(registration.Child("companion_platform_display")?.Text)
            || registration.Child("companion_platform_id")?.Text is not { Length: > 0 } || registration.Child("link_code_pairing_nonce") is null
            || registration.Child("companion_server_auth_key_pub")?.Bytes is not { } key || !key.Span.SequenceEqual(link.NoiseKey)
            || registration.Child("link_code_pairing_wrapped_companion_ephemeral_pub")?.Bytes is not { Length: WhatsApp.Pairing.CodeLinkCrypto.WrappedSize } wrapped)
        {
            core.Timeline.Add(WorldEventKinds.PairingRefused, null, "the request for a code is not right, or nobody has that number");
            return Replies.Error(request, 400, "bad-request");
        }

        foreach (var (fault, error) in (ReadOnlySpan<(LinkingFault, int)>)[(LinkingFault.TooManyTries, 429), (LinkingFault.NumberRefused, 400), (LinkingFault.Restricted, 403)])
        {
            if (core.Faults.Takes(fault, account.Id))
            {
                core.Timeline.Add(WorldEventKinds.PairingRefused, account.Id, $"a code was asked for, error {error}");
                return Replies.Error(request, error, "refused");
            }
        }

        (_account, _wrapped, _reference, _tries) = (account, wrapped.ToArray(), System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(core.Options.Random.Bytes(16))), 0);
        _until = core.Options.Time.GetUtcNow() + Life;
        desk.OfferCode(link);
        core.Timeline.Add(WorldEventKinds.PairingCodeAsked, account.Id, "the phone is told that a code can be typed");
        return Replies.Result(request, new Node("link_code_companion_reg", null, new Node("link_code_pairing_ref", null, _reference)));
    }

    private Node Finish(Node request, Node registration)
    {
        if (_pending is not { } pending || registration.Child("link_code_pairing_ref")?.Bytes is not { } reference || !reference.Span.SequenceEqual(_reference)
            || registration.Child("companion_identity_public")?.Bytes is not { } identity || !identity.Span.SequenceEqual(link.Identity)
            || registration.Child("link_code_pairing_wrapped_key_bundle")?.Bytes is not { } bundle)
        {
            return Replies.Error(request, 400, "bad-request");
        }

        if (core.Faults.Takes(LinkingFault.PhoneSilent, pending.Phone.Context.Account.Id))
        {
            End(ScanOutcome.Failed);
            return Replies.Result(request);
        }

        if (pending.Try.Finish(bundle.Span, identity.Span) is not { } secret)
        {
            core.Timeline.Add(WorldEventKinds.PairingRefused, pending.Phone.Context.Account.Id, "another code was typed than the one shown");
            End(ScanOutcome.WrongCode);
            return Replies.Result(request);
        }

        _pending = null;
        _account = null; // a code links once
        core.Loop.Post(() => link.Vouch(pending.Phone.Context.Account, pending.Phone.Issuer, secret, pending.Done));
        return Replies.Result(request);
    }

    private void Notify(string stage, IReadOnlyList<Node> parts) => link.Send(new Node("notification", new() { ["from"] = Jid.Service, ["type"] = "link_code_companion_reg", ["id"] = core.NewId(), ["t"] = core.Now },
        new Node("link_code_companion_reg", new() { ["stage"] = stage }, [.. parts, new Node("link_code_pairing_ref", null, _reference)])));

    private static bool IsKnown(string? display) =>
        display is not null && display.EndsWith(')') && display.IndexOf(" (", StringComparison.Ordinal) is > 0 and var at && Browsers.Contains(display[..at]) && Systems.Contains(display[(at + 2)..^1]);
}
