"""The ledger as the steps see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from salesforce_daktela.ledger.records import accepted, forget, leases
from salesforce_daktela.ledger.records.entries import (
    Claim,
    ExtractCheckpoint,
    Intent,
    ParkedAge,
    ParkedEntry,
    PartAccount,
    RecordEntry,
    RecordState,
    RejectEntry,
    RunAccount,
    Waiting,
)
from salesforce_daktela.ledger.runs import cache, checkpoints, rate_shares, schemas, totals, watermarks
from salesforce_daktela.ledger.store import bindings, overview, versions
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import settings
from salesforce_daktela.ledger.waiting import parking, rejects, rereads
from salesforce_daktela.sync.binding import Binding, Ends
from salesforce_daktela.sync.outcome import RecordOutcome
from salesforce_daktela.sync.seen_schema import Seen, SeenSchema, Side

__all__ = [
    "Claim",
    "ExtractCheckpoint",
    "Intent",
    "Ledger",
    "ParkedAge",
    "ParkedEntry",
    "PartAccount",
    "RecordEntry",
    "RecordState",
    "RejectEntry",
    "RunAccount",
    "Waiting",
]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every method is one short transaction; ids are 18 characters, times aware. Lists may be of any length."""

    db: Database

    @classmethod
    def open(cls, url: str) -> Ledger:
        """Return the ledger behind a SQLAlchemy URL. Raises ConfigurationError when it cannot be reached."""
        return cls(Database.open(url))

    def close(self) -> None:
        """Close the connections; a ledger left open is closed with its process."""
        self.db.close()

    def upgrade(self) -> None:
        """Create or change the tables, create salt and identity.

        Raises ConfigurationError for a newer or read-only ledger.
        """
        versions.upgrade(self.db)

    def version(self) -> overview.Version:
        """The version of its tables and the one this program makes; changes nothing."""
        return overview.version(self.db)

    def place(self) -> str:
        """Where it is, without a password."""
        return self.db.shown

    def identity(self) -> str:
        """Its own Id, made with its salt; empty before the first upgrade."""
        return bindings.identity(self.db)

    def binding(self, sync: str) -> Binding | None:
        """Whose the sync's memory is, None where that was never said."""
        return bindings.read(self.db, sync)

    def bindings(self) -> dict[str, Binding]:
        """The same of every sync, by name."""
        return bindings.read_all(self.db)

    def bind(self, sync: str, ends: Ends, *, expected: Binding | None) -> Binding:
        """Say whose it is, unless somebody has said so since ``expected`` was read; return what holds now."""
        return bindings.bind(self.db, sync, ends, expected=expected)

    def holds_memory(self, sync: str) -> bool:
        """Whether anything is remembered of either end."""
        return bindings.holds_memory(self.db, sync)

    def syncs(self) -> list[str]:
        """Every sync of which there is any row, whether it has a folder or not."""
        return bindings.syncs(self.db)

    def busy(self, sync: str, at: datetime) -> bool:
        """Whether some run is writing a record of the sync at that moment."""
        return bindings.busy(self.db, sync, at)

    def reset(self, sync: str) -> dict[str, int]:
        """Delete every row of a sync; return how many of which table."""
        return bindings.reset(self.db, sync)

    def scrub(self) -> None:
        """Leave no byte of deleted rows in a SQLite file or beside it. Raises TransportError while others use it."""
        self.db.scrub()

    def count_rows(self) -> dict[str, int]:
        """Rows by table."""
        return overview.count_rows(self.db)

    def watermarks(self) -> list[tuple[str, str, datetime]]:
        """Sync, mapping and watermark of all that have one."""
        return overview.all_watermarks(self.db)

    def history(self, sync: str, mapping: str, id_: str) -> list[tuple[datetime, str]]:
        """What is known of one record's past, oldest first."""
        return overview.history(self.db, sync, mapping, id_)

    def held(self, sync: str, id_: str, at: datetime) -> bool:
        """Whether some run is writing the record at that moment."""
        return forget.held(self.db, sync, id_, at)

    def waiting_for(self, sync: str, id_: str) -> list[tuple[str, str]]:
        """Mapping and Id of children that wait for the record."""
        return forget.waiting_for(self.db, sync, id_)

    def forget(self, sync: str, id_: str) -> forget.Counts:
        """Delete whatever names the record; return how many rows of what."""
        return forget.forget(self.db, sync, id_)

    def salt(self) -> bytes:
        """The secret that makes this ledger's hashes its own."""
        return self._setting("salt")

    def watermark(self, sync: str, mapping: str) -> datetime | None:
        """Up to when everything has been settled, None before the first settled run."""
        return watermarks.read(self.db, sync, mapping)

    def watermark_fingerprint(self, sync: str, mapping: str) -> str | None:
        """The mapping file under which the watermark was last moved."""
        return watermarks.fingerprint(self.db, sync, mapping)

    def reread_at(self, sync: str, mapping: str) -> datetime | None:
        """Up to when every record, changed or not, was last read; None when that was never settled."""
        return watermarks.reread_at(self.db, sync, mapping)

    def move_watermark(
        self, sync: str, mapping: str, until: datetime, run_id: str, *, fingerprint: str, everything: bool = False
    ) -> bool:
        """Move it forward, never backwards; True when it now stands at ``until``.

        ``everything`` says that the run read every record.
        """
        return watermarks.move(self.db, sync, mapping, until, run_id, fingerprint, everything=everything)

    def mark_watermark(self, sync: str, mapping: str, fingerprint: str) -> None:
        """Say that records may be written as ``fingerprint`` tells from now on, if there is a watermark at all."""
        watermarks.mark(self.db, sync, mapping, fingerprint)

    def records(self, sync: str, mapping: str, ids: Sequence[str]) -> dict[str, RecordEntry]:
        """Entries by Id; unknown Ids are absent."""
        return accepted.read(self.db, sync, mapping, ids)

    def live_digests(self, sync: str, mapping: str, ids: Sequence[str], *, apart_from: str) -> dict[str, str]:
        """Digests of live records by Id, in hexadecimal, apart from those that the extraction of that name wrote."""
        return accepted.live_digests(self.db, sync, mapping, ids, apart_from=apart_from)

    def by_name(self, sync: str, mapping: str, names: Sequence[str]) -> dict[str, RecordEntry]:
        """Entries by Daktela name; unknown names are absent. Where several Ids claim a name, the one that holds it."""
        return accepted.by_name(self.db, sync, mapping, names)

    def page(self, sync: str, mapping: str, *, after: str, limit: int) -> list[RecordEntry]:
        """Up to ``limit`` entries by Id, those behind the Id ``after``."""
        return accepted.page(self.db, sync, mapping, after, limit)

    def drop(self, sync: str, mapping: str, entries: Sequence[RecordEntry], holder: str) -> int:
        """Forget entries that ``holder`` holds and that still stand as given; return how many."""
        return accepted.drop(self.db, sync, mapping, entries, holder)

    def count_present(self, sync: str, mapping: str) -> int:
        """How many of this mapping's records Daktela holds."""
        return accepted.count_present(self.db, sync, mapping)

    def knows_any(self, sync: str, mapping: str) -> bool:
        """Whether anything of this mapping was ever written, or may have been."""
        return accepted.any_known(self.db, sync, mapping)

    def names(self, sync: str, mapping: str, ids: Sequence[str]) -> dict[str, str]:
        """Daktela names by Id, of records that can be referred to; a merged record goes by its winner's name."""
        return accepted.names(self.db, sync, mapping, ids)

    def take(
        self,
        sync: str,
        mapping: str,
        claims: Sequence[Claim],
        holder: str,
        *,
        seconds: float,
        siblings: Sequence[str] = (),
    ) -> set[str]:
        """Hold the records that nobody else holds and that stand as expected, for ``seconds``; return their Ids.

        Intents are remembered with them. ``siblings`` are the mappings whose adoptions must not meet this one's.
        """
        return leases.take(self.db, sync, mapping, claims, holder, seconds=seconds, siblings=siblings or (mapping,))

    def renew(self, sync: str, mapping: str, ids: Sequence[str], holder: str, *, seconds: float) -> None:
        """Hold what is still ours for ``seconds`` from now."""
        leases.renew(self.db, sync, mapping, ids, holder, seconds=seconds)

    def release(self, sync: str, mapping: str, ids: Sequence[str], holder: str) -> None:
        """Let go of what is still ours."""
        leases.release(self.db, sync, mapping, ids, holder)

    def accept(self, sync: str, mapping: str, entries: Sequence[RecordEntry]) -> None:
        """Remember what Daktela accepted, or that it was taken away, with the stamp of what was read then.

        Something newer is never replaced.
        """
        accepted.accept(self.db, sync, mapping, entries)

    def mark(self, sync: str, mapping: str, ids: Sequence[str], state: RecordState) -> None:
        """Give entries another state."""
        accepted.mark(self.db, sync, mapping, ids, state)

    def give_up(self, sync: str, mapping: str, ids: Sequence[str], extraction: str, *, most: int) -> bool:
        """Note that Daktela no longer has these records; False when more than ``most`` of an extraction would be."""
        return accepted.give_up(self.db, sync, mapping, ids, extraction, most)

    def save_rejects(
        self, sync: str, mapping: str, run_id: str, outcomes: Sequence[RecordOutcome], at: datetime
    ) -> int:
        """Open rejects, or count another attempt of open ones; a run counts once. Returns how many were open before."""
        return rejects.save(self.db, sync, mapping, run_id, outcomes, at)

    def close_rejects(self, sync: str, mapping: str, ids: Sequence[str], at: datetime) -> None:
        """Close the open rejects among ``ids``."""
        rejects.close(self.db, sync, mapping, ids, at)

    def open_rejects(
        self, sync: str, mapping: str, *, due_at: datetime | None = None, code: str | None = None
    ) -> list[RejectEntry]:
        """Open rejects; with ``due_at`` those whose pause is over, with ``code`` those of that reason."""
        return rejects.read(self.db, sync, mapping, due_at, code)

    def reject_codes(self, sync: str, mapping: str, ids: Iterable[str]) -> dict[str, str]:
        """Codes of the open rejects among ``ids``."""
        return rejects.codes(self.db, sync, mapping, ids)

    def rejects_of_run(self, sync: str, mapping: str, run_id: str, *, limit: int) -> list[RejectEntry]:
        """The first open rejects, by Id, that a run has opened or met again."""
        return rejects.read_of_run(self.db, sync, mapping, run_id, limit)

    def park(
        self, sync: str, mapping: str, waits: Sequence[Waiting], at: datetime, read_at: datetime | None = None
    ) -> None:
        """Remember what children wait for now, as Salesforce had it at ``read_at``."""
        parking.park(self.db, sync, mapping, waits, at, read_at)

    def unpark(self, sync: str, mapping: str, ids: Sequence[str], read_at: datetime | None = None) -> None:
        """Forget that these children wait, unless that was read later than ``read_at``."""
        parking.unpark(self.db, sync, mapping, ids, read_at)

    def parked(self, sync: str, mapping: str) -> list[ParkedEntry]:
        """Who waits, the longest first."""
        return parking.read(self.db, sync, mapping)

    def parked_age(self, sync: str, mapping: str) -> ParkedAge:
        """How many children wait, and since when."""
        return parking.age(self.db, sync, mapping)

    def releasable(self, sync: str, mapping: str) -> list[str]:
        """Children all of whose parents have arrived."""
        return parking.releasable(self.db, sync, mapping)

    def ask_again(self, sync: str, mapping: str, ids: Sequence[str], at: datetime) -> None:
        """Have an incremental run that reads later than ``at`` read these records, whether they change or not."""
        rereads.ask(self.db, sync, mapping, ids, at)

    def asked_again(self, sync: str, mapping: str) -> list[str]:
        """Records that the next incremental run is to read, by Id."""
        return rereads.read(self.db, sync, mapping)

    def answered(self, sync: str, mapping: str, ids: Sequence[str], read_at: datetime) -> None:
        """These records have been handled as they were read at ``read_at``, Salesforce's time."""
        rereads.forget(self.db, sync, mapping, ids, read_at)

    def checkpoint(self, sync: str, run_id: str, mapping: str) -> ExtractCheckpoint | None:
        """How far a run's extraction has come."""
        return checkpoints.read(self.db, sync, run_id, mapping)

    def save_checkpoint(self, checkpoint: ExtractCheckpoint) -> None:
        """Remember how far it has come."""
        checkpoints.save(self.db, checkpoint)

    def extractions(self, sync: str) -> list[tuple[str, str, str]]:
        """Run, mapping and extraction of every checkpoint of a sync."""
        return checkpoints.extractions(self.db, sync)

    def deferred_checkpoint(
        self, sync: str, mapping: str, query_hash: str, *, besides: str
    ) -> ExtractCheckpoint | None:
        """The latest unfinished extraction of a deferred run that was asked for in the same words."""
        return checkpoints.deferred(self.db, sync, mapping, query_hash, besides=besides)

    def hand_over_checkpoint(self, old: ExtractCheckpoint, new: ExtractCheckpoint) -> None:
        """Let another run have an extraction."""
        checkpoints.hand_over(self.db, old, new)

    def checkpoints_with_jobs(self, sync: str, *, read_before: datetime) -> list[ExtractCheckpoint]:
        """Unfinished extractions by Bulk job that were begun before a moment."""
        return checkpoints.with_jobs(self.db, sync, read_before=read_before)

    def clear_checkpoint(self, sync: str, run_id: str, mapping: str) -> None:
        """Forget it: the next try starts afresh."""
        checkpoints.clear(self.db, sync, run_id, mapping)

    def calls(self, sync: str, run_id: str) -> int:
        """Requests to Salesforce that a run's extractions have made so far."""
        return checkpoints.calls(self.db, sync, run_id)

    def read_up_to(self, sync: str, mapping: str, *, besides: str) -> datetime | None:
        """Up to when runs other than ``besides`` have read the mapping, settled or not; None when none is known."""
        read = checkpoints.newest_end(self.db, sync, mapping, besides=besides)
        return max((moment for moment in (read, self.watermark(sync, mapping)) if moment is not None), default=None)

    def take_share(self, sync: str, holder: str, *, rate: float, wanted: float, seconds: float) -> float:
        """Give ``holder`` its share of a sync's rate for ``seconds``; return it, in requests per second."""
        return rate_shares.take(self.db, sync, holder, rate=rate, wanted=wanted, seconds=seconds)

    def give_back_share(self, sync: str, holder: str) -> None:
        """Leave the share to others at once."""
        rate_shares.give_back(self.db, sync, holder)

    def may_be_loaded(self, sync: str, mapping: str, *, besides: str, settled_before: datetime) -> bool:
        """Whether parts of another run than ``besides`` may still be loaded."""
        return checkpoints.may_be_loaded(self.db, sync, mapping, besides=besides, settled_before=settled_before)

    def outlived(self, sync: str, *, settled_before: datetime, any_before: datetime) -> list[ExtractCheckpoint]:
        """Extractions whose parts have served: of settled runs read before one moment, of all before the other."""
        return checkpoints.outlived(self.db, sync, settled_before=settled_before, any_before=any_before)

    def save_part(
        self,
        sync: str,
        run_id: str,
        mapping: str,
        extraction: str,
        part: int,
        extracted: int,
        counts: Mapping[str, int],
        notes: Mapping[str, int],
    ) -> None:
        """Save the account of one loaded part."""
        account = PartAccount(part=part, extracted=extracted, counts=dict(counts), notes=dict(notes))
        totals.save_part(self.db, sync, run_id, mapping, extraction, account)

    def parts(self, sync: str, run_id: str, mapping: str, extraction: str) -> list[PartAccount]:
        """The accounts of one extraction's parts."""
        return totals.read_parts(self.db, sync, run_id, mapping, extraction)

    def forget_parts(self, sync: str, run_id: str, mapping: str, extraction: str, numbers: Sequence[int]) -> None:
        """Delete the accounts of parts that are loaded anew."""
        totals.forget_parts(self.db, sync, run_id, mapping, extraction, numbers)

    def save_run(self, account: RunAccount) -> None:
        """Save the account of one mapping in one run."""
        totals.save_run(self.db, account)

    def last_runs(self, sync: str, limit: int) -> list[RunAccount]:
        """The latest accounts, newest first."""
        return totals.read_runs(self.db, sync, limit)

    def seen_schemas(self, sync: str, mapping: str) -> dict[Side, SeenSchema]:
        """Both systems' fields as the mapping's last run saw them; a side that was never seen is absent."""
        return schemas.read(self.db, sync, mapping)

    def remember_schemas(self, sync: str, mapping: str, seen: Seen, at: datetime) -> None:
        """Remember them in place of those of the run before."""
        schemas.save(self.db, sync, mapping, seen, at)

    def kept(self, key: str) -> tuple[bytes, datetime] | None:
        """What is kept under ``key``, and since when."""
        return cache.read(self.db, key)

    def keep(self, key: str, value: bytes, at: datetime) -> None:
        """Keep something that can be found out again."""
        cache.keep(self.db, key, value, at)

    def drop_kept(self, prefix: str, before: datetime) -> int:
        """Forget what has been kept under such keys since before a moment; return how many."""
        return cache.drop(self.db, prefix, before)

    def _setting(self, key: str) -> bytes:
        with self.db.read() as connection:
            value = connection.execute(select(settings.c.value).where(settings.c.key == key)).scalar_one()
        return bytes(value)
