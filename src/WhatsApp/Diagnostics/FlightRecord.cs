using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WhatsApp.Binary;

namespace WhatsApp.Diagnostics;

/// <summary>
/// A dump of the flight recorder: one JSON object a line, the first one a heading, then
/// <c>{"at":"...","dir":"in|out|note","node":{"tag":"...","attrs":{...},"children":[...]|"length":N}}</c>. Everything in it is redacted.
/// </summary>
internal static class FlightRecord
{
    private const int Format = 1;

    public static async Task WriteAsync(FlightRecorder recorder, Stream destination, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (moments, forgotten) = recorder.Snapshot();
        var redaction = new Redaction();
        var text = new StringBuilder();
        Line(text, json =>
        {
            json.WriteNumber("format", Format);
            json.WriteString("at", now);
            json.WriteNumber("moments", moments.Count);
            json.WriteNumber("forgotten", forgotten);
        });
        foreach (var moment in moments)
        {
            Line(text, json =>
            {
                json.WriteString("at", moment.At);
                json.WriteString("dir", moment.Direction switch { Flight.In => "in", Flight.Out => "out", _ => "note" });
                if (moment.Stanza is { } stanza)
                {
                    json.WritePropertyName("node");
                    Write(json, stanza, redaction);
                }
                else
                {
                    json.WriteString("note", moment.Note);
                }
            });
        }

        await destination.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the service said in a dump, as stanzas to be said again: contents are bytes of the same length that mean nothing.</summary>
    /// <exception cref="InvalidDataException">No such dump.</exception>
    public static IReadOnlyList<Node> ReadReceived(string dump)
    {
        var lines = dump.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            using var heading = JsonDocument.Parse(lines.Length > 0 ? lines[0] : "");
            if (heading.RootElement.GetProperty("format").GetInt32() != Format)
            {
                throw new InvalidDataException("The dump is of another format.");
            }

            return [.. lines.Skip(1).Select(ReadLine).OfType<Node>()];
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException("The text is no dump of a flight recorder.", fault);
        }
    }

    private static Node? ReadLine(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("dir").GetString() == "in" ? Read(json.RootElement.GetProperty("node")) : null;
    }

    private static void Line(StringBuilder text, Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        text.Append(Encoding.UTF8.GetString(bytes.ToArray())).Append('\n');
    }

    private static void Write(Utf8JsonWriter json, RecordedStanza stanza, Redaction redaction)
    {
        json.WriteStartObject();
        json.WriteString("tag", redaction.Tag(stanza.Tag));
        if (stanza.Attributes.Count > 0)
        {
            json.WriteStartObject("attrs");
            foreach (var (name, value) in stanza.Attributes)
            {
                json.WriteString(redaction.Name(name), redaction.Value(name, value));
            }

            json.WriteEndObject();
        }

        if (stanza.ContentLength is { } length)
        {
            json.WriteNumber("length", length);
        }
        else if (stanza.Children.Count > 0)
        {
            json.WriteStartArray("children");
            foreach (var child in stanza.Children)
            {
                Write(json, child, redaction);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static Node Read(JsonElement json)
    {
        var attributes = new NodeAttributes();
        if (json.TryGetProperty("attrs", out var given))
        {
            foreach (var attribute in given.EnumerateObject())
            {
                var text = attribute.Value.GetString();
                attributes[attribute.Name] = text is not null && text.Contains('@', StringComparison.Ordinal) && Jid.TryParse(text, out var jid) ? jid : text;
            }
        }

        var tag = json.GetProperty("tag").GetString()!;
        return json.TryGetProperty("length", out var length) ? new Node(tag, attributes, Filler(tag, length.GetInt32()))
            : json.TryGetProperty("children", out var children) ? new Node(tag, attributes, [.. children.EnumerateArray().Select(Read)])
            : new Node(tag, attributes);
    }

    /// <summary>The same at each reading, so that a replay is repeatable.</summary>
    private static byte[] Filler(string tag, int length)
    {
        var bytes = new byte[length];
        var block = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{tag} {length}")));
        for (var i = 0; i < length; i++)
        {
            bytes[i] = block[i % block.Length];
        }

        return bytes;
    }
}
