"""One ledger used by several threads, as the loader's workers do."""

from concurrent.futures import ThreadPoolExecutor

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.sync.outcome import Outcome, RecordOutcome
from tests.ledger.examples import MAPPING, START, SYNC, at, entry, id_of, intend, intent


def test_threads_write_side_by_side(ledger: Ledger) -> None:
    """Nothing is lost and nobody fails for want of a lock."""

    def work(worker: int) -> None:
        for batch in range(10):
            numbers = range(worker * 1000 + batch * 20, worker * 1000 + batch * 20 + 20)
            intend(ledger, SYNC, MAPPING, [intent(number) for number in numbers])
            ledger.records.accept(SYNC, MAPPING, [entry(number) for number in numbers])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    ids = [id_of(worker * 1000 + number) for worker in range(4) for number in range(200)]
    assert len(ledger.records.names(SYNC, MAPPING, ids)) == 800


def test_threads_accepting_one_record_leave_the_newest(ledger: Ledger) -> None:
    """The order in which they come does not matter."""
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(lambda n: ledger.records.accept(SYNC, MAPPING, [entry(1, stamp=at(n), read_at=at(n))]), range(40))
        )
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)])[id_of(1)].stamp == at(39)


def test_attempts_counted_at_once_are_all_counted(ledger: Ledger) -> None:
    """What a transaction reads stays true until it has written."""
    rejected = [RecordOutcome(id=id_of(1), outcome=Outcome.REJECTED)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda run: ledger.rejects.save(SYNC, MAPPING, f"run-{run}", rejected, START), range(20)))
    assert ledger.rejects.read(SYNC, MAPPING)[0].attempts == 20
