"""What a process that writes does about its leases when the ledger fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from salesforce_daktela.errors import ConfigurationError, TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Claim
from salesforce_daktela.ledger.records.leases import Leases
from salesforce_daktela.steps.load import leases
from salesforce_daktela.steps.load.leases import LeaseHolder
from tests.ledger.examples import MAPPING, SYNC, entry, id_of

CLAIM = Claim(id=id_of(1), name=entry(1).name, expected=entry(1))


class CannotRelease(Leases):
    """Their database fails when the work is done."""

    def release(self, sync: str, mapping: str, ids: Sequence[str], holder: str) -> None:
        """Raises TransportError."""
        raise TransportError("the ledger is locked", where="ledger")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """One that knows a record."""
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    opened.upgrade()
    opened.records.accept(SYNC, MAPPING, [entry(1)])
    yield opened
    opened.close()


def holder_of(ledger: Ledger) -> LeaseHolder:
    return LeaseHolder(ledger=ledger, sync=SYNC, mapping=MAPPING, siblings=[MAPPING])


def test_leases_that_cannot_be_released_fail_no_load_that_has_written_all(ledger: Ledger) -> None:
    """They end by themselves."""
    ledger.leases = CannotRelease(ledger.db)
    holder = holder_of(ledger)
    with holder.renewing():
        assert holder.take([CLAIM]) == {CLAIM.id}


def test_leases_that_cannot_be_released_do_not_hide_why_the_load_has_failed(ledger: Ledger) -> None:
    """A missing right is told and not repeated, as if the ledger had not failed as well."""
    ledger.leases = CannotRelease(ledger.db)
    holder = holder_of(ledger)

    def load() -> None:
        with holder.renewing():
            holder.take([CLAIM])
            raise ConfigurationError("no right to write")

    with pytest.raises(ConfigurationError, match="no right"):
        load()


def test_leases_are_renewed_again_after_whatever_failure(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite tells a process without a file to spare that the ledger cannot be opened, and that passes."""
    failed, renewed = threading.Event(), threading.Event()

    class RenewsTheSecondTime(Leases):
        def renew(self, *_: object, **__: object) -> None:
            if failed.is_set():
                renewed.set()
                return
            failed.set()
            raise ConfigurationError("the ledger cannot be opened", where="ledger")

    monkeypatch.setattr(leases, "SECONDS", 0.06)
    ledger.leases = RenewsTheSecondTime(ledger.db)
    holder = holder_of(ledger)
    with holder.renewing():
        holder.take([CLAIM])
        assert renewed.wait(20)
