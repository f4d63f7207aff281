using System.Text.Encodings.Web;
using System.Text.Json;
using AgentFlow;
using Microsoft.Extensions.AI;

namespace DocumentIntake;

/// <summary>A document and where it belongs.</summary>
public sealed record Delivery(Incoming Incoming, Filing Filing);

/// <summary>The folders that documents are routed to. The originals stay where they are.</summary>
internal sealed class OutFolder(string root)
{
    private static readonly JsonSerializerOptions Readable = new(AIJsonUtilities.DefaultOptions) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Puts a copy of the document into its folder, and beside it what is known of it, or why a person has to look at it.</summary>
    /// <remarks>The same delivery again writes the same files: names follow from name and content.</remarks>
    public Step<Delivery, string> AsStep() => Step.Create<Delivery, string>("deliver", (delivery, _) => Put(delivery));

    private string Put(Delivery delivery)
    {
        var (incoming, filing) = delivery;
        var stem = $"{Path.GetFileNameWithoutExtension(incoming.Document.Name)}.{incoming.Digest[..6]}";

        // A second attempt may end in another folder than the first.
        if (!filing.NeedsReview)
            foreach (var old in Files(Filing.Review, stem)) File.Delete(old);
        var folder = Directory.CreateDirectory(Path.Combine(root, filing.Folder)).FullName;
        var copy = Path.Combine(folder, stem + Path.GetExtension(incoming.Document.Name));
        File.Copy(incoming.Path, copy, overwrite: true);
        if (filing.NeedsReview) File.WriteAllLines(Path.Combine(folder, stem + ".reasons.md"), [$"# {incoming.Document.Name}", "", .. filing.Reasons.Select(reason => "- " + reason)]);
        else File.WriteAllText(Path.Combine(folder, stem + ".json"), JsonSerializer.Serialize(filing.Facts, Readable) + "\n");
        return Path.GetRelativePath(root, copy);
    }

    private string[] Files(string folder, string stem) =>
        Directory.Exists(Path.Combine(root, folder)) ? Directory.GetFiles(Path.Combine(root, folder), stem + ".*") : [];
}
