using Microsoft.Extensions.Logging;
using WaBot.Logging;
using WaBot.Tests.Support;

namespace WaBot.Tests.Logging;

public sealed partial class RedactionTests
{
    private const string Phone = "628000777888";
    private const string Address = Phone + "@s.whatsapp.net";
    private const string Lid = "99887766554433@lid";
    private const string Qr = "2@AbCdEfGhIjKlMnOp/qrs+tuv=,QWERTYUIOPASDF==,ZXCVBNMASDFGHJ==,MNBVCXZLKJHGFD==";
    private const string Password = "Seeded-Pass-Word-0123456789";

    [Fact]
    public async Task Nothing_personal_or_secret_reaches_the_log_file_at_any_level()
    {
        await using var host = await new HostUnderTest(null, null, "--Logging:LogLevel:Default", "Trace", "--Logging:LogLevel:Microsoft", "Trace").StartAsync();
        host.LogIn();
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Budi));
        host.WhatsApp.Raise(Events.Private(1, Events.Budi, "!claim"));
        await HostUnderTest.Until(() => !host.WhatsApp.Sent.IsEmpty);
        var logger = host.Get<ILoggerFactory>().CreateLogger("test");
        foreach (var level in new[] { LogLevel.Trace, LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Critical })
        {
            Log.Classified(logger, level, Address, Password);
            Log.Careless(logger, level, new InvalidOperationException($"about {Address} and {Lid} with {HostUnderTest.ApiKey} and {Qr}"), $"+{Phone}");
        }

        var lines = string.Concat(Directory.GetFiles(Path.Combine(host.Folder, "data", "logs")).Select(Read));

        Assert.Contains("careless", lines, StringComparison.Ordinal); // the lines themselves are there
        Assert.Contains("classified", lines, StringComparison.Ordinal);
        foreach (var seed in new[] { Phone, "99887766554433", Password, "QWERTYUIOPASDF", HostUnderTest.ApiKey, HostUnderTest.SetupCode, Events.Budi.User })
        {
            Assert.DoesNotContain(seed, lines, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void One_person_is_shown_as_the_same_letters_again()
    {
        var redactor = new KeyedHashRedactor();

        Assert.Equal(redactor.Redact(Address), redactor.Redact(Address));
        Assert.NotEqual(redactor.Redact(Address), redactor.Redact(Lid));
    }

    private static string Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3999, Message = "classified {Who} {Password}")]
        public static partial void Classified(ILogger logger, LogLevel level, [Personal] string who, [Secret] string password);

        [LoggerMessage(EventId = 3998, Message = "careless {Who}")]
        public static partial void Careless(ILogger logger, LogLevel level, Exception fault, string who);
    }
}
