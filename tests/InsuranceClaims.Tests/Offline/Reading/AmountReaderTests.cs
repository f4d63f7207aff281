using InsuranceClaims.Offline;

namespace InsuranceClaims.Tests.Offline.Reading;

public sealed class AmountReaderTests
{
    [Theory]
    [InlineData("It cost €1,234.50 to repair.", 1234.50)]
    [InlineData("Das kostet 1.234,50 € im Laden.", 1234.50)]
    [InlineData("4.500,- Euro", 4500)]
    [InlineData("EUR 12 500,00", 12500)]
    [InlineData("about 2.5k euros", 2500)]
    [InlineData("850€", 850)]
    [InlineData("1,150 euro", 1150)]
    [InlineData("Schadenhöhe: 1.290,00", 1290)]
    public void Reads_amounts_as_people_write_them(string text, decimal amount) => Assert.Equal(amount, Assert.Single(AmountReader.Read(text)).Amount);

    [Theory]
    [InlineData("IBAN DE89 3704 0044 0532 0130 00")]
    [InlineData("on 12.03.2026 at 17:45, policy HH-48213-07")]
    [InlineData("We have been customers for 25 years.")]
    public void Takes_no_other_number_for_money(string text) => Assert.Empty(AmountReader.Read(text));

    [Theory]
    [InlineData("In total I claim €900.", "Total")]
    [InlineData("Der Schaden beläuft sich auf 900 €.", "Total")]
    [InlineData("My excess is €900.", "Deductible")]
    [InlineData("abzüglich 900 € Selbstbeteiligung", "Deductible")]
    [InlineData("The plumber's bill was €900.", "Document")]
    [InlineData("Das Sofa habe ich damals für 900 € gekauft.", "Past")]
    [InlineData("Die Versicherungssumme von 900 € reicht nicht.", "Limit")]
    [InlineData("I pay €900 a year.", "Premium")]
    public void Says_what_an_amount_is_about(string text, string role) => Assert.Equal(role, Assert.Single(AmountReader.Read(text)).Role.ToString());
}
