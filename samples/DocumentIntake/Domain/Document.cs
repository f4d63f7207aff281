namespace DocumentIntake;

/// <summary>A file as agents see it.</summary>
/// <param name="Text">Empty when it is no text.</param>
public sealed record Document(string Name, long Bytes, bool IsText, string Text);

/// <summary>A document, and where its file lies.</summary>
public sealed record Incoming(string Path, string Digest, Document Document);

/// <summary>What a document can be.</summary>
public enum DocumentKind
{
    Invoice,
    Order,
    Complaint,
    Application,
    Other,
}

/// <summary>Where a document belongs, and what is known of it.</summary>
/// <param name="Facts">Null when a person has to look at it.</param>
/// <param name="Reasons">Why a person has to.</param>
public sealed record Filing(string Folder, object? Facts, IReadOnlyList<string> Reasons)
{
    public const string Review = "review";

    public bool NeedsReview => Folder == Review;

    public static Filing ForReview(params IReadOnlyList<string> reasons) => new(Review, null, reasons);
}
