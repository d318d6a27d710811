using Sandbox.Service.State;
using WhatsApp.Binary;

namespace Sandbox.Service.Links;

/// <summary>A device that is there now: a companion's connection or a phone. Used within turns.</summary>
internal interface IDeviceLink
{
    /// <summary>Sends something that is lost when the device is away.</summary>
    void Send(Node stanza);

    /// <summary>Tells of a new stanza in the device's queue.</summary>
    void Offer(QueuedStanza item);

    /// <summary>Says a last word, if any, and ends.</summary>
    void Close(Node? lastWord);
}
