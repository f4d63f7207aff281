using AgentFlow.Journaling;
using ApprovalDesk;

// Settings are in appsettings.json; each is an option of the command line, too: --journal DIR, --urls URL, --bankSeconds 20.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var settings = builder.Configuration;
var users = settings.GetSection("users").Get<List<User>>() ?? [];
var orders = Orders.Load(Path.Combine(AppContext.BaseDirectory, "data", "orders.json"));
var bank = new Bank(settings["ledger"]!, TimeSpan.FromSeconds(settings.GetValue<double>("bankSeconds")));

builder.Services.AddSingleton(orders);
builder.Services.AddSingleton<IReadOnlyList<User>>(users);
builder.Services.AddProblemDetails();
builder.Services.AddAgentFlowHosting()
    .AddModel(PolicyCheck.Model, new RuleBasedModel())
    .AddFlow(RefundFlow.Create(orders, bank))
    .UseFileJournal(settings["journal"]!);

await using var app = builder.Build();
app.UseStatusCodePages();
app.UseMiddleware<ApiKeys>();
var api = app.MapGroup("").AddEndpointFilter<Problems>();
api.MapRefunds();
api.MapRequests();

try
{
    // AgentFlow.Hosting recovers before the first caller is let in: what an earlier process has left open goes on.
    await app.StartAsync();
    Welcome.Print(app.Urls.First(), users);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (JournalLockedException locked)
{
    await Console.Error.WriteLineAsync(locked.Message);
    return 1;
}
