"""What a trigger form may ask for."""

from datetime import UTC, datetime
from typing import Any

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.sync.request import (
    Mode,
    RunRequest,
    backfill_request,
    parse_backfill,
    parse_request,
    reconcile_request,
)

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
    """A backfill is a window run."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    request = backfill_request(start, end)
    assert (request.mode, request.since, request.until) == (Mode.WINDOW, start, end)
    assert not request.moves_watermark


def backfill(**params: Any) -> RunRequest:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    return parse_backfill({"mode": "incremental", "ids": None, **params}, start, end, known_mappings=KNOWN)


def test_a_backfill_keeps_to_the_mappings_that_it_names() -> None:
    """The dialog has the same form as that of a single run."""
    assert backfill(mappings=["contacts"]).mappings == ("contacts",)
    assert backfill(mode="window") == backfill() == backfill(mappings=None, since="")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"mode": "plan"},
            "run parameter mode: a backfill reads the data interval of each of its runs and writes: it knows no mode "
            "plan: leave the mode as it is, or trigger a run in this mode",
        ),
        (
            {"mode": "window", "since": "2026-01-01T00:00:00Z"},
            "run parameter since: a backfill knows no since: leave it empty, or trigger a run",
        ),
        ({"mappings": ["leads"]}, "run parameter mappings: no mapping leads: choose from accounts, contacts"),
    ],
    ids=["mode", "since", "mappings"],
)
def test_a_backfill_refuses_what_it_would_not_do(params: dict[str, Any], message: str) -> None:
    """Somebody who asks for a plan must not get writes."""
    with pytest.raises(ConfigurationError) as refused:
        backfill(**params)
    assert str(refused.value) == message


def test_a_comparison_knows_its_own_parameters_alone() -> None:
    """A mistyped one would let the run do something else."""
    assert reconcile_request({"repair": True}, known_mappings=KNOWN).mode is Mode.REPAIR
    with pytest.raises(ConfigurationError, match=r"run parameter mapping: there is no such parameter"):
        reconcile_request({"repair": True, "mapping": "contacts"}, known_mappings=KNOWN)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"mode": "full", "mapping": ["contacts"]},
            "run parameter mapping: there is no such parameter: choose from mode, since, until, ids, codes, mappings",
        ),
        (
            {"repair": True},
            "run parameter repair: there is no such parameter: choose from mode, since, until, ids, codes, mappings",
        ),
        (
            {"mode": "repair"},
            "run parameter mode: no mode repair: choose from incremental, full, window, records, replay, plan",
        ),
        (
            {"mode": "window", "since": "0001-01-01T00:00:00+01:00"},
            "run parameter since: not a date and time: write it like 2026-03-01T00:00:00Z",
        ),
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
