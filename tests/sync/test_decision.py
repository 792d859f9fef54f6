"""What a row needs, judged from the ledger alone."""

from datetime import UTC, datetime

import pytest

from salesforce_daktela.sync.decision import Known, Row, Step, is_stale, next_step

EARLY = datetime(2026, 1, 1, tzinfo=UTC)
LATE = datetime(2026, 1, 2, tzinfo=UTC)


def known(
    state: str = "live", digest: bytes | None = b"a", stamp: datetime | None = EARLY, extraction: str = "x"
) -> Known:
    return Known(state=state, digest=digest, stamp=stamp, read_at=EARLY, extraction=extraction)


def row(digest: bytes = b"a", stamp: datetime | None = EARLY, read_at: datetime = LATE, extraction: str = "y") -> Row:
    return Row(digest=digest, stamp=stamp, read_at=read_at, extraction=extraction)


@pytest.mark.parametrize(
    ("entry", "candidate", "step"),
    [
        pytest.param(None, row(), Step.FIND, id="never seen"),
        pytest.param(known("intended", None), row(), Step.FIND, id="a create of unknown fate is looked up"),
        pytest.param(known("removed"), row(), Step.FIND, id="removed by us and alive again"),
        pytest.param(
            known("removed", stamp=LATE), row(b"b", EARLY), Step.SUPERSEDED, id="an extract from before the removal"
        ),
        pytest.param(known("merged"), row(), Step.FIND, id="a loser that is alive again"),
        pytest.param(known("marked"), row(), Step.UPDATE, id="marked and alive again"),
        pytest.param(known("gone"), row(b"b", LATE), Step.GONE, id="deleted in Daktela stays away"),
        pytest.param(known(), row(), Step.UNCHANGED, id="equal to what was accepted"),
        pytest.param(known(extraction="y"), row(), Step.SETTLED, id="this extraction wrote it before a crash"),
        pytest.param(known(), row(b"b", LATE), Step.UPDATE, id="changed"),
        pytest.param(known(), row(b"b"), Step.UPDATE, id="a formula changed without a new stamp"),
        pytest.param(known(stamp=LATE), row(b"b", EARLY), Step.SUPERSEDED, id="an older extract arrives late"),
        pytest.param(known("kept"), row(), Step.UPDATE, id="came back after it was marked"),
        pytest.param(known(stamp=None), row(b"b", None), Step.UPDATE, id="no stamp: the later reading wins"),
    ],
)
def test_next_step(entry: Known | None, candidate: Row, step: Step) -> None:
    """Each state of the ledger and each kind of row has one next step."""
    assert next_step(entry, candidate) is step


def test_what_was_deleted_in_daktela_comes_back_when_asked_to() -> None:
    """Looked up first: somebody may have restored it."""
    assert next_step(known("gone"), row(), recreate=True) is Step.FIND


@pytest.mark.parametrize(
    ("stamp", "read_at", "stale"),
    [
        pytest.param(LATE, LATE, False, id="deleted after it was written"),
        pytest.param(EARLY, LATE, False, id="read later"),
        pytest.param(EARLY - (LATE - EARLY), LATE, True, id="it has come back since"),
        pytest.param(None, LATE, False, id="without a stamp the later reading counts"),
        pytest.param(None, EARLY - (LATE - EARLY), True, id="without a stamp and read before"),
    ],
)
def test_a_departure_from_before_the_last_write_is_stale(
    stamp: datetime | None, read_at: datetime, stale: bool
) -> None:
    """An old extract that arrives late must not take a record away that has been restored."""
    assert is_stale(known(), stamp=stamp, read_at=read_at) is stale
