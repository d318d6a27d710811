using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sandbox.Panel.Faults;
using Sandbox.Panel.State;

namespace Sandbox.Panel.Http;

internal static partial class UserEndpoints
{
    private static readonly Dictionary<string, Func<UserRow, string?>> Filters = new()
    {
        ["email"] = row => row.Email,
        ["uuid"] = row => row.Uuid,
        ["username"] = row => row.Username,
        ["external_id"] = row => row.ExternalId,
    };

    public static PanelAnswer List(PanelCall call) =>
        Listing.Page(call, call.World.Users, row => Transform.User(call, row), Filters);

    public static PanelAnswer Find(PanelCall call) => new(200, Transform.User(call, call.User));

    public static PanelAnswer FindExternal(PanelCall call)
    {
        var row = call.World.Users.Find(user => string.Equals(user.ExternalId, call.External, StringComparison.OrdinalIgnoreCase));
        return new(200, Transform.User(call, row ?? throw PanelRefusal.NotFound()));
    }

    public static PanelAnswer Create(PanelCall call)
    {
        var wanted = Read(call, self: null);
        var row = new UserRow
        {
            Id = call.World.NextId(),
            Uuid = SeedData.Uuid(call.Random),
            ExternalId = wanted.ExternalId,
            Username = wanted.Username,
            Email = wanted.Email,
            FirstName = wanted.FirstName,
            LastName = wanted.LastName,
            RootAdmin = wanted.RootAdmin,
            PasswordHash = wanted.Password is null ? null : PanelPassword.Hash(wanted.Password, call.Random),
            CreatedAt = call.Now,
            UpdatedAt = call.Now,
        };
        if (call.Fault is { Kind: PanelFaultKind.AppearLater } later)
        {
            call.World.LateUsers.Add(new LateUserRow(call.Now + later.Delay, row));
        }
        else
        {
            call.World.Users.Add(row);
        }

        var body = Transform.User(row);
        body["meta"] = new JsonObject
        {
            ["resource"] = $"{call.Request.Scheme}://{call.Request.Host}/api/application/users/{row.Id.ToString(CultureInfo.InvariantCulture)}",
        };
        return new(201, body);
    }

    public static PanelAnswer Update(PanelCall call)
    {
        var row = call.User;
        var wanted = Read(call, row);
        row.Username = wanted.Username;
        row.Email = wanted.Email;
        row.FirstName = wanted.FirstName;
        row.LastName = wanted.LastName;
        row.ExternalId = wanted.ExternalId ?? row.ExternalId; // left alone when absent, unlike servers
        row.RootAdmin = wanted.RootAdmin;
        row.UpdatedAt = call.Now;
        if (wanted.Password is not null)
        {
            row.PasswordHash = PanelPassword.Hash(wanted.Password, call.Random);
        }

        return new(200, Transform.User(row));
    }

    public static PanelAnswer Delete(PanelCall call)
    {
        var row = call.User;
        if (call.World.Servers.Exists(server => server.UserId == row.Id))
        {
            throw PanelRefusal.Display("Cannot delete a user with active servers attached to their account. Please delete their servers before continuing.");
        }

        call.World.Users.Remove(row);
        return PanelAnswer.NoContent;
    }

    private static Wanted Read(PanelCall call, UserRow? self)
    {
        if (call.Body["username"] is JsonObject or JsonArray)
        {
            throw PanelRefusal.Unexpected("TypeError");
        }

        if (call.Body["username"] is JsonValue number && number.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            call.Body["username"] = number.ToString();
        }

        var rules = new Rules(call.Body);
        var wanted = new Wanted(
            rules.OptionalText("external_id"),
            rules.RequiredText("username").ToLowerInvariant(),
            rules.RequiredText("email"),
            rules.RequiredText("first_name"),
            rules.RequiredText("last_name"),
            rules.OptionalFlag("root_admin", self?.RootAdmin ?? false),
            rules.OptionalText("password"));
        AddStranger(call, wanted);
        if (wanted.Username.Length > 0 && !Username().IsMatch(wanted.Username))
        {
            rules.Fail("username", "username");
        }

        if (wanted.Email.Length > 0 && !Email().IsMatch(wanted.Email))
        {
            rules.Fail("email", "email");
        }

        if (call.Body["language"] is { } language && language.ToString() != "en")
        {
            rules.Fail("language", "in");
        }

        var others = call.World.Users.Where(row => row != self).ToList();
        if (wanted.ExternalId is not null && others.Exists(row => string.Equals(row.ExternalId, wanted.ExternalId, StringComparison.OrdinalIgnoreCase)))
        {
            rules.Fail("external_id", "unique");
        }

        if (others.Exists(row => row.Username == wanted.Username))
        {
            rules.Fail("username", "unique");
        }

        if (others.Exists(row => string.Equals(row.Email, wanted.Email, StringComparison.OrdinalIgnoreCase)))
        {
            rules.Fail("email", "unique");
        }

        rules.ThrowIfAny();
        return wanted;
    }

    private static void AddStranger(PanelCall call, Wanted wanted)
    {
        var kind = call.Fault?.Kind;
        if (kind is PanelFaultKind.UsernameTaken or PanelFaultKind.EmailTaken)
        {
            var id = call.World.NextId();
            var own = "stranger" + id.ToString(CultureInfo.InvariantCulture);
            call.World.Users.Add(new UserRow
            {
                Id = id,
                Uuid = SeedData.Uuid(call.Random),
                Username = kind == PanelFaultKind.UsernameTaken ? wanted.Username : own,
                Email = kind == PanelFaultKind.EmailTaken ? wanted.Email : own + "@elsewhere.invalid",
                FirstName = "A",
                LastName = "Stranger",
                CreatedAt = call.Now,
                UpdatedAt = call.Now,
            });
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_.\-]+[a-z0-9]$")]
    private static partial Regex Username();

    [GeneratedRegex(@"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")]
    private static partial Regex Email();

    private sealed record Wanted(string? ExternalId, string Username, string Email, string FirstName, string LastName, bool RootAdmin, string? Password);
}
