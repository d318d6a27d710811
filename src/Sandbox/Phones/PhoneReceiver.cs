using System.Globalization;
using Google.Protobuf;
using Sandbox.Service;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Messages;
using WhatsApp.Peers;
using WhatsApp.Proto;
using WhatsApp.Signal;

namespace Sandbox.Phones;

/// <summary>Decrypts what comes, shows it, and answers every message: with a receipt, or by asking for it again.</summary>
internal sealed class PhoneReceiver(PhoneContext phone, PhoneRetries retries, PhoneResends resends)
{
    private ServiceCore Core => phone.Core;

    public void Receive(Node stanza)
    {
        var from = stanza.JidOf("from")!.Value;
        var sender = stanza.JidOf("participant") ?? from;
        SignalFault? fault = null;
        var duplicate = false;
        foreach (var enc in stanza.ChildrenOf("enc").OrderBy(enc => enc["type"] == "skmsg"))
        {
            try
            {
                if (Decrypt(stanza, enc, from, sender) is { } message)
                {
                    Take(stanza, from, sender, message);
                }
            }
            catch (SignalException problem) when (problem.Fault == SignalFault.Duplicate)
            {
                duplicate = true;
            }
            catch (SignalException problem)
            {
                fault = problem.Fault;
            }
            catch (InvalidProtocolBufferException)
            {
                fault = SignalFault.InvalidMessage;
            }
        }

        if (duplicate)
        {
            phone.Log.CountDuplicate();
            Core.Timeline.Add(WorldEventKinds.Duplicate, phone.Account.Id, "a message came twice");
        }

        if (fault is { } reason)
        {
            phone.Log.CountUndecryptable();
            Core.Timeline.Add(WorldEventKinds.Undecryptable, phone.Account.Id, reason.ToString());
            retries.Ask(stanza, reason);
            Acknowledge(stanza);
        }
        else
        {
            Confirm(stanza, from, sender);
        }
    }

    private Message? Decrypt(Node stanza, Node enc, Jid from, Jid sender)
    {
        if (CiphertextTypes.FromWireName(enc["type"]) is not { } type || enc.Bytes is not { } bytes)
        {
            Core.Drift.Count($"enc {enc["type"]}", Core.Timeline);
            return null;
        }

        var address = phone.AddressOf(sender);
        var padded = type == CiphertextType.SenderKeyMessage
            ? phone.Groups.Decrypt(from, address, bytes)
            : phone.Sessions.Decrypt(address, type, bytes);
        if (type == CiphertextType.PreKeyMessage && sender.Device != 0)
        {
            CheckCompanion(stanza, sender, address);
        }

        return Message.Parser.ParseFrom(enc["v"] == "3" ? padded : MessagePadding.Unpad(padded));
    }

    /// <summary>A companion's first message must carry the proof that its phone vouches for it.</summary>
    private void CheckCompanion(Node stanza, Jid sender, DeviceId address)
    {
        var owner = Core.Accounts.Find(sender)?.DeviceOf(0);
        if (owner is null || phone.Store.LoadIdentity(address) is not { } companion
            || stanza.Child("device-identity")?.Bytes is not { } proof
            || !AdvIssuer.IsCompanionOf(owner.Identity, companion, proof.Span))
        {
            throw new SignalException(SignalFault.AdvFailure, "The companion's identity is not vouched for.");
        }
    }

    private void Take(Node stanza, Jid from, Jid sender, Message message)
    {
        var chat = from.IsGroup ? from : phone.ChatOf(stanza.JidOf("recipient") ?? from);
        if (message.DeviceSentMessage is { Message: { } inner } sent)
        {
            chat = from.IsGroup ? from : Jid.TryParse(sent.DestinationJid, out var destination) ? phone.ChatOf(destination) : chat;
            message = inner;
        }

        if (message.SenderKeyDistributionMessage is { } distribution && Jid.TryParse(distribution.GroupId, out var group))
        {
            phone.Groups.Process(group, phone.AddressOf(sender), distribution.AxolotlSenderKeyDistributionMessage.Span);
        }

        var writer = Core.Accounts.Find(sender)!;
        var content = MessageContents.Unwrap(message);
        if (content.ProtocolMessage?.PeerDataOperationRequestMessage is { } request && writer.Id == phone.Account.Id)
        {
            resends.Answer(sender.Device, stanza["id"]!, request);
        }
        else if (content.ProtocolMessage is { Key: { } key } change && change.HasType)
        {
            phone.Log.Change(chat, key.Id, writer.Id, shown => change.Type switch
            {
                ProtocolMessage.Types.Type.Revoke => shown with { Text = "", Revoked = true },
                ProtocolMessage.Types.Type.MessageEdit => shown with { Text = MessageContents.TextOf(change.EditedMessage) ?? shown.Text, Edited = true },
                _ => shown,
            });
        }
        else if (MessageContents.TextOf(content) is { } text)
        {
            Show(new PhoneMessage(stanza["id"]!, chat, writer.Id, writer.Name, writer.Id == phone.Account.Id, text,
                DateTimeOffset.FromUnixTimeSeconds(long.Parse(stanza["t"]!, CultureInfo.InvariantCulture)), false, false));
        }
    }

    private void Show(PhoneMessage message)
    {
        if (phone.Log.Add(message))
        {
            Core.Timeline.Add(WorldEventKinds.MessageShown, phone.Account.Id, message.Id);
        }
        else
        {
            phone.Log.CountDuplicate();
            Core.Timeline.Add(WorldEventKinds.Duplicate, phone.Account.Id, message.Id);
        }
    }

    private void Confirm(Node stanza, Jid from, Jid sender)
    {
        var own = Core.Accounts.Find(sender)?.Id == phone.Account.Id;
        Core.Receive(phone.Key, new Node("receipt", new()
        {
            ["to"] = from,
            ["id"] = stanza["id"],
            ["participant"] = stanza.Attributes["participant"],
            ["recipient"] = own ? stanza.Attributes["recipient"] : default,
            ["type"] = stanza["category"] == "peer" ? "peer_msg" : own ? "sender" : null,
        }));
    }

    private void Acknowledge(Node stanza) => Core.Receive(phone.Key, new Node("ack", new()
    {
        ["class"] = "message",
        ["to"] = stanza.Attributes["from"],
        ["id"] = stanza["id"],
        ["participant"] = stanza.Attributes["participant"],
    }));
}
