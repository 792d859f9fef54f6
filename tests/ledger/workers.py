"""What other processes do to a ledger in tests. Each opens its own, as every Airflow task does."""

import os
import signal
from datetime import timedelta
from multiprocessing.synchronize import Barrier as BarrierType

from sqlalchemy import delete

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.tables import metadata, records
from tests.ledger.examples import MAPPING, START, SYNC, at, entry, intend, intent


def upgrade(url: str, together: BarrierType) -> None:
    """Create the tables at the same moment as others."""
    together.wait()
    ledger = Ledger.open(url)
    ledger.upgrade()
    ledger.close()


def accept_many(url: str, together: BarrierType, minute: int, count: int, backwards: bool) -> None:
    """Accept records 0 to ``count``, stamped ``minute``, in batches of 50 and in one direction or the other."""
    ledger = Ledger.open(url)
    numbers = list(range(count))[:: -1 if backwards else 1]
    together.wait()
    for start in range(0, count, 50):
        entries = [
            entry(number, stamp=at(minute), read_at=at(minute), extraction=f"e{minute}")
            for number in numbers[start : start + 50]
        ]
        ledger.records.accept(SYNC, MAPPING, entries)
    ledger.close()


def move_many(url: str, together: BarrierType, minutes: list[int]) -> None:
    """Move the watermark to each of ``minutes``."""
    ledger = Ledger.open(url)
    together.wait()
    for minute in minutes:
        ledger.watermarks.move(SYNC, MAPPING, START + timedelta(minutes=minute), f"run-{minute}", fingerprint="f")
    ledger.close()


def die_between_intend_and_accept(url: str) -> None:
    """Announce a create and be killed before its reply is remembered."""
    ledger = Ledger.open(url)
    intend(ledger, SYNC, MAPPING, [intent(1)])
    os.kill(os.getpid(), signal.SIGKILL)


def die_within_a_transaction(url: str) -> None:
    """Be killed after the statements of a write and before its commit."""
    ledger = Ledger.open(url)
    with ledger.db.write(SYNC, MAPPING) as connection:
        connection.execute(delete(records))
        os.kill(os.getpid(), signal.SIGKILL)


def die_while_upgrading(url: str) -> None:
    """Be killed when the tables are there and the version is not."""
    ledger = Ledger.open(url)
    with ledger.db.write("upgrade") as connection:
        metadata.create_all(connection)
        os.kill(os.getpid(), signal.SIGKILL)


def open_and_close(url: str) -> None:
    """Look into a ledger, and close it as the last connection does."""
    ledger = Ledger.open(url)
    ledger.overview.version()
    ledger.close()
