"""Values of real orgs that cause errors in careless code, and a few that cannot be mapped."""

from __future__ import annotations

TEXTS = (
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "První řádek\nDruhý řádek\r\nTřetí, s čárkou",
    'Firma "U Zlatého lva", oddělení B2B',
    "O'Brien \\ zpětné lomítko \\n není nový řádek",
    "=cmd|' /C calc'!A0",
    "+420=SUM(A1:A9)",
    "@SUM(1+1)*cmd",
    "<p>Zákazník <b>VIP</b> &amp; partner<br/>volat po 16. hod.</p>",
    "<script>alert('xss')</script>",
    "  mezery kolem  ",
    "\tTabulátor\tuvnitř\t",
    "Spokojený 😀👍🏽 zákazník 👨‍👩‍👧 🇨🇿",
    "nul\x00uvnitř",
    "{FirstName} {LastName} %s ${jndi}",
    "null",
    "None",
    "N/A",
    "0",
    "#N/A",
    "ﬁ ligatura, e\u0301 složené, \u00a0pevná mezera, \u200bnulová šířka",
    "مرحبا שלום 你好",
    "a;b|c,d\te^f`g",
    "__",
    "-",
)
RICH_TEXTS = (
    "<p>Volal ve středu, <b>chce nabídku</b> do pátku.</p>",
    "<ul><li>fakturace</li><li>hovory &gt; 100&nbsp;min</li></ul>",
    '<p style="color:red">Pozor &quot;neplatič&quot;</p><p><br></p>',
    'Obrázek: <img src="https://vltava.example/logo.png" alt="logo"></img>',
    "<p>nezavřený odstavec <i>a kurzíva",
    "&lt;není značka&gt; &amp;amp; 5 < 6",
    "<table><tr><td>1</td><td>2</td></tr></table>",
)
LONG_TEXT = 'Velmi dlouhý popis; řádek s čárkou, uvozovkou " a emoji 🙂.\n'
LAST_NAMES = (
    ".", "-", "?", "neuvedeno", "O'Hara", "d'Artagnan", "von der Straße", "Nováková-Dvořáková", "ŠŤASTNÁ", "malá",
    "Nguyễn Thị Minh Khai", "Łukaszewicz", "Çelik", "__", "Null", "Test <b>", "=1+1", "Ž" * 80, "😀",
    "Kovář ml., Ing. Ph.D.", " Mezera ",
)  # fmt: skip
COMPANIES = (
    "__", "V" * 255, 'Hospoda "U Čápa", s.r.o.', "Novák & syn <stavby>", "Společenství vlastníků jednotek č.p. 1234/56",
    "=HYPERLINK(\"https://vltava.example\")", "ŘEZNICTVÍ\nUZENÁŘSTVÍ", "Café Müller GmbH", "1. brněnská, a.s.",
    "🍺 Pivovar", " Mezery na krajích ", "-", "Ostrava-Poruba; sklad",
)  # fmt: skip
BAD_EMAILS = ("neni-email", "jan.novak@", "@vltava.example", "dva@@zavinace.example", "mezera uvnitr@vltava.example")
BAD_PHONES = ("12", "volat po 16. hodině", "+420 1", "000000000000000000000000000000", "nezn.", "???")
ODD_EMAILS = (
    "JAN.NOVAK@VLTAVA.EXAMPLE", "Petra.Mala+Objednavky@Labe.example", "info@žluťoučký-kůň.example",
    "o'connor@labe.example", "a_b-c.d@pod.domena.labe.example",
)  # fmt: skip
AMOUNTS = (0.0, -1500.5, 0.01, 1e12, 123456789.12, 0.1, 99999999.99, -0.05, 1e7)
EDGES = (
    "2026-03-29T00:59:59.000Z",
    "2026-03-29T01:00:00.000Z",
    "2025-10-26T00:30:00.000Z",
    "2025-10-26T01:30:00.000Z",
    "1970-01-01T00:00:00.000Z",
    "2000-02-29T23:59:59.999Z",
    "1899-12-31T23:00:00.000Z",
)
DAYS = ("4000-12-31", "1700-01-01", "2024-02-29", "1900-01-01", "2026-03-29", "2025-10-26")
STRANGE_CHOICE = "Hodnota, která už není v seznamu"
