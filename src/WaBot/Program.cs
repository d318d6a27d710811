return await WaBot.WaBotHost.RunAsync(args);
