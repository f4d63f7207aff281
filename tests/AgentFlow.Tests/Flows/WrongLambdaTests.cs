namespace AgentFlow.Tests.Flows;

/// <summary>Wrong lambdas do not compile, and the compiler says in our words what to write.</summary>
public class WrongLambdaTests
{
    [Theory]
    [InlineData("""flow.Then("x", x => x + 1)""")]
    [InlineData("""flow.Then("x", async x => await AskAsync(x))""")]
    [InlineData("""flow.Then("x", x => AskAsync(x))""")]
    [InlineData("""flow.Then("x", x => ReadAsync(x))""")]
    [InlineData("""flow.Then("x", async x => await DoAsync(x))""")]
    [InlineData("""flow.Then("x", x => Do(x))""")]
    [InlineData("""flow.Then("x", x => { Do(x); })""")]
    [InlineData("""pair.Then("x", pair => pair.Item1)""")]
    public void A_body_without_a_context(string code) => Refused(code, "The body of a step takes the value and its context. Write (x, ctx) =>");

    [Theory]
    [InlineData("""Step.Create<int, int>("x", x => x + 1)""")]
    [InlineData("""Step.Create<int, int>("x", async x => await AskAsync(x))""")]
    [InlineData("""Step.Create<int, int>("x", x => AskAsync(x))""")]
    [InlineData("""Step.Create<int, int>("x", x => ReadAsync(x))""")]
    public void A_step_without_a_context(string code) => Refused(code, "The body of a step takes the value and its context. Write (x, ctx) =>");

    [Theory]
    [InlineData("""flow.Then("x", async (x, ctx) => await DoAsync(x))""")]
    [InlineData("""flow.Then("x", async (x, ctx) => { await DoAsync(x); })""")]
    [InlineData("""flow.Then("x", (x, ctx) => DoAsync(x))""")]
    [InlineData("""flow.Then("x", async (x, ctx) => await WriteAsync(x))""")]
    [InlineData("""flow.Then("x", (x, ctx) => WriteAsync(x))""")]
    [InlineData("""flow.Then("x", (x, ctx) => Do(x))""")]
    [InlineData("""flow.Then("x", (x, ctx) => { Do(x); })""")]
    public void A_body_without_a_result(string code) => Refused(code, "A step yields a value. Return one:");

    [Theory]
    [InlineData("""flow.Map(async x => await AskAsync(x))""")]
    [InlineData("""flow.Map(async x => { await Task.Yield(); return x; })""")]
    [InlineData("""flow.Map(x => AskAsync(x))""")]
    [InlineData("""flow.Map(x => ReadAsync(x))""")]
    [InlineData("""flow.Map(async x => await DoAsync(x))""")]
    [InlineData("""flow.Map(AskAsync)""")]
    [InlineData("""flow.Then(text, async (x, word) => await AskAsync(x))""")]
    [InlineData("""flow.Then(text, (x, word) => AskAsync(x))""")]
    [InlineData("""pair.Map(async (a, b) => { await Task.Yield(); return b; })""")]
    [InlineData("""pair.Map((a, b) => AskAsync(a))""")]
    [InlineData("""pair.Map(async (a, b) => await DoAsync(a))""")]
    [InlineData("""flow.FanOut(step, text, step).Map(async (a, b, c) => { await Task.Yield(); return b; })""")]
    public void An_asynchronous_map(string code) => Refused(code, "Map is pure and synchronous. Asynchronous work is a step:");

    [Theory]
    [InlineData("""flow.Map(x => Do(x))""")]
    [InlineData("""flow.Map(x => { Do(x); })""")]
    public void A_map_without_a_result(string code) => Refused(code, "Map yields the next value:");

    [Theory]
    [InlineData("""flow.Route("x", async x => await AskAsync(x), r => r.Case(1, step).Otherwise(step))""")]
    [InlineData("""flow.Route("x", x => AskAsync(x), r => r.Case(1, step).Otherwise(step))""")]
    public void An_asynchronous_key(string code) => Refused(code, "The key of a Route is pure and synchronous. Give a step or an agent that yields the key");

    [Theory]
    [InlineData("""g.Add("x", x => x + 1, a)""")]
    [InlineData("""g.Add("x", (x, y) => y + x, a, b)""")]
    [InlineData("""g.Add("x", async (x, y) => await AskAsync(x), a, b)""")]
    [InlineData("""g.Add("x", (x, y, z) => y + x + z, a, b, a)""")]
    [InlineData("""g.Add("x", (w, x, y, z) => y + x + z, b, a, b, a)""")]
    [InlineData("""g.Add("x", (v, w, x, y, z) => y + x + z, b, a, b, a, a)""")]
    [InlineData("""g.Add("x", async (s, t, u, v, w, x, y, z) => await AskAsync(t), b, a, b, a, a, a, a, a)""")]
    public void A_node_without_a_context(string code) => Refused(code, "The body of a node takes the results and its context last.");

    [Theory]
    [InlineData("""g.Add("x", (x, ctx) => Do(x), a)""")]
    [InlineData("""g.Add("x", async (x, ctx) => await DoAsync(x), a)""")]
    [InlineData("""g.Add("x", async (x, y, ctx) => { await DoAsync(x); }, a, b)""")]
    [InlineData("""g.Add("x", (x, y, z, ctx) => { Do(x); }, a, b, b)""")]
    [InlineData("""g.Add("x", (x, y, z, v, ctx) => DoAsync(x), a, b, b, b)""")]
    [InlineData("""g.Add("x", (x, y, z, v, w, ctx) => DoAsync(x), a, b, b, b, a)""")]
    [InlineData("""g.Add("x", (s, t, u, v, w, x, y, z, ctx) => { Do(s); }, a, b, b, b, a, a, a, a)""")]
    public void A_node_without_a_result(string code) => Refused(code, "A step yields a value. Return one:");

    [Theory]
    [InlineData("""flow.Then("x", (x, _) => x + 1)""")]
    [InlineData("""flow.Then("x", (x, ctx) => AskAsync(x)).Then("y", (x, _) => x + 1)""")]
    [InlineData("""flow.Then("x", async (x, ctx) => await AskAsync(x)).Then("y", (x, _) => x + 1)""")]
    [InlineData("""flow.Then("x", async (x, ctx) => { await Task.Yield(); return $"{x}"; }).Map(text => text.Length)""")]
    [InlineData("""flow.Then("x", (x, ctx) => ReadAsync(x)).Map(x => x + 1)""")]
    [InlineData("""flow.Then("x", (x, ctx) => x, o => o.Retry(2).Timeout(TimeSpan.FromSeconds(1))).Map(x => x + 1)""")]
    [InlineData("""Step.Create<int, int>("x", (x, _) => x + 1)""")]
    [InlineData("""Step.Create<int, int>("x", async (x, ctx) => await AskAsync(x))""")]
    [InlineData("""Step.Create("x", (int x, StepContext ctx) => ReadAsync(x)).As("y")""")]
    [InlineData("""flow.Then(text, (x, word) => word + x).Map(word => word.Length)""")]
    [InlineData("""flow.Then(text, (x, word) => word.Length + x, o => o.Retry(3, when: failure => failure is TimeoutException)).Map(x => x + 1)""")]
    [InlineData("""flow.Then(text, o => o.Retry(3)).Map(word => word.Length)""")]
    [InlineData("""flow.Then(text, null).Map(word => word.Length)""")]
    [InlineData("""flow.Then(step.With(o => o.Retry(3).Fallback(step))).Map(x => x + 1)""")]
    [InlineData("""g.Add("x", (v, w, x, y, z, ctx) => AskAsync(w), b, a, b, a, a)""")]
    [InlineData("""g.Add("x", async (u, v, w, x, y, z, ctx) => { await Task.Yield(); return u; }, b, a, b, a, a, b)""")]
    [InlineData("""g.Add("x", (t, u, v, w, x, y, z, _) => ReadAsync(u), b, a, b, a, a, b, b)""")]
    [InlineData("""g.Add("x", (s, t, u, v, w, x, y, z, _) => s + t, b, a, b, a, a, b, b, b)""")]
    [InlineData("""flow.Map(x => x + 1)""")]
    [InlineData("""flow.Map(x => { Do(x); return x; })""")]
    [InlineData("""flow.Map(x => (x, "text")).Map((a, b) => b + a).Map(text => text.Length)""")]
    [InlineData("""pair.Map(both => both.Item1).Map(x => x + 1)""")]
    [InlineData("""flow.FanOut(step, text).Map((number, word) => word + number)""")]
    [InlineData("""flow.FanOut([step, step]).Map(list => list.Count)""")]
    [InlineData("""flow.Quorum(1, step, step).Map(list => list.Count)""")]
    [InlineData("""flow.Collect(step, text).Map((number, word) => number.IsSuccess && word.IsSuccess)""")]
    [InlineData("""flow.Collect([step, step]).Map(list => list.Count(outcome => outcome.IsSuccess))""")]
    [InlineData("""flow.Route("x", x => x > 1, r => r.Case(true, text).Otherwise(text)).Map(word => word.Length)""")]
    [InlineData("""flow.Route("x", step, r => r.Case(1, text).Case(2, text)).Map(word => word.Length)""")]
    [InlineData("""flow.Approve("x", when: x => x > 1, prompt: x => $"{x}?", role: "boss").Map(x => x + 1)""")]
    [InlineData("""flow.Approve("x", when: x => x > 1, onReject: step).Map(x => x + 1)""")]
    [InlineData("""flow.Ask("x", x => new AgentFlow.Approvals.Question<string>($"{x}?")).Map((x, answer) => answer + x)""")]
    [InlineData("""flow.Loop("x", step, until: x => x > 1, max: 3).Map(x => x + 1)""")]
    [InlineData("""flow.Loop("x", step, x => x > 1, 3, OnLimit.Return).Map(x => x + 1)""")]
    [InlineData("""flow.Refine("x", critic: text, improve: Step.Create<Reviewed<int, string>, int>("i", (x, _) => x.Draft), until: r => r.Length > 1, max: 3).Map(x => x + 1)""")]
    [InlineData("""flow.Refine("x", writer: Step.Create<Revision<int, string, bool>, string>("w", (x, _) => x.Draft ?? ""), critic: Step.Create<string, bool>("c", (x, _) => true), until: ok => ok, max: 3).Map(word => word.Length)""")]
    [InlineData("""flow.Map(x => new[] { x }).ForEach(x => x, text, maxParallel: 4).Map(words => words.Count)""")]
    [InlineData("""flow.ForEach(x => new List<int> { x }, text, maxParallel: 4).Map(words => words[0].Length)""")]
    [InlineData("""g.Add("y", (x, _) => x.Length, g.Add(text, g.Add(step, g.Input)))""")]
    [InlineData("""g.Add("x", async (x, ctx) => await AskAsync(x), a)""")]
    [InlineData("""g.Add("x", (x, y, ctx) => ReadAsync(x), a, b)""")]
    [InlineData("""g.Add("x", (x, y, z, ctx) => AskAsync(x), a, b, b)""")]
    [InlineData("""g.Add("x", (v, x, y, z, _) => y + x + z + v, b, a, b, a)""")]
    [InlineData("""g.Add(Step.Create<(int, string), int>("s", (x, _) => x.Item1), a, b)""")]
    [InlineData("""Flow.Graph<int, int>("g", g => g.Add("sum", (x, y, _) => x + y, g.Add(step, g.Input), g.Input))""")]
    public void Right_lambdas_compile(string code) => Assert.Empty(Compiled.ErrorsOf(code));

    private static void Refused(string code, string message)
    {
        var error = Assert.Single(Compiled.ErrorsOf(code));
        Assert.StartsWith("CS0619: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
