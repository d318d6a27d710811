using Shared.Chance;
using WaBot.Web;

namespace Sandbox.Bot;

/// <summary>
/// A sign-in link of the operator page that works now. The one the bot was started with opens once; when it is used up, the
/// sandbox does what <c>wabot sign-in</c> does on a server: it puts a fresh code into the bot's data folder.
/// </summary>
internal sealed class OperatorLink(BotAddresses addresses, string dataFolder) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly OperatorAccess _access = new(Path.Combine(dataFolder, "operator-access.json"), new SystemRandomBytes());
    private string _code = addresses.SetupCode;

    public Uri Fresh()
    {
        lock (_gate)
        {
            // Before the bot's first start there is no folder, and its own code still to come.
            if (Directory.Exists(dataFolder) && !_access.IsOpen(_code))
            {
                _code = _access.Issue();
            }

            return new Uri(addresses.Product, $"/sign-in?code={_code}");
        }
    }

    public void Dispose() => _access.Dispose();
}
