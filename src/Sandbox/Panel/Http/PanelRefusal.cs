namespace Sandbox.Panel.Http;

/// <summary>An answer with <c>errors</c>: status, the PHP exception's class name, and for validation the field and rule.</summary>
internal sealed class PanelRefusal(int status, string code, string detail) : Exception(detail)
{
    public int Status => status;

    public string Code => code;

    /// <summary>Failed rules; empty unless this is a validation error.</summary>
    public IReadOnlyList<FailedRule> Rules { get; private init; } = [];

    /// <summary>With an Accept that does not name JSON first these become a redirect, the others an HTML page.</summary>
    public bool RedirectsWithoutJson => Status is 401 or 422 || Code is "DisplayException" or "DaemonConnectionException" or "NoViableNodeException";

    public static PanelRefusal NotFound() =>
        new(404, "NotFoundHttpException", "The requested resource could not be found on the server.");

    public static PanelRefusal Unauthenticated() => new(401, "AuthenticationException", "Unauthenticated.");

    public static PanelRefusal Display(string detail) => new(400, "DisplayException", detail);

    public static PanelRefusal Unexpected(string code, int status = 500) =>
        new(status, code, "An unexpected error was encountered while processing this request, please try again.");

    public static PanelRefusal DaemonUnreachable() => new(
        504, "DaemonConnectionException", "Could not establish a connection to the machine running this server. Please try again.");

    public static PanelRefusal Invalid(params IReadOnlyList<FailedRule> rules) =>
        new(422, "ValidationException", "The given data was invalid.") { Rules = rules };
}

/// <summary>One validation rule that did not hold.</summary>
internal sealed record FailedRule(string Field, string Rule, string Detail);
