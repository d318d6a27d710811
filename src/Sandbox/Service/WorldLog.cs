using Microsoft.Extensions.Logging;

namespace Sandbox.Service;

internal static partial class WorldLog
{
    [LoggerMessage(9201, LogLevel.Error, "The simulated service could not handle a stanza; the world goes on")]
    public static partial void TurnFailed(ILogger logger, Exception fault);
}
