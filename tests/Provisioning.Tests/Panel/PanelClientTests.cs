using Provisioning.Accounts;
using Provisioning.Panel;
using Provisioning.Templates;
using Provisioning.Tests.Support;
using Sandbox.Panel;
using Sandbox.Panel.Faults;
using Shared.Chance;
using Shared.Options;
using Shared.Templates;
using FaultSwitch = Sandbox.Panel.Faults.PanelFault;
using PanelFault = Provisioning.Panel.PanelFault;

namespace Provisioning.Tests.Panel;

public class PanelClientTests
{
    [Theory]
    [InlineData(PanelFaultKind.Maintenance, 503, "ServerError")]
    [InlineData(PanelFaultKind.HtmlBody, 502, "Unreadable")]
    [InlineData(PanelFaultKind.HtmlBody, 200, "Unreadable")]
    [InlineData(PanelFaultKind.HtmlBody, 302, "Unreadable")]
    [InlineData(PanelFaultKind.HtmlBody, 404, "Unreadable")]
    [InlineData(PanelFaultKind.TooManyRequests, 429, "Throttled")]
    public async Task Bad_answer_is_a_fault_that_says_what_is_known(PanelFaultKind kind, int status, string fault)
    {
        await using var bench = await Bench.StartAsync();
        bench.Panel.Faults.Add(new FaultSwitch(kind) { Status = status });

        var thrown = await Assert.ThrowsAsync<PanelFaultException>(() => bench.Get<PanelClient>().FindServerAsync(Guid.NewGuid(), CancellationToken.None));

        Assert.Equal(fault, thrown.Fault.ToString());
        Assert.Single(bench.Panel.Log.Entries); // an answer is never asked for twice behind the step's back
    }

    [Fact]
    public async Task Reading_call_whose_answer_is_lost_is_repeated_and_a_changing_one_is_not()
    {
        await using var bench = await Bench.StartAsync();
        var client = bench.Get<PanelClient>();
        bench.Panel.Faults.Add(new FaultSwitch(PanelFaultKind.LoseAnswer, "GET /nodes"));
        bench.Panel.Faults.Add(new FaultSwitch(PanelFaultKind.LoseAnswer, "POST /users"));

        Assert.Equal(2, (await client.ListNodesAsync(CancellationToken.None)).Count);
        var thrown = await Assert.ThrowsAsync<PanelFaultException>(() => client.CreateUserAsync(new UserRequest("x:1", "x@members.invalid", "xuser", "x", "member", "p"), CancellationToken.None));

        Assert.Equal(PanelFault.NoAnswer, thrown.Fault);
        Assert.Equal((2, 1), (bench.Panel.Log.Count("GET /nodes"), bench.Panel.Log.Count("POST /users")));
    }

    [Fact]
    public async Task Open_circuit_sends_nothing()
    {
        await using var bench = await Bench.StartAsync();
        var client = bench.Get<PanelClient>();
        await bench.Panel.SetReachableAsync(false);
        for (var i = 0; i < 4; i++)
        {
            await Assert.ThrowsAsync<PanelFaultException>(() => client.FindServerAsync(Guid.NewGuid(), CancellationToken.None));
        }

        await bench.Panel.SetReachableAsync(true);
        var thrown = await Assert.ThrowsAsync<PanelFaultException>(() => client.FindServerAsync(Guid.NewGuid(), CancellationToken.None));

        Assert.Equal(PanelFault.Unreachable, thrown.Fault);
        Assert.Empty(bench.Panel.Log.Entries);
    }

    [Fact]
    public async Task Own_budget_is_kept()
    {
        await using var bench = await Bench.StartAsync();
        var budget = new PanelBudget(new PanelOptions { RequestsPerMinute = 3 }, bench.Time);

        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(budget.Take()));
        Assert.Equal(TimeSpan.FromMinutes(1), budget.Take());
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(budget.Take());
    }

    [Fact]
    public async Task List_of_more_than_one_page_is_read_to_its_end_with_the_filter_kept()
    {
        await using var bench = await Bench.StartAsync(new SimulatedPanelOptions { Nodes = 130, AllocationsPerNode = 0 });

        var nodes = await bench.Get<PanelClient>().ListNodesAsync(CancellationToken.None);

        Assert.Equal(Enumerable.Range(1, 130), nodes.Select(node => node.Id));
    }

    [Fact]
    public async Task Numbers_in_texts_nulls_and_unknown_members_are_tolerated()
    {
        const string Answer = """
            {"object":"server","new":1,"attributes":{"id":"7","external_id":null,"identifier":"abc","user":"3","node":null,"limits":{"memory":"512"},
             "status":null,"container":{"installed":"1","x":[]},"created_at":"2026-03-01T08:00:00+00:00"}}
            """;

        var server = System.Text.Json.JsonSerializer.Deserialize(Answer, PanelJson.Default.PanelItemPanelServer)!.Attributes!;

        Assert.Equal((7, 3, 512d, true, null), (server.Id, server.User, server.Limits!.Memory, server.Container!.Installed, server.Node));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Key_and_password_are_in_no_text_of_ours()
    {
        await using var bench = await Bench.StartAsync();
        var options = bench.PanelOptions();

        Assert.DoesNotContain(options.ApiKey, options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", new UserRequest("x", "x", "x", "x", "x", "hunter2").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Templates_fit_the_generic_eggs()
    {
        await using var bench = await Bench.StartAsync();

        Assert.Equal([], await bench.Get<IPanelTemplateCheck>().FindFaultsAsync(CancellationToken.None));
    }

    [Fact]
    public void Template_that_does_not_fit_its_egg_names_every_fault()
    {
        var template = TemplateFolder.Load(Bench.TemplatePath).Find("nodejs")! with
        {
            Environment = new Dictionary<string, string> { ["MAIN_FILE"] = "", ["AUTO_UPDATE"] = "perhaps", ["NODE_ARGS"] = new('x', 65), ["TYPO"] = "1" },
        };
        var egg = new PanelEgg
        {
            Id = 15,
            Name = "other",
            Relationships = new PanelEggRelations
            {
                Variables = new PanelList<PanelEggVariable>
                {
                    Data = [Variable("MAIN_FILE", "required", "string", "max:20"), Variable("AUTO_UPDATE", "required", "boolean"), Variable("NODE_ARGS", "nullable", "max:64"), Variable("BRANCH", "nullable")],
                },
            },
        };

        var faults = PanelTemplateCheck.Compare(template, egg).ToList();

        Assert.Equal(6, faults.Count);
        Assert.All(faults, fault => Assert.StartsWith("nodejs.json: ", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Email_key_is_made_once_and_a_damaged_one_is_not_replaced()
    {
        var folder = Directory.CreateTempSubdirectory();
        var path = Path.Combine(folder.FullName, "email.key");
        var options = new PanelOptions { EmailDomain = "members.invalid" };

        var first = EmailKey.LoadOrCreate(path, new SystemRandomBytes()).AddressFor("6280001@s.whatsapp.net", options);
        Assert.Equal(first, EmailKey.LoadOrCreate(path, new SystemRandomBytes()).AddressFor("6280001@s.whatsapp.net", options));
        Assert.DoesNotContain("6280001", first, StringComparison.Ordinal);
        File.WriteAllText(path, "short");
        Assert.Throws<InvalidDataException>(() => EmailKey.LoadOrCreate(path, new SystemRandomBytes()));
        folder.Delete(recursive: true);
    }

    private static PanelItem<PanelEggVariable> Variable(string name, params string[] rules) =>
        new() { Attributes = new PanelEggVariable { EnvVariable = name, Rules = rules } };
}
