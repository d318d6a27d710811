using Sandbox;
using Sandbox.Bot;

return args is ["bot", .. var options] ? await BotMain.RunAsync(options) : await SandboxMain.RunAsync(args);
