using Shared.Claims;
using Shared.Membership;

namespace WaBot.Tests.Conversation;

public class GoldenTranscriptTests
{
    [Theory]
    [InlineData("id")]
    [InlineData("en")]
    public async Task The_whole_story_is_told_in_these_words(string language)
    {
        await using var story = await ChatStory.BeginAsync();
        await PlayAsync(story, language);

        var file = Path.Combine(AppContext.BaseDirectory, "Conversation", "Golden", $"story.{language}.txt");
        var golden = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
        if (golden != story.Transcript)
        {
            await File.WriteAllTextAsync(Path.ChangeExtension(file, ".actual"), story.Transcript); // to be looked at, and taken over if right
        }
        Assert.Equal(golden, story.Transcript);
    }

    private static async Task PlayAsync(ChatStory story, string language)
    {
        await story.World.ReadAsync(1, 2, 3, 4);

        story.Chapter("A claim");
        await story.SayAsync(1, "!claim", inGroup: true);
        await story.SayAsync(1, "!klaim", inGroup: true);
        await story.SayAsync(1, "selamat pagi semua", inGroup: true);
        await story.SayAsync(1, $"!lang {language}");
        await story.SayAsync(1, "! Claim");
        await story.SayAsync(1, "5");
        await story.SayAsync(1, "yang bagus");
        await story.SayAsync(1, "no 1");
        await story.SayAsync(1, "bu");
        await story.SayAsync(1, "Budi_27");
        await story.SayAsync(1, "ubah");
        await story.SayAsync(1, "2️⃣");
        await story.SayAsync(1, "0");
        await story.PassAsync(TimeSpan.FromMinutes(11));
        await story.SayAsync(1, "ya");
        await story.SayAsync(1, "ya");
        await story.SayAsync(1, "iya");
        await story.SayAsync(1, "!status");
        await story.SayAsync(1, "!batal");
        await story.SayAsync(1, "!claim");
        var name = (await story.LiveAsync(1)).Username;
        await story.CreateAsync(1, name);
        await story.FinishAsync(1);
        await story.SayAsync(1, "sudah");
        await story.SayAsync(1, "sudah");

        story.Chapter("Asking");
        await story.SayAsync(1, "!stats");
        await story.SayAsync(1, "!help");
        await story.SayAsync(1, "!batal");
        await story.SayAsync(1, "!claim", inGroup: true);
        await story.SayAsync(1, "hm?");
        await story.SayAsync(1, "hm??");
        await story.SayAsync(1, "hm???");
        await story.SayAsync(1, "!admin");

        story.Chapter("A stranger");
        await story.SayAsync(9, $"!lang {language}");
        await story.SayAsync(9, "!claim");

        story.Chapter("Leaving and returning");
        await story.LeaveAsync(1);
        await story.PassAsync(TimeSpan.FromMinutes(150));
        await story.SayAsync(1, "!status");
        await story.JoinAsync(1);
        await story.LeaveAsync(1);
        await story.PassAsync(TimeSpan.FromHours(4));
        await story.DeleteAsync(1, Presence.Absent);
        await story.SayAsync(1, "!claim");
        await story.JoinAsync(1);
        await story.SayAsync(1, "!claim");
        await story.SayAsync(1, "!batal");

        story.Chapter("Leaving while creating");
        await ClaimAsync(story, 2, language, "Sari_2");
        await story.CreateAsync(2, "sari_2");
        await story.LeaveAsync(2);
        await story.JoinAsync(2);
        await story.SayAsync(2, "!claim");
        await story.DeleteAsync(2, Presence.Unknown);

        story.Chapter("Trouble with the panel");
        await ClaimAsync(story, 3, language, "sari_2");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await story.StepAsync(3, "the panel answers 503", (claims, c) => claims.RecordFailureAsync(c.Ref, FailureCodes.PanelError, story.World.Time.GetUtcNow(), CancellationToken.None));
        }
        await story.SayAsync(3, "apa?");
        var reference = (await story.LiveAsync(3)).Id.ToString("N")[..8];
        await story.SayAsync(3, "!status");
        await story.SayAsync(3, "2");
        await story.SayAsync(3, "1");
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await story.StepAsync(3, "the panel cannot be reached", (claims, c) => claims.DeferAsync(c.Ref, story.World.Time.GetUtcNow(), tellMember: true, CancellationToken.None));
        }
        await story.CreateAsync(3, "sari_2");
        await story.FinishAsync(3);
        story.Hide(reference);
    }

    private static async Task ClaimAsync(ChatStory story, int who, string language, string name)
    {
        await story.SayAsync(who, $"!lang {language}");
        await story.SayAsync(who, "!claim");
        await story.SayAsync(who, "1");
        await story.SayAsync(who, name);
        await story.SayAsync(who, "ya");
    }
}
