using FsCheck;
using FsCheck.Xunit;
using Shared.Claims;

namespace Shared.Tests.Claims;

public class LifecycleTests
{
    [Fact]
    public void The_table_allows_these_moves_and_no_other()
    {
        var allowed = from old in Enum.GetValues<ClaimState>()
                      from next in Enum.GetValues<ClaimState>()
                      where ClaimLifecycle.Allows(Claim(old), next)
                      select (old, next);

        Assert.Equal(
            [
                (ClaimState.Creating, ClaimState.Active), (ClaimState.Creating, ClaimState.Failed), (ClaimState.Creating, ClaimState.Deleting),
                (ClaimState.Active, ClaimState.Creating), (ClaimState.Active, ClaimState.Deleting),
                (ClaimState.Failed, ClaimState.Creating), (ClaimState.Failed, ClaimState.Deleting),
                (ClaimState.Deleting, ClaimState.Active), (ClaimState.Deleting, ClaimState.Deleted),
            ],
            allowed);
    }

    [Theory]
    [InlineData(CreationStep.Account)]
    [InlineData(CreationStep.Server)]
    [InlineData(CreationStep.Installation)]
    public void Nothing_is_active_before_the_final_check(CreationStep step) =>
        Assert.False(ClaimLifecycle.Allows(Claim(ClaimState.Creating, step), ClaimState.Active));

    [Fact]
    public void A_deletion_under_way_and_one_that_was_never_active_do_not_come_back()
    {
        Assert.False(ClaimLifecycle.Allows(Claim(ClaimState.Deleting, deletion: DeletionStep.Suspend), ClaimState.Active));
        Assert.False(ClaimLifecycle.Allows(Claim(ClaimState.Deleting, wasActive: false), ClaimState.Active));
    }

    [Property(MaxTest = 500)]
    public bool A_name_that_passes_is_one_the_panel_takes(NonNull<string> input)
    {
        var name = UsernameRules.Normalize(input.Get);
        return UsernameRules.Check(name) != UsernameFault.None
            || System.Text.RegularExpressions.Regex.IsMatch(name, @"^[a-z0-9][a-z0-9_]{1,18}[a-z0-9]\z");
    }

    [Theory]
    [InlineData("Budi_27", UsernameFault.None)]
    [InlineData("ｂｕｄｉ", UsernameFault.None)]
    [InlineData("𝓑𝓾𝓭𝓲𝟐𝟕", UsernameFault.None)]
    [InlineData("bu", UsernameFault.TooShort)]
    [InlineData("budi_budi_budi_budi_x", UsernameFault.TooLong)]
    [InlineData("bu di", UsernameFault.HasSpace)]
    [InlineData("budi!", UsernameFault.HasSymbol)]
    [InlineData("буди", UsernameFault.HasSymbol)]
    [InlineData("_budi", UsernameFault.BadEnd)]
    [InlineData("budi_", UsernameFault.BadEnd)]
    [InlineData("ADMIN", UsernameFault.Reserved)]
    [InlineData("a_d_m_i_n", UsernameFault.Reserved)]
    [InlineData("\ud800ab", UsernameFault.HasSymbol)]
    public void The_rules_of_usernames(string input, UsernameFault fault) => Assert.Equal(fault, UsernameRules.Check(UsernameRules.Normalize(input)));

    private static Claim Claim(ClaimState state, CreationStep step = CreationStep.FinalCheck, DeletionStep deletion = DeletionStep.Waiting, bool wasActive = true) => new()
    {
        WaJid = "1@lid",
        Template = "nodejs",
        Username = "budi_27",
        State = state,
        Step = step,
        DeletionStep = deletion,
        WasActive = wasActive,
    };
}
