"""Records that Salesforce deleted or merged, or that left the filter: keep, mark or delete, as the mapping says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.daktela.write.dial_list import DialList, LeftAloneError
from salesforce_daktela.daktela.write.partial_update import mark_existing
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Claim, RecordEntry, RecordState
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.decide.departed import HANDLED, is_undone, known_of
from salesforce_daktela.steps.decide.heirs import Fate, fate_of
from salesforce_daktela.steps.decide.missing_objects import (
    CONTRADICTED,
    FEW_CONTRADICTED,
    ContradictionError,
    contradiction,
    listed_names,
)
from salesforce_daktela.steps.decide.payload_rows import PayloadRow
from salesforce_daktela.steps.load.failures import FAILED, FEW, locked_out, problems_of
from salesforce_daktela.steps.load.leases import PAUSES, LeaseHolder, still_leased
from salesforce_daktela.steps.load.merging import MergeEnd, Merger
from salesforce_daktela.steps.load.repoint import Repointer
from salesforce_daktela.steps.load.unanswered import Unanswered
from salesforce_daktela.steps.run.unexpected_errors import attempt, reject
from salesforce_daktela.sync.decision import is_stale
from salesforce_daktela.sync.left_alone import LeftAlone
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from salesforce_daktela.sync.totals import CONVERSION_WAITS, CONVERTED_BOTH, MERGE_REFUSED, OBJECTS_MERGED, Tally


@dataclass(slots=True, kw_only=True)
class Removals:
    """Handles departures of one mapping: changes only objects that the ledger knows, and deletes no adopted ones.

    With ``verifies`` a record that counts as marked was found without its mark, and gets it.
    """

    spec: SyncSpec
    mapping: MappingSpec
    database: str
    extraction: str
    read_at: datetime
    daktela: DaktelaClient
    ledger: Ledger
    holder: LeaseHolder
    merger: Merger
    dialled: DialList | None
    unanswered: Unanswered
    verifies: bool
    sleep: Callable[[float], None]
    _odd: Counter[str] = field(default_factory=Counter, init=False)
    _reasons: dict[str, Problem] = field(default_factory=dict, init=False)

    def handle(self, rows: Sequence[PayloadRow], tally: Tally) -> None:
        """Give every departed row its outcome. Raises TransportError when another run keeps a record leased."""
        waiting = list(rows)
        with self.holder.renewing():
            for pause in PAUSES:
                if not waiting:
                    return
                self.sleep(pause)
                waiting = self._handle(waiting, tally)
        if waiting:
            raise still_leased(len(waiting), self.mapping.name)

    def _handle(self, rows: Sequence[PayloadRow], tally: Tally) -> list[PayloadRow]:
        """Handle the rows that can be leased; return those that another run has leased."""
        entries = self.ledger.records.read(self.spec.name, self.mapping.name, [row.id for row in rows])
        deleted = {row.id for row in rows if row.departed == "deleted"}
        undone = {id_: each for id_, each in entries.items() if self._is_undone(each, deleted=id_ in deleted)}
        claims = [Claim(id=id_, name=entry.name, expected=entry) for id_, entry in undone.items()]
        taken = self.holder.take(claims)
        left = []
        for row in rows:
            if row.id in undone and row.id not in taken:
                left.append(row)
            else:
                tally.add(self._outcome(row, entries.get(row.id), tally))
        return left

    def _is_undone(self, entry: RecordEntry, *, deleted: bool) -> bool:
        return is_undone(entry, self.mapping, deleted=deleted, verifies=self.verifies)

    def _outcome(self, row: PayloadRow, entry: RecordEntry | None, tally: Tally) -> RecordOutcome:
        """A refusal that concerns one record is that record's reject; every other error stops the part.

        Server errors and contradictions stop it when there are more of them than single records explain, a missing
        answer until the record has shown over several tries that it alone has none.
        """
        try:
            found = attempt(row.id, self._depart, row, entry, tally)
            if isinstance(found, Problem):
                return reject(row.id, found)
            reasons = (self._reasons[row.id],) if row.id in self._reasons else ()
            tally.notes.update(each.code for each in reasons if each.code in list(LeftAlone))
            return RecordOutcome(id=row.id, outcome=found, problems=reasons)
        except ContradictionError:
            self._odd[CONTRADICTED.code] += 1
            if self._odd[CONTRADICTED.code] > FEW_CONTRADICTED:
                raise
            problems: tuple[Problem, ...] = (CONTRADICTED,)
        except DaktelaError as exc:
            self._odd[FAILED.code] += exc.status == 500
            own = exc.kind is ErrorKind.VALIDATION or exc.status == 500 or self.unanswered.is_alone(row.id, exc)
            if not own and exc.kind is ErrorKind.BLOCKED:
                raise locked_out(1, exc, row.id) from exc
            if not own or self._odd[FAILED.code] > FEW:
                raise
            problems = problems_of(exc)
        return RecordOutcome(id=row.id, outcome=Outcome.REJECTED, problems=problems)

    def _depart(self, row: PayloadRow, entry: RecordEntry | None, tally: Tally) -> Outcome:
        if entry is None:
            return Outcome.KEPT
        if entry.extraction == self.extraction and entry.outcome is not None and entry.state is not RecordState.LIVE:
            if entry.state is RecordState.KEPT and _is_converted(row) and self._fate(row) is Fate.BOTH:
                self._tell_both(row, tally, CONVERTED_BOTH)
            return Outcome(entry.outcome)
        if entry.state in HANDLED and not self._is_undone(entry, deleted=row.departed == "deleted"):
            return HANDLED[entry.state]
        if entry.state is RecordState.MERGED:
            return Outcome.KEPT if entry.outcome is None else Outcome(entry.outcome)
        if is_stale(known_of(entry), stamp=row.stamp, read_at=self.read_at):
            tally.notes.update(superseded=1)
            return Outcome.UNCHANGED
        if _is_converted(row):
            return self._convert(row, entry, tally)
        # A row without a stamp is no longer in the recycle bin: the winner known from earlier still counts.
        winner = row.winner or (entry.winner if row.stamp is None else None)
        return (
            self._by_policy(row, replace(entry, winner=None))
            if winner is None
            else self._merge(row, entry, winner, tally)
        )

    def _convert(self, row: PayloadRow, entry: RecordEntry, tally: Tally) -> Outcome:
        """Nobody has carried the record on: its heir has an object already, comes later, or is outside its mapping."""
        fate = self._fate(row)
        if fate is Fate.LEFT:
            return self._by_policy(row, entry)
        if fate is Fate.WAITS:
            tally.notes.update({CONVERSION_WAITS: 1})
            self.ledger.rereads.ask(self.spec.name, self.mapping.name, [row.id], self.read_at)
            return self._settle(row, entry, entry.state, Outcome.KEPT)
        if self.mapping.on_both == "merge" or entry.winner in row.became.values():
            return self._merge_both(row, entry, tally)
        return self._keep_both(row, entry, tally, CONVERTED_BOTH)

    def _merge_both(self, row: PayloadRow, entry: RecordEntry, tally: Tally) -> Outcome:
        before = self.merger.moved
        end = self.merger.merge(row, entry)
        kept = replace(entry, winner=None)
        if end is MergeEnd.MERGED:
            tally.notes.update({OBJECTS_MERGED: 1, "repointed": self.merger.moved - before})
            return Outcome.BECAME
        if end is MergeEnd.GONE:
            return self._settle(row, kept, RecordState.GONE, Outcome.GONE)
        return self._keep_both(row, kept, tally, MERGE_REFUSED if end is MergeEnd.REFUSED else CONVERTED_BOTH)

    def _keep_both(self, row: PayloadRow, entry: RecordEntry, tally: Tally, why: str) -> Outcome:
        self._tell_both(row, tally, why)
        intended = entry.state is RecordState.INTENDED
        return Outcome.KEPT if intended else self._settle(row, entry, RecordState.KEPT, Outcome.KEPT)

    def _fate(self, row: PayloadRow) -> Fate:
        return fate_of(self.ledger, self.spec, row.became, row.stamp)

    def _tell_both(self, row: PayloadRow, tally: Tally, why: str) -> None:
        tally.notes.update({CONVERTED_BOTH, why})
        self._reasons[row.id] = Problem(code=MERGE_REFUSED) if why == MERGE_REFUSED else Problem(code=CONVERTED_BOTH)

    def _merge(self, row: PayloadRow, entry: RecordEntry, winner: str, tally: Tally) -> Outcome:
        """Children first, then the loser. A winner that is not loaded yet may still come in the next run."""
        name = self.ledger.records.names(self.spec.name, self.mapping.name, [winner]).get(winner)
        moved = None if name is None else self._repoint(entry.name, name)
        if moved is None and (entry.winner != winner or entry.extraction == self.extraction):
            self.ledger.rereads.ask(self.spec.name, self.mapping.name, [row.id], self.read_at)
            tally.notes.update(merge_waits=1)
            return self._settle(row, replace(entry, winner=winner), entry.state, Outcome.KEPT)
        if moved is not None:
            tally.notes.update(repointed=moved)
        return self._by_policy(row, replace(entry, winner=winner))

    def _repoint(self, loser: str, winner: str) -> int | None:
        """Return how many children were moved, None when the winner's object was taken away in Daktela."""
        try:
            return self._repointer().repoint(self.mapping, loser, winner)
        except DaktelaError as exc:
            # Daktela refuses a reference to an object that it no longer has.
            if exc.kind is ErrorKind.VALIDATION and not listed_names(self.daktela, self.mapping.entity, [winner]):
                return None
            raise

    def _by_policy(self, row: PayloadRow, entry: RecordEntry) -> Outcome:
        policy = self.mapping.on_filter_exit if row.departed == "left" else self.mapping.on_delete
        try:
            return self._carry_out(policy, row, entry)
        except LeftAloneError as left:
            codes = self.ledger.rejects.codes(self.spec.name, self.mapping.name, [row.id])
            return self._leave(left.after(codes.get(row.id)), row, entry)

    def _leave(self, left: LeftAloneError, row: PayloadRow, entry: RecordEntry) -> Outcome:
        """The dialler has the record. When it lets go by itself, the next run handles the departure."""
        self._reasons[row.id] = Problem(code=left.reason.value)
        if left.reason is LeftAlone.EMPTIED:
            return Outcome.REJECTED
        if left.again:
            self.ledger.rereads.ask(self.spec.name, self.mapping.name, [row.id], self.read_at)
        if entry.state is RecordState.INTENDED:
            return Outcome.KEPT
        return self._settle(row, entry, entry.state if left.again else RecordState.KEPT, Outcome.KEPT)

    def _carry_out(self, policy: str, row: PayloadRow, entry: RecordEntry) -> Outcome:
        if policy == "mark":
            return self._mark(row, entry)
        if policy == "delete" and not entry.adopted:
            if not self._delete(entry.name):
                self._confirm_absent(entry)
            return self._settle(row, entry, RecordState.REMOVED, Outcome.REMOVED)
        if entry.state is RecordState.INTENDED:
            # It is unknown whether its create arrived: the next run still has to look it up.
            return Outcome.KEPT
        return self._settle(row, entry, RecordState.KEPT, Outcome.KEPT)

    def _delete(self, name: str) -> bool:
        return self.daktela.delete(self.mapping.entity, name) if self.dialled is None else self.dialled.delete(name)

    def _set_mark(self, name: str) -> bool:
        marks = self.mapping.mark_body()
        if self.dialled is not None:
            return self.dialled.mark(name, marks)
        return mark_existing(self.daktela, self.mapping.entity, name, marks)

    def _mark(self, row: PayloadRow, entry: RecordEntry) -> Outcome:
        try:
            marked = self._set_mark(entry.name)
        except DaktelaError as exc:
            if exc.kind is not ErrorKind.MISSING:
                raise
            marked = False
        if not marked:
            self._confirm_absent(entry)
        if not marked and entry.state is RecordState.INTENDED:
            # Its create never arrived, so it was not removed in Daktela: an undelete may still bring it.
            return self._settle(row, entry, RecordState.REMOVED, Outcome.REMOVED)
        if not marked:
            return self._settle(row, entry, RecordState.GONE, Outcome.GONE)
        return self._settle(row, entry, RecordState.MARKED, Outcome.REMOVED)

    def _confirm_absent(self, entry: RecordEntry) -> None:
        """Raises ContradictionError when Daktela lists what it reports as missing, DaktelaError as a lookup does."""
        listed = listed_names(self.daktela, self.mapping.entity, [entry.name])
        if listed and not self.daktela.is_deleted(self.mapping.entity, entry.name):
            raise contradiction(1, entry.id)

    def _settle(self, row: PayloadRow, entry: RecordEntry, state: RecordState, outcome: Outcome) -> Outcome:
        """Save the departure with its own stamp, so that an older extraction does not bring the record back."""
        merged = entry.winner is not None and state not in (RecordState.GONE, entry.state)
        departed = replace(
            entry,
            state=RecordState.MERGED if merged else state,
            stamp=row.stamp if row.stamp is not None else entry.stamp,
            read_at=self.read_at,
            extraction=self.extraction,
            outcome=outcome.value,
            written_at=datetime.now(UTC),
        )
        self.ledger.records.accept(self.spec.name, self.mapping.name, [departed])
        return outcome

    def _repointer(self) -> Repointer:
        return Repointer(spec=self.spec, database=self.database, daktela=self.daktela, ledger=self.ledger)


def _is_converted(row: PayloadRow) -> bool:
    return bool(row.became) and row.departed == "left"
