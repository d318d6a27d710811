using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Provisioning.Panel;

/// <summary>What the panel answered: a body only for success.</summary>
internal sealed record PanelReply<T>(HttpStatusCode Status, T? Body, DateTimeOffset? PanelTime);

/// <summary>One request and one readable answer, or a <see cref="PanelFaultException"/> that says what is known.</summary>
internal sealed class PanelTransport(IHttpClientFactory clients, PanelBudget budget, TimeProvider time)
{
    public const string ClientName = "panel";

    private static readonly TimeSpan PauseWithoutAdvice = TimeSpan.FromSeconds(30);

    /// <summary>404 gives a reply without a body; every other status but success is a fault.</summary>
    /// <exception cref="PanelFaultException">No usable answer.</exception>
    public async Task<PanelReply<T>> SendAsync<T>(string call, HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T>? answer, CancellationToken ct)
        where T : class
    {
        if (budget.Take() is { } wait)
        {
            throw new PanelFaultException(PanelFault.Throttled, call) { RetryAfter = wait };
        }

        using var request = new HttpRequestMessage(method, "api/application/" + path) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var (status, headers, body) = await ExchangeAsync(call, request, ct);
        if ((int)status is >= 200 and < 300)
        {
            return new PanelReply<T>(status, answer is null ? null : Parse(call, status, body, answer), headers.Date);
        }

        if (status == HttpStatusCode.TooManyRequests)
        {
            var pause = RetryAfter(headers) ?? PauseWithoutAdvice;
            budget.Pause(pause);
            throw new PanelFaultException(PanelFault.Throttled, call, (int)status) { RetryAfter = pause };
        }

        var errors = TryParse(body, PanelJson.Default.PanelErrors)?.Errors;
        var fault = ToFault(call, (int)status, errors);
        if (status == HttpStatusCode.NotFound && errors is { Count: > 0 } && fault.Fault == PanelFault.Refused)
        {
            return new PanelReply<T>(status, null, headers.Date);
        }

        throw fault;
    }

    private static PanelFaultException ToFault(string call, int status, IReadOnlyList<PanelError>? errors)
    {
        var code = errors is { Count: > 0 } ? errors[0].Code : null;
        var fault = (status, code) switch
        {
            (_, "DaemonConnectionException") => PanelFault.Daemon, // carries the node's own status, so the code comes first
            (401 or 403, _) or (_, "TwoFactorAuthRequiredException") => PanelFault.KeyRejected,
            (_, null) => PanelFault.Unreadable,
            ( >= 500, _) => PanelFault.ServerError,
            _ => PanelFault.Refused,
        };
        return new PanelFaultException(fault, call, status, code)
        {
            Fields = [.. (errors ?? []).Where(error => error.Meta?.SourceField is not null).Select(error => new RefusedField(error.Meta!.SourceField!, error.Meta.Rule ?? ""))],
        };
    }

    private async Task<(HttpStatusCode Status, HttpResponseHeaders Headers, byte[] Body)> ExchangeAsync(string call, HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var response = await client.SendAsync(request, ct);
            return (response.StatusCode, response.Headers, await response.Content.ReadAsByteArrayAsync(ct));
        }
        catch (BrokenCircuitException fault)
        {
            throw new PanelFaultException(PanelFault.Unreachable, call, inner: fault);
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            throw new PanelFaultException(PanelFault.Unreachable, call, inner: fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or TimeoutRejectedException || (fault is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new PanelFaultException(PanelFault.NoAnswer, call, inner: fault);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        var wait = headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static T Parse<T>(string call, HttpStatusCode status, byte[] body, JsonTypeInfo<T> type)
        where T : class =>
        TryParse(body, type) ?? throw new PanelFaultException(PanelFault.Unreadable, call, (int)status);

    private static T? TryParse<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return body.Length == 0 ? null : JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null; // not the panel's JSON: the caller says what that means
        }
    }
}
