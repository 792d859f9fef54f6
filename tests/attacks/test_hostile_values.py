"""Values and names that want to be more than that: queries, paths, markup, lines of a log."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_daktela.cli.output import print_line, print_table
from salesforce_daktela.daktela.wire.error_parser import parse_errors
from salesforce_daktela.daktela.wire.errors import ErrorKind
from salesforce_daktela.daktela.wire.verdict import Answer, Call, judge
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language.soql_where import where_problem
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.salesforce.query.soql import build_soql, literal, quote
from salesforce_daktela.staging.keys import PartKey
from salesforce_daktela.sync.request import parse_request
from salesforce_daktela.sync.window import Window
from tests.salesforce.examples import schema

NAMES = schema({"Id": FieldKind.TEXT})
INJECTIONS = (
    "x' OR Name != '",
    "003000000000001AAA') OR (Id != '",
    "\\' OR 1=1",
    "a\nb",
    "\x00",
    "003000000000001AAA;",
    "'",
)


@pytest.mark.parametrize("id_", INJECTIONS, ids=ascii)
def test_an_id_is_an_id_before_it_is_asked_for(id_: str) -> None:
    """A trigger form cannot widen the query."""
    with pytest.raises(ConfigurationError, match="is no Salesforce Id") as caught:
        build_soql(NAMES, cursor="SystemModstamp", ids=[id_])
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("since", ["2026-01-01T00:00:00Z' OR Id != '", "2026-01-01T00:00:00Z) OR (Id != null", "now()"])
def test_a_window_is_made_of_moments(since: str) -> None:
    """Text in its place is refused, and a moment is written by us."""
    with pytest.raises(ConfigurationError, match="not a date and time"):
        parse_request({"mode": "window", "since": since, "until": "2026-02-01T00:00:00Z"}, known_mappings=("contacts",))
    assert literal(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"


@given(st.text(max_size=40))
def test_a_quoted_text_is_one_string_of_soql(text: str) -> None:
    """Whatever it holds: taken out of its quotes nothing is left open."""
    found = quote(text)
    inner = found[1:-1]
    assert found[0] == found[-1] == "'"
    assert "'" not in inner.replace("\\\\", "").replace("\\'", "")
    assert not inner.replace("\\\\", "").endswith("\\")


@pytest.mark.parametrize(
    "where",
    [
        "Id != null) OR (IsDeleted = true",
        "Name = 'a' LIMIT 1",
        "Name = 'a' ORDER BY Name",
        "Name = 'open",
        "Name = 'a\\'",
        "Id != null; DELETE",
        "Id != null -- ",
        "Id IN (SELECT Id FROM User) FOR UPDATE",
        "Name = 'a' ALL ROWS",
        "(Name = 'a'",
    ],
)
def test_a_where_cannot_leave_its_parentheses(where: str) -> None:
    """It stays one condition beside the window."""
    assert where_problem(where) is not None


def test_a_condition_with_or_narrows_the_window_only() -> None:
    """The window applies to all of it."""
    window = Window(since=None, until=datetime(2026, 1, 1, tzinfo=UTC))
    soql = build_soql(NAMES, cursor="SystemModstamp", where="Name = 'a' OR Name = 'b'", window=window)
    assert soql.endswith("WHERE (Name = 'a' OR Name = 'b') AND SystemModstamp < 2026-01-01T00:00:00Z")


@given(
    st.lists(
        st.text(min_size=1, max_size=20) | st.sampled_from(["..", ".", "../..", "/", "\\", "~"]), min_size=4, max_size=4
    )
)
def test_no_name_leads_out_of_the_staging_folder(pieces: list[str]) -> None:
    """A run id comes from whoever starts a run."""
    try:
        key = PartKey(sync=pieces[0], run=pieces[1], mapping=pieces[2], extraction=pieces[3], kind="rows", number=1)
        path = PurePosixPath(key.path)
    except UnicodeEncodeError:
        return  # half a character is no text
    assert len(path.parts) == 5
    assert ".." not in path.parts
    assert not path.is_absolute()


def test_a_cell_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither of the table's library nor of the terminal; a link is no link."""
    hostile = (
        "[red]a[/red] [link=https://evil.example]x[/link] :smile: \x1b[31mred\x1b]8;;https://evil.example\x07\u202e"
    )
    print_table("[bold]t[/bold]", ["[b]c[/b]"], [[hostile]])
    print_line(hostile)
    said = capsys.readouterr().out
    assert "[red]a[/red] [link=https://evil.example]x[/link] :smile:" in said
    assert "[bold]t[/bold]" in said
    assert not any(mark in said for mark in ("\x1b", "\x07", "\u202e"))


def test_what_daktela_says_is_never_repeated() -> None:
    """Field names of its answer are shown only where they look like field names."""
    body = {"error": {"form": {"title": "Jan Novák\nERROR forged", "<script>": "x", "a\nb": "y", "Jan Novák": ["z"]}}}
    error = judge(Call(verb="POST", endpoint="contacts"), Answer(status=400, body=body))
    assert error is not None
    assert error.kind is ErrorKind.VALIDATION
    assert str(error) == "Daktela POST contacts: answered 400 about title: mend the record in Salesforce or its mapping"
    assert {found.path for found in parse_errors(body)} == {"title", ""}
