using System.Text.Json.Nodes;
using Shared.Templates;

namespace Shared.Tests.Templates;

public sealed class TemplateFolderTests : IDisposable
{
    private const string Good = """
        {
          "name": "nodejs", "version": "1", "enabled": true,
          "title": { "id": "Node.js", "en": "Node.js" },
          "nestId": 5, "eggId": 15, "eggName": "node.js generic",
          "image": "ghcr.io/pelican-eggs/yolks:nodejs_22",
          "startup": "node {{MAIN_FILE}} --port {{SERVER_PORT}}",
          "environment": { "MAIN_FILE": "index.js", "GIT_ADDRESS": "" },
          "limits": { "memoryMiB": null, "diskMiB": null, "cpuPercent": null, "swapMiB": 0, "ioWeight": 500 },
          "featureLimits": { "databases": 0, "backups": 0, "allocations": 0 },
          "health": { "port": "SERVER_PORT", "protocol": "tcp" }
        }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("wabot-templates-").FullName;

    [Fact]
    public void A_good_template_is_read_as_it_stands()
    {
        Write("nodejs.json", Good);

        var template = Assert.Single(TemplateFolder.Load(folder).Enabled);

        Assert.Equal(("nodejs", 5, 15, (int?)null), (template.Name, template.NestId, template.EggId, template.Limits.MemoryMiB));
        Assert.Equal("", template.Environment["GIT_ADDRESS"]);
        Assert.Equal(30000, template.Health.PortOf(template.Environment, 30000));
    }

    [Fact]
    public void All_faults_of_all_files_are_named_at_once_by_file_and_key()
    {
        Write("nodejs.json", Change(json =>
        {
            json["colour"] = "blue";
            json["eggId"] = 0;
            json.Remove("image");
            json["environment"]!.AsObject().Remove("MAIN_FILE");
            json["environment"]!["GIT_ADDRESS"] = 7;
            json["limits"]!["memoryMiB"] = 1;
            json["limits"]!["cores"] = 2;
            json["health"] = new JsonObject { ["port"] = "WEB_PORT", ["protocol"] = "udp" };
            json["title"] = "Node";
        }));
        Write("python.json", "{ \"name\": ");
        Write("ruby.json", Good);

        var fault = Assert.Throws<TemplateFolderException>(() => TemplateFolder.Load(folder));

        foreach (var named in (string[])["nodejs.json: colour ", "nodejs.json: eggId ", "nodejs.json: image is missing", "nodejs.json: environment.MAIN_FILE is missing",
            "nodejs.json: environment.GIT_ADDRESS ", "nodejs.json: limits.memoryMiB ", "nodejs.json: limits.cores is not known", "nodejs.json: health.port ",
            "nodejs.json: health.protocol ", "nodejs.json: title must be an object", "python.json: is not JSON", "ruby.json: name "])
        {
            Assert.Single(fault.Faults, f => f.StartsWith(named, StringComparison.Ordinal));
        }
        Assert.Equal(12, fault.Faults.Count);
    }

    [Theory]
    [InlineData("{ \"port\": 0, \"protocol\": \"tcp\" }", "health.port")]
    [InlineData("{ \"port\": 70000, \"protocol\": \"tcp\" }", "health.port")]
    [InlineData("{ \"port\": 80, \"protocol\": \"http\" }", "health.path")]
    [InlineData("{ \"port\": 80, \"protocol\": \"http\", \"path\": \"no-slash\" }", "health.path")]
    [InlineData("{ \"port\": 80, \"protocol\": \"tcp\", \"path\": \"/\" }", "health.path")]
    [InlineData("{ \"protocol\": \"tcp\" }", "health.port")]
    public void A_health_check_that_cannot_work_is_named(string health, string key)
    {
        Write("nodejs.json", Change(json => json["health"] = JsonNode.Parse(health)));

        var fault = Assert.Throws<TemplateFolderException>(() => TemplateFolder.Load(folder));

        Assert.StartsWith("nodejs.json: " + key + " ", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void No_folder_and_no_enabled_template_stop_the_start_too()
    {
        Assert.Throws<TemplateFolderException>(() => TemplateFolder.Load(Path.Combine(folder, "absent")));
        Write("nodejs.json", Change(json => json["enabled"] = false));
        Assert.Throws<TemplateFolderException>(() => TemplateFolder.Load(folder));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Write(string name, string json) => File.WriteAllText(Path.Combine(folder, name), json);

    private static string Change(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Good)!.AsObject();
        change(json);
        return json.ToJsonString();
    }
}
