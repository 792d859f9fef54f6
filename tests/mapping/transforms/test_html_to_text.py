"""Only HTML is read as HTML: describe says which fields hold it, and where it does not the text has to look like it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from salesforce_daktela.mapping.engine.compiled_mapping import compile_mapping
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.transforms.html_parser import read_html
from salesforce_daktela.salesforce.schema.field_paths import find_field
from tests.mapping.conftest import ID, MapField, frame_of, schema_of, transform_frame
from tests.mapping.test_default_sync import INCLUDE

LIST = "[html_to_text, {join: '|'}]"
WRITTEN = [
    "From: Jan Novak <jan@firma.cz>\nTo: Eva <eva@firma.cz>",
    "R&D oddeleni\n- bod jedna",
    "volat <po 15h>\nna mobil",
    "Klient: <nezadáno>",
    "a<b and c>d",
    "https://a.cz/?a=1&b=2\nhttps://b.cz",
    "1 < 2 & 3 > 2 &amp; dost",
    "<a> nebo <b>, <title> a <address>",
    "  odsazeno\n\n\n\na dost  ",
    "if (a<p && q>b) </b>",
]
"""What people write into fields of plain text."""


@pytest.mark.parametrize("said", [False, None], ids=["plain", "not described"])
@pytest.mark.parametrize("text", WRITTEN)
def test_what_people_write_stays_as_it_is(map_field: MapField, text: str, said: bool | None) -> None:
    """Addresses, comparisons, ampersands and line breaks."""
    described = {} if said is None else {"A": said}
    assert map_field("{from: A, transforms: [html_to_text]}", {"A": text}, html=described) == [text]


LINK = "https://a.cz/?a=1&region=2&current=3"
READ = [
    ("<script>alert(1)</script>text", False, ["<script>alert(1)</script>text"]),
    ("<script>alert(1)</script>text", None, ["text"]),
    ("<script>alert(1)</script>text", True, ["text"]),
    ("<p>a<br>b</p>", False, ["<p>a<br>b</p>"]),
    ("<p>a<br>b</p>", None, ["a\nb"]),
    ("<p>a<br>b</p>", True, ["a\nb"]),
    ("R&amp;D &lt;Brno&gt;", None, ["R&amp;D &lt;Brno&gt;"]),
    ("R&amp;D &lt;Brno&gt;", True, ["R&D <Brno>"]),
    ("jedna\ndva", True, ["jedna dva"]),
    ("první <b>tučně</b>\ndruhý", None, ["první tučně\ndruhý"]),
    ("<div>první\n<b>tučně</b></div>", None, ["první tučně"]),
    ('viz <a href="https://a.cz/?a=1&amp;b=2">web</a>', None, ["viz web"]),
    ("a<BR/>b", None, ["a\nb"]),
    ("<!DOCTYPE html><html>a", None, ["a"]),
    ("<p>&nbsp;</p>", True, []),
    ("<p>https://a.cz/?a=1&amp;region=2&#38;current=3&amp;section=4</p>", True, [f"{LINK}&section=4"]),
    ("<table><tr><td>https://a.cz/?a=1&amp;region=2&#x26;current=3</td></tr></table>", True, [LINK]),
    ("<p>write &amp;lt; for &lt; and &amp;amp; for &amp;</p>", True, ["write &lt; for < and &amp; for &"]),
    ("S pozdravem<hr>Od: Jan", True, ["S pozdravem\nOd: Jan"]),
    ("Položky:<table><tr><td>a</td><td>b</td></tr></table>", True, ["Položky:\na  b"]),
    ("<dl><dt>Jan</dt><dd>Brno</dd></dl><center>konec</center>.", True, ["Jan\nBrno\nkonec\n."]),
    ("<b>" * 5_000 + "x", True, ["html_unreadable"]),
]


@pytest.mark.parametrize(("text", "said", "expected"), READ, ids=[f"{t[:20]}-{s}" for t, s, _ in READ])
def test_describe_decides_and_elements_where_it_is_silent(
    map_field: MapField, text: str, said: bool | None, expected: Any
) -> None:
    """Rich text is HTML whatever it looks like, plain text never is; else HTML's own elements have to be in it."""
    described = {} if said is None else {"A": said}
    assert map_field("{from: A, transforms: [html_to_text]}", {"A": text}, html=described) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{html_to_text: likely}", ["a", "b & c"]),
        ("{html_to_text: {when: always}}", ["a", "b & c"]),
        ("{html_to_text: described}", ["<i>a</i>", "b & c"]),
    ],
)
def test_a_mapping_may_know_better_than_describe(map_field: MapField, rule: str, expected: list[str]) -> None:
    """Fields of plain text hold HTML where another program has written it."""
    rule = f"{{from: [A, B], transforms: [{rule}]}}"
    assert map_field(rule, {"A": "<i>a</i>", "B": "b & c"}, html={"A": False, "B": False}) == expected


@pytest.mark.parametrize("calls", [LIST, "[html_to_text, trim, {join: '|'}]"])
def test_sources_of_both_kinds_are_told_apart(map_field: MapField, calls: str) -> None:
    """Each text by the field that it comes from."""
    row = {"A": "<b>Ing.</b> R&amp;D", "B": "R&amp;D", "C": "<i>tak</i>"}
    found = map_field(f"{{from: [A, B, C], transforms: {calls}}}", row, html={"A": False, "B": True})
    assert found == ["<b>Ing.</b> R&amp;D|R&D|tak"]


def test_a_text_that_was_changed_before_is_judged_by_its_elements(map_field: MapField) -> None:
    """Which field it came from is not known any more."""
    row = {"A": " <b>a</b> ", "B": "x < y & z"}
    found = map_field("{from: [A, B], transforms: [trim, html_to_text]}", row, html={"A": True, "B": False})
    assert found == ["a", "x < y & z"]


@pytest.mark.parametrize("text", WRITTEN)
def test_shipped_mappings_send_descriptions_as_they_are(text: str) -> None:
    """They put the transform on every Description, which is plain text in every org."""
    spec = load_sync(INCLUDE / "mappings" / "default").mapping("contacts")
    schema = schema_of(spec, {}, dict.fromkeys(spec.paths(), False))
    compiled = compile_mapping(spec, schema, timezone="Europe/Prague", instance_url="https://vltava.example")
    row = {"LastName": "Nováková", "Title": "R&D <vedoucí>", "Description": text}
    mapped = transform_frame(compiled, frame_of(schema, [row]))
    assert json.loads(mapped.payload[0])["description"] == f"https://vltava.example/{ID}\nR&D <vedoucí>\n{text}"


@pytest.mark.parametrize(
    ("described", "html"),
    [
        ({"htmlFormatted": True}, True),
        ({"htmlFormatted": False, "extraTypeInfo": "richtextarea"}, True),
        ({"htmlFormatted": False, "extraTypeInfo": "plaintextarea"}, False),
        ({"htmlFormatted": False, "name": "HtmlBody"}, True),
        ({}, None),
    ],
)
def test_describe_says_which_fields_hold_html(described: dict[str, Any], html: bool | None) -> None:
    """By either of its two properties; two standard fields hold HTML without being described so."""
    field = {"name": "A", "type": "textarea", **described}
    assert find_field(lambda _: {"fields": [field]}, "EmailMessage", field["name"]).html is html


@pytest.mark.parametrize("beginning", ["<!--", "<script>", "<style >", "<title"])
def test_a_text_of_nothing_but_beginnings_takes_no_time(map_field: MapField, beginning: str) -> None:
    """As long as Salesforce's longest; looking for the end of each anew took up to minutes."""
    text = beginning * (131_072 // len(beginning))
    begun = time.process_time()
    assert map_field("{from: A, transforms: [html_to_text]}", {"A": text}, html={"A": True}) in (
        [],
        ["html_unreadable"],
    )
    assert time.process_time() - begun < 10


STYLES = ["padding-left:99999em", "margin-top:99999em", "margin-bottom:-1em", f"padding-left:{'9' * 400}em"]


@pytest.mark.parametrize("style", STYLES, ids=[style[:20] for style in STYLES])
def test_a_style_blows_no_text_up(style: str) -> None:
    """Anybody may send such an e-mail: of elements in each other, every one indents the lines of all below it."""
    assert len(read_html(f'<div style="{style}">x' * 80)) < 2_000


def test_a_table_that_would_be_nothing_but_blanks_is_unreadable(map_field: MapField) -> None:
    """Each of its cells would be made as wide as the widest."""
    text = f"<table><tr><td>{'y' * 20_000}{'<tr><td>x' * 4_000}</table>"
    assert map_field("{from: A, transforms: [html_to_text]}", {"A": text}, html={"A": True}) == ["html_unreadable"]


def test_tables_of_e_mails_are_read(map_field: MapField) -> None:
    """Programs lay them out by tables in tables, with styles on each cell."""
    row = '<tr><td style="padding-left:20px; width:100%">Jan</td><td style="margin-top:1em">Brno</td></tr>'
    text = f"{'<table><tr><td>' * 10}<table>{row * 3}</table>{'</td></tr></table>' * 10}"
    found = map_field("{from: A, transforms: [html_to_text]}", {"A": text}, html={"A": True})
    assert found == ["\n".join(["Jan  Brno"] * 3)]
