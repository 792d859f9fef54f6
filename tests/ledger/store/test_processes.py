"""Several processes at one ledger, some of which are killed."""

import signal
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from typing import Any

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordState
from tests.ledger import workers
from tests.ledger.examples import MAPPING, SYNC, at, entry, id_of, intend, intent

PROCESSES = get_context("spawn")


def run_together(*jobs: tuple[Callable[..., None], str, Sequence[Any]]) -> None:
    """Run each job in a process of its own, all let go at once, and see that every one ends well."""
    together = PROCESSES.Barrier(len(jobs))
    started = [PROCESSES.Process(target=job, args=(url, together, *rest)) for job, url, rest in jobs]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * len(jobs)


def run_killed(job: Callable[[str], None], url: str) -> None:
    """Run a job that gets itself killed."""
    process = PROCESSES.Process(target=job, args=(url,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def test_several_processes_may_create_one_ledger(url: str) -> None:
    """The first tasks of a new deployment start at once: one salt, one set of tables, no error."""
    run_together(*[(workers.upgrade, url, ())] * 4)
    ledger = Ledger.open(url)
    assert len(ledger.salt()) == 32
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)]) == {}
    ledger.close()


def test_two_processes_accepting_the_same_ids_leave_the_newer(ledger: Ledger, url: str) -> None:
    """A retried old load beside a new one: whoever comes last, every record ends with the newer reading."""
    jobs = [(workers.accept_many, url, (minute, 400, minute == 2)) for minute in (1, 2)]
    run_together(*jobs)
    found = ledger.records.read(SYNC, MAPPING, [id_of(number) for number in range(400)])
    assert {found_entry.extraction for found_entry in found.values()} == {"e2"}
    assert len(found) == 400


def test_processes_moving_one_watermark_leave_the_latest(ledger: Ledger, url: str) -> None:
    """Two runs that settle at once cannot take the watermark back."""
    run_together(
        (workers.move_many, url, (list(range(0, 40, 2)),)), (workers.move_many, url, (list(range(39, 0, -2)),))
    )
    assert ledger.watermarks.read(SYNC, MAPPING) == at(39)


def test_a_create_of_unknown_fate_is_remembered(ledger: Ledger, url: str) -> None:
    """The process dies after the request and before the reply is stored: the retry sees that it may have happened."""
    run_killed(workers.die_between_intend_and_accept, url)
    found = ledger.records.read(SYNC, MAPPING, [id_of(1)])[id_of(1)]
    assert (found.state, found.name, found.extraction) == (RecordState.INTENDED, "sf_contact_1", "e1")
    intend(ledger, SYNC, MAPPING, [intent(1)])
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)]) == {id_of(1): entry(1)}


def test_a_process_killed_while_writing_leaves_no_trace(ledger: Ledger, url: str) -> None:
    """Half a transaction never shows, and its lock is free again."""
    ledger.records.accept(SYNC, MAPPING, [entry(1)])
    run_killed(workers.die_within_a_transaction, url)
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)]) == {id_of(1): entry(1)}
    ledger.records.accept(SYNC, MAPPING, [entry(2)])
    assert ledger.records.read(SYNC, MAPPING, [id_of(2)]) == {id_of(2): entry(2)}


def test_a_process_killed_while_upgrading_leaves_a_ledger_to_upgrade(url: str) -> None:
    """The next process finds nothing or everything, never half the tables."""
    run_killed(workers.die_while_upgrading, url)
    ledger = Ledger.open(url)
    ledger.upgrade()
    assert len(ledger.salt()) == 32
    ledger.close()
