namespace DocumentIntake;

// What agents read out of documents. What a document does not say is null: the rules decide what is required.

public sealed record Invoice(
    string? Supplier, string? Number, DateOnly? Date, DateOnly? Due, IReadOnlyList<Line> Lines, decimal? Net, decimal? Vat, decimal? Total);

public sealed record Order(string? Customer, string? Number, DateOnly? Date, DateOnly? Delivery, IReadOnlyList<Line> Lines, decimal? Total);

public sealed record Line(string Text, decimal Quantity, decimal Price, decimal Amount);

public sealed record Complaint(string? Customer, string? Reference, DateOnly? Date, string? Demand);

public sealed record Application(string? Name, string? Email, string? Phone, string? Position);
