namespace WhatsApp.Signal.Records;

/// <summary>What every message must repeat until the other side's first reply: which of its prekeys began the session.</summary>
internal readonly record struct PendingPreKey(uint? PreKeyId, uint SignedPreKeyId);
