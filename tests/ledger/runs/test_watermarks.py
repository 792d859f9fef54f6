"""The watermark: forward only, one for each mapping of each sync."""

import uuid

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_daktela.ledger.ledger import Ledger
from tests.ledger.examples import MAPPING, SYNC, at


def test_there_is_none_before_the_first_settled_run(ledger: Ledger) -> None:
    """Absent, so that the first run reads from the beginning."""
    assert ledger.watermarks.read(SYNC, MAPPING) is None
    assert ledger.watermarks.fingerprint(SYNC, MAPPING) is None


def test_it_moves_forward(ledger: Ledger) -> None:
    """With it moves the mark of the mapping that was in force."""
    assert ledger.watermarks.move(SYNC, MAPPING, at(0), "run-1", fingerprint="one")
    assert ledger.watermarks.move(SYNC, MAPPING, at(1), "run-2", fingerprint="two")
    assert ledger.watermarks.read(SYNC, MAPPING) == at(1)
    assert ledger.watermarks.fingerprint(SYNC, MAPPING) == "two"


def test_it_never_moves_backwards(ledger: Ledger) -> None:
    """A run that was overtaken changes nothing, and is told so."""
    ledger.watermarks.move(SYNC, MAPPING, at(1), "run-2", fingerprint="two")
    assert not ledger.watermarks.move(SYNC, MAPPING, at(0), "run-1", fingerprint="one")
    assert ledger.watermarks.read(SYNC, MAPPING) == at(1)
    assert ledger.watermarks.fingerprint(SYNC, MAPPING) == "two"


def test_settling_twice_is_no_contradiction(ledger: Ledger) -> None:
    """A repeated settle finds the watermark where it put it."""
    assert ledger.watermarks.move(SYNC, MAPPING, at(1), "run-1", fingerprint="one")
    assert ledger.watermarks.move(SYNC, MAPPING, at(1), "run-1", fingerprint="one")


def test_each_mapping_of_each_sync_has_its_own(ledger: Ledger) -> None:
    """A mapping that fails holds back no other."""
    ledger.watermarks.move(SYNC, MAPPING, at(1), "run-1", fingerprint="one")
    assert ledger.watermarks.read(SYNC, "accounts") is None
    assert ledger.watermarks.read("other", MAPPING) is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(-5, 5), min_size=1, max_size=8))
def test_it_stands_at_the_latest_of_all_moves(ledger: Ledger, minutes: list[int]) -> None:
    """In whatever order runs settle, it never falls, and says truly whether it moved."""
    sync, latest = uuid.uuid4().hex, None
    for minute in minutes:
        latest = minute if latest is None else max(latest, minute)
        assert ledger.watermarks.move(sync, MAPPING, at(minute), "run", fingerprint="f") is (minute == latest)
        assert ledger.watermarks.read(sync, MAPPING) == at(latest)


def test_all_of_a_sync_are_read_at_once(ledger: Ledger) -> None:
    """By the names of its mappings."""
    for sync, mapping, minute in ((SYNC, "leads", 1), (SYNC, "accounts", 2), ("another", "accounts", 3)):
        ledger.watermarks.move(sync, mapping, at(minute), "run-1", fingerprint="one")
    assert ledger.watermarks.of_sync(SYNC) == {"accounts": at(2), "leads": at(1)}
