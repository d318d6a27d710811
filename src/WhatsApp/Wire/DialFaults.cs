using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using static WhatsApp.SessionFaultReason;

namespace WhatsApp.Wire;

/// <summary>Tells an operator's nights apart: name resolution, a refusal, silence, somebody in the middle.</summary>
internal static class DialFaults
{
    public static SessionFault NoName { get; } = new(NameNotResolved, Text: "No address of the service could be found.");

    public static SessionFault LastGoodDidNotHelp { get; } = new(NameNotResolved, Text: "No address of the service could be found, and the last good ones did not help.");

    public static SessionFault Silence { get; } = new(ConnectTimedOut, Text: "The service took the connection but did not open the WebSocket in time.");

    public static SessionFault NoTime { get; } = new(ConnectTimedOut, Text: "The service could not be reached in time.");

    /// <summary>Reads one failed attempt.</summary>
    /// <param name="failure">As thrown by the socket, TLS or the WebSocket.</param>
    /// <param name="answer">The HTTP status that came in place of the WebSocket; 0 when none came.</param>
    /// <param name="certificate">What was wrong with the certificate shown; null when none was refused.</param>
    public static SessionFault Of(Exception failure, HttpStatusCode answer, string? certificate)
    {
        if (certificate is not null)
        {
            return new(CertificateRefused, Text: $"The certificate shown is not the service's: {certificate}.");
        }

        if (answer != 0)
        {
            return OfAnswer((int)answer);
        }

        if (Inner<SocketException>(failure) is { } socket)
        {
            return OfSocket(socket.SocketErrorCode);
        }

        return Inner<AuthenticationException>(failure) is not null
            ? new(NotTheService, Text: "What answered does not speak TLS as the service does.")
            : new(Unreachable, Text: "The connection was cut off while it was being opened.");
    }

    /// <summary>The fault more worth telling of two: a lie says more than a refusal, a refusal more than silence.</summary>
    public static SessionFault Worse(SessionFault? one, SessionFault other) => one is null || Weight(other) >= Weight(one) ? other : one;

    public static bool IsAnsweredByAStranger(SessionFault fault) => Weight(fault) >= Weight(NotTheService);

    private static int Weight(SessionFault fault) => Weight(fault.Reason);

    private static int Weight(SessionFaultReason reason) => reason switch
    {
        CertificateRefused => 5,
        NotTheService or ServiceFailed or RateLimited => 4,
        ConnectionRefused => 3,
        ConnectTimedOut => 2,
        _ => 1,
    };

    private static SessionFault OfAnswer(int status) => status switch
    {
        (int)HttpStatusCode.TooManyRequests => new(RateLimited, status),
        (int)HttpStatusCode.RequestTimeout or >= 500 and not (int)HttpStatusCode.NetworkAuthenticationRequired => new(ServiceFailed, status),
        _ => new(NotTheService, status, $"HTTP {status} came in place of the WebSocket: a login page of the network, or a proxy."),
    };

    private static SessionFault OfSocket(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => new(ConnectionRefused, Text: "The service's address refused the connection."),
        SocketError.TimedOut => new(ConnectTimedOut, Text: "The service's address did not answer in time."),
        _ => new(Unreachable, Text: $"The network gave no way to the service ({error})."),
    };

    private static T? Inner<T>(Exception? failure)
        where T : Exception
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is T found)
            {
                return found;
            }
        }

        return null;
    }
}
