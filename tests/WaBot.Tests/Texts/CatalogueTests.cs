using System.Text.RegularExpressions;
using Shared.Claims;
using Shared.Members;
using Shared.Notices;
using WaBot.Texts;

namespace WaBot.Tests.Texts;

public partial class CatalogueTests
{
    public static TheoryData<Language> Languages => [Language.Indonesian, Language.English];

    [Fact]
    public void Both_languages_have_every_text_with_the_same_placeholders()
    {
        Assert.Equal(Enum.GetValues<TextKey>(), Indonesian.Texts.Keys.Order());
        Assert.Equal(Enum.GetValues<TextKey>(), English.Texts.Keys.Order());
        Assert.All(Enum.GetValues<TextKey>(), key => Assert.Equal((key, Placeholders(Indonesian.Texts[key])), (key, Placeholders(English.Texts[key]))));
    }

    [Fact]
    public void Texts_are_short_trimmed_and_balanced()
    {
        foreach (var (key, text) in Indonesian.Texts.Concat(English.Texts))
        {
            Assert.True(text.Length is > 0 and <= 350, $"{key} has {text.Length} characters");
            Assert.True(text.Count(c => c == '*') % 2 == 0 && text.Count(c => c == '`') % 2 == 0, $"{key} has unbalanced formatting");
            Assert.True(text == text.TrimEnd(), $"{key} ends in space");
        }
    }

    [Fact]
    public void What_a_value_contains_is_not_filled_in_again() =>
        Assert.Contains("{pass}", Catalogue.Of(Language.English).Write(TextKey.GraceCancel, ("name", "{pass}"), ("pass", "no")), StringComparison.Ordinal);

    [Fact]
    public void A_placeholder_without_a_value_is_a_fault() =>
        Assert.Throws<InvalidOperationException>(() => Catalogue.Of(Language.English).Write(TextKey.GraceCancel));

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_notice_has_its_text_and_only_the_credentials_hold_the_password(Language language)
    {
        Notice[] notices =
        [
            new Notice.CreationStarted("budi_27"), new Notice.StepReached("budi_27", CreationStep.Server), new Notice.StepReached("budi_27", CreationStep.Installation),
            new Notice.StepReached("budi_27", CreationStep.FinalCheck), new Notice.WaitingForPanel("budi_27"), new Notice.Queued("budi_27", 2, FailureCodes.NodeFull), new Notice.ServerReady("http://127.0.0.1:8090", "budi_27", "budi_27x", "s3cret"),
            new Notice.CreationFailed("budi_27", "abcd", FailureCodes.PanelError), new Notice.CreationFailed("budi_27", "abcd", FailureCodes.InstallTimeout), new Notice.LeftWhileCreating("budi_27"),
            new Notice.GraceStarted("budi_27", "Grup", "http://127.0.0.1:8090", Noon, TimeSpan.FromHours(4)), new Notice.GraceCancelled("budi_27"), new Notice.GraceExtended("budi_27", Noon), new Notice.GraceLastHour("budi_27", Noon), new Notice.CredentialsReminder("budi_27"),
            new Notice.ServerDeleted("budi_27", "Grup", TimeSpan.FromHours(4)), new Notice.CleanedUp("budi_27"),
        ];
        Assert.Equal(typeof(Notice).GetNestedTypes().Length, notices.Select(n => n.GetType()).Distinct().Count());

        foreach (var notice in notices)
        {
            var text = new NoticeWriter().Write(notice, language);
            Assert.Contains("budi_27", text, StringComparison.Ordinal);
            Assert.Equal(notice.IsSecret, text.Contains("s3cret", StringComparison.Ordinal));
            Assert.DoesNotContain("s3cret", notice.ToString(), StringComparison.Ordinal);
            Assert.InRange(text.Length, 1, 450);
        }
    }

    [Fact]
    public void Times_are_told_with_their_zone_and_durations_in_words()
    {
        var (id, en) = (Catalogue.Of(Language.Indonesian), Catalogue.Of(Language.English));

        Assert.Equal("22 Nov pukul 19.05 WIB", id.When(Noon + TimeSpan.FromMinutes(5)));
        Assert.Equal("22 Nov 19:05 WIB", en.When(Noon + TimeSpan.FromMinutes(5)));
        Assert.Equal("23 Nov pukul 00.30 WIB", id.When(Noon + TimeSpan.FromHours(5.5)));
        Assert.Equal(("4 jam", "4 hours"), (id.Words(TimeSpan.FromHours(4)), en.Words(TimeSpan.FromHours(4))));
        Assert.Equal("1 hour 1 minute", en.Words(TimeSpan.FromMinutes(61)));
        Assert.Equal("kurang dari 1 menit", id.Words(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData("a\nb", "a b")]
    [InlineData("*bold* `x`", "bold x")]
    [InlineData("\u202Eevil", "evil")]
    [InlineData("\ud800", "…")]
    [InlineData("", "…")]
    [InlineData(null, "…")]
    public void Foreign_words_are_made_fit_for_our_texts(string? input, string shown) => Assert.Equal(shown, Echo.Of(input));

    private static DateTimeOffset Noon => new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static string Placeholders(string text) => string.Join(' ', Placeholder().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
