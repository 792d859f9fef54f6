"""What a trigger form may ask for."""

from datetime import UTC, datetime
from typing import Any

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.sync.request import Mode, RunRequest, backfill_request, parse_request

KNOWN = ("accounts", "contacts")


def parse(**params: Any) -> RunRequest:
    return parse_request(params, known_mappings=KNOWN)


def test_an_empty_form_asks_for_an_incremental_run_of_everything() -> None:
    """Nothing filled in is what the schedule does."""
    request = parse(mode=None, since=None, until="", ids=None, mappings=[])
    assert request == RunRequest(mode=Mode.INCREMENTAL)
    assert request.selects("contacts")
    assert request.moves_watermark


def test_times_are_understood_with_their_zone() -> None:
    """A window typed in Prague's summer time is read in UTC."""
    request = parse(mode="window", since="2026-07-01T02:00:00+02:00", until="2026-07-02T00:00:00Z")
    assert request.since == datetime(2026, 7, 1, tzinfo=UTC)
    assert not request.moves_watermark


def test_ids_may_be_a_list_or_pasted_text() -> None:
    """Commas, blanks and lines all separate, and each Id is read once."""
    assert parse(mode="records", ids="a, b\nb").ids == ("a", "b")
    assert parse(mode="records", ids=["a", " b "]).ids == ("a", "b")


def test_a_backfill_reads_its_own_interval_and_leaves_the_watermark() -> None:
    """A backfill is a window run, whatever the form said."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    request = backfill_request(start, end)
    assert (request.mode, request.since, request.until) == (Mode.WINDOW, start, end)
    assert not request.moves_watermark


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"mappings": ["acounts"]}, "run parameter mappings: no mapping acounts: choose from accounts, contacts"),
        (
            {"mode": "records"},
            "run parameter ids: mode records needs at least one Id: give Salesforce Ids, one to a line",
        ),
        (
            {"mode": "full", "ids": ["a"]},
            "run parameter ids: mode full reads no single records: choose mode records or leave ids empty",
        ),
        (
            {"codes": "daktela_refused"},
            "run parameter codes: mode incremental knows no codes: choose mode replay or leave codes empty",
        ),
        (
            {"mode": "window", "since": "2026-01-01T00:00:00Z"},
            "run parameter since: mode window needs since and until: fill in both, like 2026-03-01T00:00:00Z",
        ),
        (
            {"mode": "window", "since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
            "run parameter until: the window ends before it starts: give an until later than since",
        ),
        (
            {"since": "2026-01-02T00:00:00Z"},
            "run parameter since: mode incremental knows no since and until: choose mode window or clear them",
        ),
        (
            {"mode": "window", "since": "2026-01-02 10:00", "until": "x"},
            "run parameter since: no time zone given: write it like 2026-03-01T00:00:00Z or with +01:00",
        ),
        (
            {"mode": "window", "since": "yesterday"},
            "run parameter since: not a date and time: write it like 2026-03-01T00:00:00Z",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_contradictions_are_refused_by_name(params: dict[str, Any], message: str) -> None:
    """The message names the parameter, what is wrong with it, and what to do."""
    with pytest.raises(ConfigurationError) as refused:
        parse(**params)
    assert str(refused.value) == message
