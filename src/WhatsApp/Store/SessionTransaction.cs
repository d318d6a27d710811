namespace WhatsApp.Store;

/// <summary>The tables, inside one commit. One small class per table; only for the time of the call that received it.</summary>
internal sealed class SessionTransaction(StoreConnection connection)
{
    /// <summary>For a table that is not here yet.</summary>
    internal StoreConnection Connection { get; } = connection;
}
