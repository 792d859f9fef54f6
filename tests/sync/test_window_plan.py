"""Which window a run reads."""

from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.window import Window
from salesforce_daktela.sync.window_plan import (
    LARGEST_PART,
    MOST_TASKS,
    in_batches,
    next_part_rows,
    plan_window,
    rows_per_part,
)

NOW = datetime(2026, 3, 29, 1, 0, 30, tzinfo=UTC)
OVERLAP = timedelta(minutes=10)
LAG = timedelta(seconds=30)
END = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def plan(request: RunRequest, watermark: datetime | None) -> Window | None:
    return plan_window(request, watermark=watermark, now=NOW, overlap=OVERLAP, lag=LAG)


def test_the_first_run_reads_from_the_beginning() -> None:
    """Without a watermark an incremental run is a full one."""
    assert plan(RunRequest(), None) == Window(since=None, until=END)


def test_an_incremental_run_reads_again_what_may_have_been_committed_late() -> None:
    """The window starts one overlap before the watermark and ends one lag before Salesforce's now."""
    watermark = datetime(2026, 3, 29, 0, 45, tzinfo=UTC)
    assert plan(RunRequest(), watermark) == Window(since=watermark - OVERLAP, until=END)


def test_a_full_run_ignores_the_watermark() -> None:
    """Mode full reads everything, whatever was read before."""
    assert plan(RunRequest(mode=Mode.FULL), NOW - timedelta(days=1)) == Window(since=None, until=END)


def test_named_records_have_no_window() -> None:
    """Mode records reads Ids, not a span of time."""
    assert plan(RunRequest(mode=Mode.RECORDS, ids=("003xx000004TmiQAAS",)), NOW) is None


def test_an_asked_window_ends_at_salesforces_clock() -> None:
    """A window that reaches into the future is cut at now minus lag: those rows do not exist yet."""
    asked = RunRequest(mode=Mode.WINDOW, since=END - timedelta(hours=1), until=END + timedelta(days=1))
    assert plan(asked, None) == Window(since=END - timedelta(hours=1), until=END)


def test_a_window_wholly_in_the_future_is_refused() -> None:
    """Nothing can be read from it, and an empty green run would hide the mistake."""
    asked = RunRequest(mode=Mode.WINDOW, since=END + timedelta(hours=1), until=END + timedelta(hours=2))
    with pytest.raises(ConfigurationError) as refused:
        plan(asked, None)
    assert str(refused.value) == (
        "run parameter since: the window lies in the future: "
        "Salesforce's clock allows windows that start before 2026-03-29T01:00:00+00:00"
    )


def test_a_watermark_ahead_of_the_clock_gives_an_empty_window() -> None:
    """Clocks may disagree by more than the overlap; that reads nothing and loses nothing."""
    assert plan(RunRequest(), NOW + timedelta(hours=1)) == Window(since=END, until=END)


@pytest.mark.parametrize(
    ("count", "rows"),
    [(0, 10_000), (10_001, 10_000), (640_000, 10_000), (1_000_000, 15_625), (10_000_000, 50_000)],
)
def test_a_million_rows_make_tens_of_parts(count: int, rows: int) -> None:
    """Parts grow with the load, up to a size that bounds a task's memory."""
    assert rows_per_part(count, 10_000) == rows


@pytest.mark.parametrize("count", [2_001, 1_000_000, 60_000_000], ids=["nobody counted", "wrongly", "rightly"])
def test_sixty_million_rows_make_few_tasks_of_small_parts(count: int) -> None:
    """Whatever was counted: Airflow takes 1,024 mapped tasks, and a task holds one part."""
    first, read, parts = rows_per_part(count, 10_000), 0, []
    while read < 60_000_000:
        parts.append(next_part_rows(read, first))
        read += parts[-1]
    batches = in_batches(parts)
    assert max(parts) <= LARGEST_PART
    assert len(batches) <= MOST_TASKS < 1_024 < len(parts) < 1_400
    assert [part for batch in batches for part in batch] == parts


def test_parts_grow_by_whole_pages() -> None:
    """So that a page of the first size still ends where a part does; parts larger from the start do not grow."""
    assert [next_part_rows(read, 10_000) for read in (0, 1_279_999, 1_280_000, 3_199_999, 10**9)] == [
        10_000, 10_000, 20_000, 40_000, 50_000,
    ]  # fmt: skip
    assert next_part_rows(10**9, 80_000) == 80_000


@pytest.mark.parametrize(("parts", "largest"), [(0, 0), (1, 1), (256, 1), (257, 2), (1_200, 5)])
def test_parts_share_tasks_only_when_there_are_many(parts: int, largest: int) -> None:
    """A batch is a few parts that follow each other."""
    batches = in_batches(range(parts))
    assert [number for batch in batches for number in batch] == list(range(parts))
    assert max(map(len, batches), default=0) == largest


def test_windows_know_their_time_zone_and_direction() -> None:
    """Naive bounds and reversed ones are refused when the window is built."""
    with pytest.raises(ValueError, match="carry a time zone"):
        Window(since=None, until=datetime(2026, 1, 1))  # noqa: DTZ001 the naive datetime is the point
    with pytest.raises(ValueError, match="cannot end"):
        Window(since=NOW, until=NOW - timedelta(seconds=1))
