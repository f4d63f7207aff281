using AgentFlow;

namespace DocumentIntake;

/// <summary>From a file to the folder it belongs in.</summary>
internal static class IntakeFlow
{
    public const long MaxBytes = 64 * 1024;
    private const int MostReadings = 3;

    public static Flow<Incoming, Filing> Create(BusinessRules rules, Step<Delivery, string> deliver)
    {
        var sort = Flow.Start<Document>("sort")
            .Check("readable", document => document
                .Require(file => file.Bytes > 0, "the file is empty")
                .Require(file => file.Bytes <= MaxBytes, $"the file is larger than {MaxBytes / 1024} KB")
                .Require(file => file.Bytes == 0 || file.Bytes > MaxBytes || file.IsText, "the file is not text"))
            .Route("kind", Agent.Registered<Document, DocumentKind>("classifier"), kind => kind
                .Case(DocumentKind.Invoice, Read<Invoice>("invoice", rules.Invoices))
                .Case(DocumentKind.Order, Read<Order>("order", rules.Orders))
                .Case(DocumentKind.Complaint, Read<Complaint>("complaint", rules.Complaints))
                .Case(DocumentKind.Application, Read<Application>("application", rules.Applications))
                .Otherwise(Flow.Start<Document>("other").Map(_ => Filing.ForReview("it is none of the kinds that are filed")).Build()))
            .Build();

        return Flow.FromCode<Incoming, Filing>("intake", async (incoming, ctx) =>
        {
            var filing = await SortAsync(incoming.Document, ctx);
            await ctx.RunAsync(deliver, new Delivery(incoming, filing));
            return filing;
        });

        // Whatever goes wrong with a document, a person gets it, with the reasons.
        async ValueTask<Filing> SortAsync(Document document, FlowContext ctx)
        {
            try
            {
                return await ctx.RunAsync(sort, document);
            }
            catch (NotReadyException wrong)
            {
                return Filing.ForReview(wrong.Reasons);
            }
            catch (LivelockException stuck)
            {
                return Filing.ForReview(stuck.Reasons);
            }
            catch (EffectFailedException failed)
            {
                return Filing.ForReview($"{failed.Path}: {failed.Message}");
            }
        }
    }

    /// <summary>Extracts and validates: what breaks a rule goes back to the extractor, with the reasons.</summary>
    private static Flow<Document, Filing> Read<T>(string kind, Action<CheckRules<T>> rules) where T : notnull => Flow.Start<Document>(kind)
        .Check("rules", Agent.Registered<Redo<Document, T>, T>($"{kind}-reader"), rules, MostReadings)
        .Map(facts => new Filing($"{kind}s", facts, []))
        .Build();
}
