namespace EndToEnd.Tests.Crash;

/// <summary>kill -9 before and after every commit and panel call of a claim: one user, one server, one message.</summary>
public class ClaimingCrashTests(SharedTown town) : IClassFixture<SharedTown>
{
    public static IEnumerable<TheoryDataRow<string>> Points => CrashPlan.Rows(CrashGroup.Claiming);

    [Theory]
    [MemberData(nameof(Points))]
    public Task Killed_while_a_claim_is_made_the_member_gets_one_user_one_server_and_one_message(string point) => town.PlayAsync(point);
}

/// <summary>kill -9 while members leave and return, while servers are deleted, and while operators put failed claims right.</summary>
public class LeavingCrashTests(SharedTown town) : IClassFixture<SharedTown>
{
    public static IEnumerable<TheoryDataRow<string>> Points => CrashPlan.Rows(CrashGroup.Leaving);

    [Theory]
    [MemberData(nameof(Points))]
    public Task Killed_while_a_claim_fails_or_ends_it_ends_as_without_the_kill(string point) => town.PlayAsync(point);
}

/// <summary>kill -9 around every commit of a conversation, on both sides of the session.</summary>
public class TalkingCrashTests(SharedTown town) : IClassFixture<SharedTown>
{
    public static IEnumerable<TheoryDataRow<string>> Points => CrashPlan.Rows(CrashGroup.Talking);

    [Theory]
    [MemberData(nameof(Points))]
    public Task Killed_while_it_talks_every_message_is_answered_exactly_once(string point) => town.PlayAsync(point);
}

/// <summary>kill -9 at the start, as time passes, and while a person has to decide.</summary>
public class RunningCrashTests(SharedTown town) : IClassFixture<SharedTown>
{
    public static IEnumerable<TheoryDataRow<string>> Points => CrashPlan.Rows(CrashGroup.Running);

    [Theory]
    [MemberData(nameof(Points))]
    public Task Killed_while_it_runs_nothing_is_forgotten(string point) => town.PlayAsync(point);
}
