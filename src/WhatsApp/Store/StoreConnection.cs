namespace WhatsApp.Store;

/// <summary>The one SQLite connection, with its prepared statements and the seal of secret columns.</summary>
internal sealed class StoreConnection
{
}
