using AgentFlow;

namespace ResearchDesk;

/// <summary>The whole desk: a lead and three workers, who leave what they find to each other in the state of the run.</summary>
internal static class AuditFlow
{
    private static readonly StateKey<Findings> Evidence = StateKey.Create("evidence", Findings.None, (all, more) => all.And(more));
    private static readonly StateKey<IReadOnlyList<Reconciled<Figure>>> Settled = StateKey.Create<IReadOnlyList<Reconciled<Figure>>>("settled", []);
    private static readonly StateKey<Draft> Report = StateKey.Create("report", Draft.None);

    public static Flow<Brief, Audit> Create(Shelf shelf) => Flow.Start<Brief>("audit")
        .Supervise<Conclusion>("desk",
            team => team
                .Worker(Research(shelf), "Plans who reads what, has the files read in parallel, and says what they tell differently.")
                .Worker(Reconcile(), "Decides which figure counts where files tell it differently. Comes after research.")
                .Worker(Write(), "Writes the report and has it reviewed. Comes after reconcile."),
            lead => lead.Instructions(Roles.Lead).OnTheModel(),
            o => o.MaxTurns(8))
        .Then(Flow.FromCode<Conclusion, Audit>("hand-in", (conclusion, ctx) =>
            new(new Audit(conclusion, ctx.GetState(Report), ctx.GetState(Settled), ctx.GetState(Evidence)))))
        .Build();

    private static Flow<ResearchOrder, ResearchSummary> Research(Shelf shelf) => Flow.Start<ResearchOrder>("research")
        .Plan("survey", Researchers.Planner(), p => p
            .Worker("tables", Researchers.TableAnalyst(shelf), "Adds up the columns of one CSV file.")
            .Worker("texts", Researchers.TextAnalyst(shelf), "Quotes the figures and the opinions of one text file.")
            .Worker("compare", Researchers.Compare, "Says which figures the files before it tell differently."))
        .Then(Flow.FromCode<PlanOutcome<ResearchOrder, Findings>, ResearchSummary>("file", async (outcome, ctx) =>
        {
            var found = Findings.Of(outcome.Results().Select(result => result.Result));
            await ctx.UpdateStateAsync(Evidence, found);
            return ResearchSummary.Of(found, outcome);
        }))
        .Build();

    /// <summary>What is only stated has a tenth of a voice; where that leaves no clear majority, the judge decides.</summary>
    private static Flow<string, ReconcileSummary> Reconcile()
    {
        var settle = Flow.Start<IReadOnlyList<Figure>>("settle")
            .Reconcile("figure", r => r.SameWhen(figure => Math.Round(figure.Value)).Weigh(figure => figure.Rows > 0 ? 1 : 0.1).MoreThan(0.6).Judge(Editors.Judge()))
            .Build();

        return Flow.Start<string>("reconcile")
            .Then(Flow.FromCode<string, Findings>("look", (_, ctx) => new(ctx.GetState(Evidence))))
            .ForEach(evidence => evidence.ByName(), settle, maxParallel: 8)
            .Then(Flow.FromCode<IReadOnlyList<Reconciled<Figure>>, ReconcileSummary>("show", async (settled, ctx) =>
            {
                await ctx.SetStateAsync(Settled, settled);
                ctx.Show("figures", settled);
                ctx.Show("ratios", Ratios.Of(settled));
                ctx.Show("remarks", ctx.GetState(Evidence).Remarks);
                return ReconcileSummary.Of(settled);
            }))
            .Build();
    }

    private static Flow<WriteOrder, WriteSummary> Write() => Flow.Start<WriteOrder>("write")
        .Check("report", Editors.Writer(), c => c
            .Require(draft => draft.Title.Length is > 0 and < 120, "the title is missing or too long")
            .Require(draft => draft.Body.Contains("## In short", StringComparison.Ordinal), "the section 'In short' is missing")
            .Judge(Editors.Reviewer()))
        .Then(Flow.FromCode<Draft, WriteSummary>("file", async (draft, ctx) =>
        {
            await ctx.SetStateAsync(Report, draft);
            return new(draft.Title, draft.Body.Length);
        }))
        .Build();
}
