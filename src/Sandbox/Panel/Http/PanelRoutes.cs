using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sandbox.Panel.State;

namespace Sandbox.Panel.Http;

/// <summary>The one table of the panel's routes.</summary>
internal static class PanelRoutes
{
    private const string Api = "/api/application";

    public static void Map(IEndpointRouteBuilder app, PanelCore core)
    {
        Add(app, "GET /users", "users", UserEndpoints.List);
        Add(app, "POST /users", "users", UserEndpoints.Create);
        Add(app, "GET /users/external/{external}", "users", UserEndpoints.FindExternal);
        Add(app, "GET /users/{user}", "users", UserEndpoints.Find);
        Add(app, "PATCH /users/{user}", "users", UserEndpoints.Update);
        Add(app, "DELETE /users/{user}", "users", UserEndpoints.Delete);
        Add(app, "GET /servers", "servers", ServerEndpoints.List);
        Add(app, "POST /servers", "servers", ServerCreation.Create);
        Add(app, "GET /servers/external/{external}", "servers", ServerEndpoints.FindExternal);
        Add(app, "GET /servers/{server}", "servers", ServerEndpoints.Find);
        Add(app, "PATCH /servers/{server}/build", "servers", ServerEndpoints.UpdateBuild);
        Add(app, "POST /servers/{server}/suspend", "servers", ServerEndpoints.Suspend);
        Add(app, "POST /servers/{server}/unsuspend", "servers", ServerEndpoints.Unsuspend);
        Add(app, "DELETE /servers/{server}", "servers", ServerEndpoints.Delete);
        Add(app, "DELETE /servers/{server}/{how}", "servers", ServerEndpoints.DeleteBy);
        Add(app, "GET /locations", "locations", CatalogueEndpoints.Locations);
        Add(app, "GET /locations/{location}", "locations", CatalogueEndpoints.Location);
        Add(app, "GET /nodes", "nodes", CatalogueEndpoints.Nodes);
        Add(app, "GET /nodes/{node}", "nodes", CatalogueEndpoints.Node);
        Add(app, "GET /nodes/{node}/allocations", "allocations", CatalogueEndpoints.Allocations);
        Add(app, "GET /nests", "nests", CatalogueEndpoints.Nests);
        Add(app, "GET /nests/{nest}", "nests", CatalogueEndpoints.Nest);
        Add(app, "GET /nests/{nest}/eggs", "eggs", CatalogueEndpoints.Eggs);
        Add(app, "GET /nests/{nest}/eggs/{egg}", "eggs", CatalogueEndpoints.Egg);
        app.MapGet("/", () => Results.Content("<!DOCTYPE html><html><head><title>Simulated panel</title></head><body><h1>Simulated panel</h1></body></html>", "text/html"));
        app.MapPost("/auth/login", (LoginRequest login) => core.Read(world => world.CanLogIn(login.User, login.Password))
            ? Results.Json(new { data = new { complete = true, intended = "/" } })
            : Results.Json(new { errors = new[] { new { code = "DisplayException", status = "400", detail = "No account matching those credentials could be found." } } }, statusCode: 400));
    }

    private static void Add(IEndpointRouteBuilder app, string name, string resource, Func<PanelCall, PanelAnswer> handler)
    {
        var (method, path) = (name.Split(' ')[0], name.Split(' ')[1]);
        // The gate answers; a request that came this far without it would be a fault of the pipeline.
        app.MapMethods(Api + path, [method], static () => Results.StatusCode(StatusCodes.Status500InternalServerError))
            .WithMetadata(new PanelRoute(name, resource, method != "GET", handler));
    }

    private sealed record LoginRequest(string User, string Password);
}
