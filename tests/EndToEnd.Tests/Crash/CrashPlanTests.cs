using System.Text.RegularExpressions;
using EndToEnd.Tests.House;
using Shared.FailPoints;
using WhatsApp.Store;

namespace EndToEnd.Tests.Crash;

/// <summary>The list is whole: what the sources name is in it, and what is in it has a story.</summary>
public partial class CrashPlanTests
{
    [Fact]
    public void Every_fail_point_has_a_story_or_a_test_elsewhere()
    {
        Assert.Empty(CrashPlan.All.Except(CrashPlan.Met).Except(CrashPlan.ProvedElsewhere.Keys));
        Assert.Empty(CrashPlan.Met.Concat(CrashPlan.ProvedElsewhere.Keys).Except(CrashPlan.All));
        Assert.Equal(CrashPlan.Met.Count(), CrashPlan.Met.Distinct().Count());
    }

    [Fact]
    public void Every_test_elsewhere_exists_and_names_the_point()
    {
        foreach (var (name, test) in CrashPlan.ProvedElsewhere)
        {
            var parts = test.Split('.');
            var source = Sources(Path.Combine("tests", $"{parts[0]}.{parts[1]}")).Single(text => text.Contains($" class {parts[^2]}", StringComparison.Ordinal) && text.Contains($" {parts[^1]}(", StringComparison.Ordinal));
            Assert.Contains($"\"{FailPointNames.Before(name)}\"", source, StringComparison.Ordinal);
            Assert.Contains($"\"{FailPointNames.After(name)}\"", source, StringComparison.Ordinal);
        }
    }

    /// <summary>A commit that only reads is named so; <see cref="SharedTown"/> proves that none of those ever writes.</summary>
    [Fact]
    public void Every_commit_of_the_session_is_in_the_list()
    {
        var named = Sources(Path.Combine("src", "WhatsApp")).SelectMany(text => SessionCommit().Matches(text)).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Contains("message-received", named);
        Assert.Equal(SessionFailPoints.Commits.Order(), named.Where(name => !name.EndsWith("-read", StringComparison.Ordinal) || SessionFailPoints.Commits.Contains(name)).Order());
    }

    [Fact]
    public void Every_commit_of_the_domain_and_every_call_of_the_panel_is_in_the_list()
    {
        var shared = Sources(Path.Combine("src", "Shared")).ToList();
        var commits = shared.SelectMany(text => DomainCommit().Matches(text)).Select(match => match.Groups[1].Value)
            .Concat(shared.SelectMany(text => ClaimChange().Matches(text)).Select(match => "claims." + match.Groups[1].Value)).Distinct();
        var calls = Sources(Path.Combine("src", "Provisioning")).SelectMany(text => PanelCall().Matches(text)).Select(match => "panel." + match.Groups[1].Value).Distinct();

        Assert.Equal(FailPointNames.Commits.Order(), commits.Order());
        Assert.Equal(FailPointNames.PanelCalls.Order(), calls.Order());
    }

    private static IEnumerable<string> Sources(string folder) => Directory
        .EnumerateFiles(Path.Combine(ArrowTests.Root(), folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(File.ReadAllText);

    [GeneratedRegex("""(?:[dD]atabase\.|await |=> )RunAsync(?:<[^>(]*>)?\(\s*"([a-z][a-z-]+)",""")]
    private static partial Regex SessionCommit();

    [GeneratedRegex("""(?:CommitAsync|ChangeAsync)(?:<[^>(]*>)?\(\s*"([a-z]+\.[A-Za-z]+)",""")]
    private static partial Regex DomainCommit();

    [GeneratedRegex("""ChangeAsync\(\s*"([A-Za-z]+)", claim""")]
    private static partial Regex ClaimChange();

    [GeneratedRegex("""(?:CallAsync|PagesAsync)\(\s*"([A-Za-z]+)",""")]
    private static partial Regex PanelCall();
}
