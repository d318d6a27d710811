using System.Security.Cryptography;
using Sandbox.Phones;
using Sandbox.Service.Requests;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Pairing;

namespace Sandbox.Service.Links;

/// <summary>The passkey gate on one connection: checks the assertion, then carries the stanzas between companion and phone. Source: facts 7.</summary>
internal sealed class PasskeyGate(ServiceCore core, PairingLink link)
{
    private byte[] _challenge = [];
    private string _reference = "";
    private byte[]? _handoffKey;
    private PhoneDevice? _phone;
    private PhonePasskeyTry? _try;
    private TaskCompletionSource<ScanOutcome>? _done;

    /// <summary>The code the phone shows for comparison; null while it shows none.</summary>
    public string? ShownCode => _try?.Code;

    /// <summary>What a browser signs for the challenge of the moment; null when there is none.</summary>
    public string? Sign() => _phone?.Context.Account.Passkey is { } passkey && _challenge.Length > 0 ? passkey.Sign(_challenge) : null;

    /// <summary>A phone wants to link, and its account is behind the gate.</summary>
    /// <param name="phone">The phone.</param>
    /// <param name="advSecret">What the phone knows of the companion from its QR code; null when a code was typed.</param>
    /// <param name="done">Told when it is over.</param>
    public void Await(PhoneDevice phone, byte[]? advSecret, TaskCompletionSource<ScanOutcome> done)
    {
        (_phone, _handoffKey, _done, _try) = (phone, advSecret is null ? null : PasskeyCrypto.HandoffKey(advSecret), done, null);
        var account = phone.Context.Account;
        account.Passkey ??= SimulatedPasskey.Make(core.Options.Random);
        core.Accounts.Save(account);
        _challenge = core.Options.Random.Bytes(32);
        core.Timeline.Add(WorldEventKinds.PasskeyWanted, account.Id, "the account wants its passkey");
    }

    /// <summary>Tells the companion of the gate without being asked.</summary>
    public void Announce() => link.Send(new Node("notification", new() { ["from"] = Jid.Service, ["type"] = "passkey_prologue_request", ["id"] = core.NewId(), ["t"] = core.Now },
        core.Faults.Takes(LinkingFault.PasskeyAbsent, _phone?.Context.Account.Id) ? [] : [Options()]));

    /// <summary>Null when the request is about something else.</summary>
    public Node? Answer(Node request)
    {
        var first = request.FirstChild();
        return (request["type"], first?.Tag) switch
        {
            ("get", "passkey_request_options") when _phone is null || core.Faults.Takes(LinkingFault.PasskeyAbsent, _phone.Context.Account.Id) => Replies.Error(request, 404, "item-not-found"),
            ("get", "passkey_request_options") => Replies.Result(request, Options()),
            ("get", "ref") => Replies.Result(request, new Node("ref", null, System.Text.Encoding.ASCII.GetBytes(_reference = Convert.ToHexStringLower(core.Options.Random.Bytes(16))))),
            ("set", "passkey_prologue") => Prologue(request, first!),
            ("set", "companion_nonce") => Nonce(request, first!),
            ("set", "encrypted_pairing_request") => Pair(request, first!),
            _ => null,
        };
    }

    public void End(ScanOutcome outcome)
    {
        if (_done is { } done)
        {
            _done = null;
            core.Loop.AfterCommit(() => done.TrySetResult(outcome));
        }
    }

    private Node Options() => new("passkey_request_options", null, _phone!.Context.Account.Passkey!.OptionsFor(_challenge));

    private Node Prologue(Node request, Node prologue)
    {
        if (_phone is not { } phone || _challenge.Length == 0
            || prologue.Child("credential_id")?.Bytes is not { } credential || prologue.Child("webauthn_assertion")?.Bytes is not { } assertion
            || prologue.Child("prologue_payload")?.Bytes is not { } payload)
        {
            return Refuse(request, 400, "it came without a gate, or a part of it is missing");
        }

        var passkey = phone.Context.Account.Passkey!;
        if (core.Faults.Takes(LinkingFault.PasskeyRefused, phone.Context.Account.Id) || !passkey.HasSigned(_challenge, credential.Span, assertion))
        {
            return Refuse(request, 401, "the passkey's answer was refused");
        }

        if (_handoffKey is { } handoff && !(prologue.Child("pairing_handoff_proof")?.Bytes is { } proof && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(handoff, payload.Span), proof.Span)))
        {
            return Refuse(request, 401, "it is not the companion whose QR code was scanned");
        }

        _challenge = [];
        _try = PhonePasskeyTry.Read(payload.Span, _reference, core.Options.Random);
        if (_try is not { } started)
        {
            return Refuse(request, 400, "its prologue cannot be read");
        }

        if (!core.Faults.Takes(LinkingFault.PasskeySilent, phone.Context.Account.Id))
        {
            core.Loop.Post(() => link.Send(new Node("notification", new() { ["from"] = Jid.Service, ["type"] = "crsc_continuation", ["id"] = core.NewId(), ["t"] = core.Now },
                new Node("primary_ephemeral_identity", null, started.Identity))));
        }

        core.Timeline.Add(WorldEventKinds.PasskeySigned, phone.Context.Account.Id, "the passkey's answer is right");
        return Replies.Result(request);
    }

    private Node Nonce(Node request, Node nonce) => _try is { } started && nonce.Bytes is { } bytes && started.Open(bytes.Span)
        ? Replies.Result(request)
        : Refuse(request, 400, "the companion's nonce is not the one it committed to");

    private Node Pair(Node request, Node sealedRequest)
    {
        if (_try is not { Code: not null } started || _phone is not { } phone || _done is not { } done || sealedRequest.Bytes is not { } bytes || started.Read(bytes.Span) is not { } pairing
            || !pairing.CompanionPublicKey.Span.SequenceEqual(link.NoiseKey) || !pairing.CompanionIdentityKey.Span.SequenceEqual(link.Identity) || pairing.AdvSecret.Length != PasskeyCrypto.KeySize)
        {
            return Refuse(request, 400, "the pairing request cannot be opened");
        }

        (_done, _try) = (null, null);
        var secret = pairing.AdvSecret.ToByteArray();
        core.Loop.Post(() => link.Vouch(phone.Context.Account, phone.Issuer, secret, done));
        return Replies.Result(request);
    }

    private Node Refuse(Node request, int code, string why)
    {
        core.Timeline.Add(WorldEventKinds.PairingRefused, _phone?.Context.Account.Id, why);
        End(ScanOutcome.Failed);
        return Replies.Error(request, code, "not-acceptable");
    }
}
