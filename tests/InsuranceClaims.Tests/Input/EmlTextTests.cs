using System.Text;

namespace InsuranceClaims.Tests.Input;

public sealed class EmlTextTests
{
    [Fact]
    public void A_quoted_printable_part_is_unfolded_and_the_html_twin_left_out()
    {
        var text = Read("""
            Received: from somewhere
            From: =?iso-8859-1?Q?J=F6rg_Wei=DF?= <j@x.example>
            Subject: =?utf-8?B?R3LDvMOfZQ==?= und
             mehr
            Content-Type: multipart/alternative;
             boundary="b1"

            --b1
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: quoted-printable

            Das kostet 900=A0=80, viele Gr=FC=
            =DFe
            --b1
            Content-Type: text/html

            <p>zweimal</p>
            --b1--
            """);
        Assert.StartsWith("From: Jörg Weiß <j@x.example>\nSubject: Grüße und mehr\n\n", text, StringComparison.Ordinal);
        Assert.Contains("viele Grüße", text, StringComparison.Ordinal);
        Assert.DoesNotContain("zweimal", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Received", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_of_html_alone_is_read_as_text()
    {
        var text = Read("From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>p{}</style></head><p>Pipe &amp; floor</p><br>done</html>");
        Assert.Contains("Pipe & floor\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("p{}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Base64_is_decoded_and_attachments_are_left_out()
    {
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes("Der Schaden beträgt 90 €"));
        var text = Read($"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{body}\n--x\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n/9j/4AAQ\n--x--\n");
        Assert.Contains("Der Schaden beträgt 90 €", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/9j/", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("No headers here, just a note.")]
    [InlineData("From: a@b.example\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!! not base64 !!!")]
    [InlineData("From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x")]
    [InlineData(" leading space\nSubject: odd\n\nbody")]
    public void A_broken_mail_still_gives_what_is_readable(string mail) => Assert.NotNull(Read(mail));

    private static string Read(string mail) => EmlText.Read(mail, Encoding.Latin1.GetBytes(mail));
}
