"""Load one part of payloads into Daktela: compare with the ledger, write what differs, give each Id one outcome."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.write.dial_list import DialList
from salesforce_daktela.daktela.write.read_back import differences
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import PartTotals, RecordEntry, Waiting
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.prefetch import prefetch
from salesforce_daktela.staging.store import PartRef, PartStore
from salesforce_daktela.steps.decide.adoption_conflicts import AdoptionConflicts
from salesforce_daktela.steps.decide.decider import Decider
from salesforce_daktela.steps.decide.heirs import Heirs
from salesforce_daktela.steps.decide.missing_objects import MissingObjects
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.decide.payload_rows import read_rows
from salesforce_daktela.steps.load.dialling import dial_list_of
from salesforce_daktela.steps.load.failures import FEW, TOLD, Failures
from salesforce_daktela.steps.load.later_runs import ask_for_rereads, save_unloaded
from salesforce_daktela.steps.load.leases import PAUSES, LeaseHolder, still_leased
from salesforce_daktela.steps.load.ledger_entries import claim_of, entry_of
from salesforce_daktela.steps.load.merging import Merger
from salesforce_daktela.steps.load.pieces import (
    ROWS,
    Piece,
    decided_pieces,
    ids_of,
    live_and_departed,
    total,
    without_outcome,
)
from salesforce_daktela.steps.load.removals import Removals
from salesforce_daktela.steps.load.unanswered import Unanswered
from salesforce_daktela.steps.load.writer import Written, write_all
from salesforce_daktela.steps.run.collector import collecting_seldom
from salesforce_daktela.steps.run.progress_log import ProgressLog
from salesforce_daktela.steps.run.unexpected_errors import attempt, reject
from salesforce_daktela.sync.left_alone import LeftAlone
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from salesforce_daktela.sync.totals import Tally

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Loader:
    """Loads parts of one mapping in one run. ``extraction`` is the reading that they come from, ``read_at`` its time.

    ``left_out`` are mapped fields that the payloads lack in this run; they stay as they are in Daktela.
    With ``verifies`` records are compared with Daktela, whatever the ledger says. ``agreed`` when somebody approved
    giving up the records that are missing in Daktela. ``written`` is told how many more records were written.
    ``piece_rows`` rows are decided at a time.
    ``heirs`` gives records the objects of those that were converted into them. ``merges`` are converted records whose
    objects are to be merged with those of their heirs, as somebody approved.
    """

    spec: SyncSpec
    mapping: MappingSpec
    database: str
    run_id: str
    extraction: str
    read_at: datetime
    daktela: DaktelaClient
    ledger: Ledger
    store: PartStore
    sleep: Callable[[float], None] = time.sleep
    left_out: tuple[str, ...] = ()
    verifies: bool = False
    agreed: bool = False
    written: Callable[[int], None] = lambda _: None
    piece_rows: int = ROWS
    heirs: Heirs | None = None
    merges: Mapping[str, str] = field(default_factory=dict)
    holder: LeaseHolder = field(init=False)
    decider: Decider = field(init=False)
    _merger: Merger = field(init=False)
    _dialled: DialList | None = field(init=False)
    _unanswered: Unanswered = field(init=False)

    def __post_init__(self) -> None:
        self.decider = Decider(
            spec=self.spec,
            mapping=self.mapping,
            database=self.database,
            extraction=self.extraction,
            read_at=self.read_at,
            daktela=self.daktela,
            ledger=self.ledger,
            verifies=self.verifies,
            conflicts=AdoptionConflicts.among(
                self.store, self.ledger, self.daktela, self.spec, self.mapping, self.run_id, self.extraction
            ),
            heirs=self.heirs,
        )
        self._merger = Merger(
            spec=self.spec,
            mapping=self.mapping,
            database=self.database,
            daktela=self.daktela,
            ledger=self.ledger,
            read_at=self.read_at,
            agreed=self.merges,
            sleep=self.sleep,
        )
        self._unanswered = Unanswered(ledger=self.ledger, sync=self.spec.name, mapping=self.mapping.name)
        self._dialled = dial_list_of(self.mapping, self.spec.name, self.daktela, self.ledger)
        siblings = [each.name for each in self.spec.mappings if each.entity is self.mapping.entity]
        self.holder = LeaseHolder(ledger=self.ledger, sync=self.spec.name, mapping=self.mapping.name, siblings=siblings)

    def load(self, part: PartRef, number: int) -> Tally:
        """Load one part and save its totals in the ledger.

        Safe to repeat at any point: accepted writes are known, and writes without an answer are looked up.
        Raises TransportError when Daktela stays unavailable, ConfigurationError when it refuses us altogether.
        """
        with collecting_seldom():
            rows, tally = self.store.read_part(part), Tally()
            waits = self._load_rows(rows, tally, f"{self.mapping.name}, part {number + 1}")
        save_unloaded(self.ledger, self._scope, self.run_id, self.read_at, tally, waits)
        self._unanswered.forget(tally.outcomes.keys() - {outcome.id for outcome in tally.rejects()})
        ask_for_rereads(self.ledger, self._scope, self.run_id, self.read_at, ids_of(rows), tally)
        self.ledger.totals.save_part(
            self.spec.name,
            self.run_id,
            self.mapping.name,
            self.extraction,
            PartTotals(part=number, extracted=rows.num_rows, counts=tally.counts(), notes=dict(tally.notes)),
        )
        return tally

    def _load_rows(self, rows: pa.Table, tally: Tally, what: str) -> list[Waiting]:
        tally.notes.update(shortened=total(rows, "shortened"), values_dropped=total(rows, "dropped"))
        live, gone = live_and_departed(rows)
        # Also for those that cannot be written yet: nobody else is to touch the objects that are theirs from now on.
        if self.heirs is not None:
            self.heirs.hand_over(ids_of(live))
        waits = self._write_live(live, tally, what)
        # The winner of a merge may be in this same part: children refer to it before the loser is removed.
        self._removals().handle(list(read_rows(gone)), tally)
        return waits

    def _write_live(self, live: pa.Table, tally: Tally, what: str) -> list[Waiting]:
        """Plan and write. Records that another run leases or has changed meanwhile are planned again afterwards."""
        left, waits = live, list[Waiting]()
        with self.holder.renewing():
            for pause in PAUSES:
                if pause:
                    log.info(
                        "%s: %d records are leased by another run or a dead task; next try in %d s",
                        what,
                        left.num_rows,
                        pause,
                    )
                self.sleep(pause)
                current = _Pass(tally=tally, first=left is live, progress=ProgressLog(what=what, total=left.num_rows))
                self._write(left, current)
                waits += current.waits
                left = without_outcome(left, tally.outcomes)
                if not left.num_rows:
                    return waits
        raise still_leased(left.num_rows, self.mapping.name)

    def _write(self, left: pa.Table, current: _Pass) -> None:
        """Decide and write once."""
        failures, tally = current.failures, current.tally
        pieces = prefetch(decided_pieces(left, self.decider, self.heirs, self.piece_rows))
        with closing(pieces):
            for chunk in self._written(self._orders(pieces, current), tally, current.progress, self._take):
                failures.add(chunk)
                failures.check()
        self._excuse(failures)
        failures.end()
        if len(failures.broken) > FEW:
            # Other writes succeeded after them: after a short outage these succeed now.
            again = failures.once_more()
            progress = ProgressLog(what=f"{current.progress.what}, once more", total=len(again))
            for chunk in self._written(again, tally, progress, _leased_before):
                failures.add(chunk)
            self._excuse(failures)
            failures.end_again()
        for rejected in failures.rejects():
            tally.add(rejected)
        self._missing_objects().judge(
            [(written.order.row.id, written.order.name) for written in failures.missing], tally
        )

    def _excuse(self, failures: Failures) -> None:
        failures.excuse(self._unanswered.alone(failures.suspects()))

    def _orders(self, pieces: Iterable[Piece], current: _Pass) -> Iterator[Order]:
        """The writes that each piece needs; before them, whatever of it needs none is counted."""
        for piece in pieces:
            current.count(piece)
            orders, accepted = piece.decided.orders, self._take(piece.decided.accepted)
            self._accept([Written(order=order, record=None) for order in accepted], current.tally)
            codes = self.ledger.rejects.codes(*self._scope, [order.row.id for order in orders])
            current.failures.expect(len(orders), [id_ for id_, code in codes.items() if code in TOLD])
            current.progress.advance(len(piece.rows) - len(orders))
            yield from orders

    def _written(
        self,
        orders: Iterable[Order],
        tally: Tally,
        progress: ProgressLog,
        before: Callable[[Sequence[Order]], Sequence[Order]],
    ) -> Iterator[list[Written]]:
        """Send the orders; successful writes are saved in the ledger, chunk by chunk."""
        chunks = write_all(
            self.daktela,
            self.mapping.entity,
            orders,
            workers=self.spec.limits.workers,
            before=before,
            keep=(*self.left_out, *self.mapping.once),
            dialled=self._dialled,
        )
        # A failure keeps this frame: without closing, the connections would go on when the leases have been released.
        with closing(chunks):
            for chunk in chunks:
                self._accept([written for written in chunk if written.taken], tally)
                self._leave(chunk, tally)
                progress.advance(len(chunk))
                self.written(len(chunk))
                yield chunk

    def _accept(self, results: Sequence[Written], tally: Tally) -> None:
        if not results:
            return
        now, salt = datetime.now(UTC), self.ledger.salt()
        entries = [(item.order, attempt(item.order.row.id, self._entry_and_notes, item, now, salt)) for item in results]
        taken = [(order, found) for order, found in entries if not isinstance(found, Problem)]
        self.ledger.records.accept(*self._scope, [entry for _, (entry, _) in taken], self.run_id)
        self.holder.forget(order.row.id for order, _ in taken)
        for order, (_, notes) in taken:
            tally.add(RecordOutcome(id=order.row.id, outcome=order.outcome))
            tally.notes.update(notes)
        for order, found in entries:
            if isinstance(found, Problem):
                tally.add(reject(order.row.id, found))

    def _leave(self, chunk: Sequence[Written], tally: Tally) -> None:
        """Tell of records that the dialler has, and read those again by the next run that it will have let go."""
        found = {written.order.row.id: written.left for written in chunk if written.left is not None}
        codes = self.ledger.rejects.codes(*self._scope, list(found)) if found else {}
        left = {id_: each.after(codes.get(id_)) for id_, each in found.items()}
        for id_, each in left.items():
            outcome = Outcome.REJECTED if each.reason is LeftAlone.EMPTIED else Outcome.KEPT
            tally.add(RecordOutcome(id=id_, outcome=outcome, problems=(Problem(code=each.reason.value),)))
            tally.notes.update({each.reason.value: 1})
        self.ledger.rereads.ask(*self._scope, [id_ for id_, each in left.items() if each.again], self.read_at)

    def _entry_and_notes(self, written: Written, now: datetime, salt: bytes) -> tuple[RecordEntry, list[str]]:
        """The ledger's entry for a write, and notes of values that Daktela stores differently."""
        sent, stored = written.order.body, written.record
        found = () if stored is None else differences(sent, stored)
        entry = entry_of(written, self.extraction, self.read_at, now, salt, as_sent=not found)
        return entry, [f"stored_differently.{each.path}.{each.how}" for each in found]

    def _take(self, orders: Sequence[Order]) -> list[Order]:
        """The orders whose records could be leased; a first write also saves its intent."""
        taken = self.holder.take([claim_of(order, self.extraction, self.read_at) for order in orders])
        return [order for order in orders if order.row.id in taken]

    @property
    def _scope(self) -> tuple[str, str]:
        return self.spec.name, self.mapping.name

    def _missing_objects(self) -> MissingObjects:
        return MissingObjects(
            spec=self.spec,
            mapping=self.mapping,
            extraction=self.extraction,
            read_at=self.read_at,
            daktela=self.daktela,
            ledger=self.ledger,
            agreed=self.agreed,
        )

    def _removals(self) -> Removals:
        return Removals(
            spec=self.spec,
            mapping=self.mapping,
            database=self.database,
            extraction=self.extraction,
            read_at=self.read_at,
            daktela=self.daktela,
            ledger=self.ledger,
            holder=self.holder,
            merger=self._merger,
            dialled=self._dialled,
            unanswered=self._unanswered,
            verifies=self.verifies,
            sleep=self.sleep,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """One pass over rows of a part; ``first`` unless they could not be leased before."""

    tally: Tally
    first: bool
    progress: ProgressLog
    failures: Failures = field(default_factory=Failures)
    waits: list[Waiting] = field(default_factory=list)

    def count(self, piece: Piece) -> None:
        """Give rows that cannot be written, or need not, their outcomes."""
        for row in piece.rows:
            if row.problems:
                self.tally.add(RecordOutcome(id=row.id, outcome=Outcome.REJECTED, problems=row.problems))
        for outcome in (*piece.preparation.outcomes, *piece.decided.outcomes):
            self.tally.add(outcome)
        self.waits.extend(piece.preparation.waits)
        if self.first:
            self.tally.notes.update(piece.preparation.notes)
        self.tally.notes.update(superseded=piece.decided.superseded)


def _leased_before(orders: Sequence[Order]) -> Sequence[Order]:
    """All of them: they are leased since they were sent for the first time."""
    return orders
