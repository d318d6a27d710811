using Google.Protobuf;
using Sandbox.Service;
using WhatsApp;
using WhatsApp.Proto;

namespace Sandbox.Phones;

/// <summary>A companion could not read a message and asks its phone, which got it too.</summary>
internal sealed class PhoneResends(PhoneContext phone, PhoneSender sender)
{
    public void Answer(ushort companion, string requestId, PeerDataOperationRequestMessage request)
    {
        if (request.Type != PeerDataOperationRequestType.PlaceholderMessageResend)
        {
            phone.Core.Drift.Count($"peer data operation {request.Type}", phone.Core.Timeline);
            return;
        }

        var response = new PeerDataOperationRequestResponseMessage { Type = request.Type, StanzaId = requestId };
        foreach (var key in request.PlaceholderMessageResendRequest.Select(item => item.MessageKey))
        {
            if (Jid.TryParse(key.RemoteJid, out var chat) && phone.Log.Find(chat.IsGroup ? chat : phone.ChatOf(chat), key.Id) is { Revoked: false } shown)
            {
                var message = new WebMessageInfo
                {
                    Key = key,
                    Message = new Message { Conversation = shown.Text },
                    MessageTimestamp = (ulong)shown.At.ToUnixTimeSeconds(),
                };
                response.Results.Add(new PeerDataOperationResult { PlaceholderMessageResendResponse = new() { WebMessageInfoBytes = message.ToByteString() } });
            }
        }

        sender.SendToCompanion(companion, new Message
        {
            ProtocolMessage = new() { Type = ProtocolMessage.Types.Type.PeerDataOperationRequestResponseMessage, PeerDataOperationRequestResponseMessage = response },
        });
    }
}
