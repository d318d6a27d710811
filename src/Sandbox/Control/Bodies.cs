namespace Sandbox.Control;

internal sealed record ScanBody(string? Account);

internal sealed record CodeBody(string? Account, string? Code)
{
    public override string ToString() => "a code"; // a record would print it
}

internal sealed record PasskeyBody(bool? Wanted);

internal sealed record LinkFaultBody(string? Kind, int? Times);

internal sealed record MessageBody(string? Chat, string? Text)
{
    public override string ToString() => $"message to {Chat}"; // a record would print the text
}

internal sealed record MemberBody(string? Member);

internal sealed record ClockBody(string? By);

internal sealed record KillBody(bool? Restart);

internal sealed record AlertFaultBody(int? Times);

internal sealed record FailPointBody(string Name, int? Hit);

internal sealed record ServiceFaultBody(string? Kind, int? Code, string? Conflict, int? Times, string? For);

internal sealed record PanelFaultBody(string? Kind, string? Route, int? Times, int? Skip, int? Status, TimeSpan? Delay, int? Seed, double? Chance);
