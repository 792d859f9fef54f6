"""Reads what the ledger and the lock file say of both schemas; and both systems themselves, when a person asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from salesforce_daktela.steps.preflight.inspection import Findings
from salesforce_daktela.steps.preflight.lock import inspect_schemas
from salesforce_daktela.steps.preflight.schema_lock import LOCK, lock_text, read_lock
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint
from salesforce_daktela.steps.setup.folder import read_text, why_unwritable
from salesforce_daktela.sync.seen_schema import Seen, Side
from salesforce_daktela.ui.environment import environment
from salesforce_daktela.ui.kept import Kept
from salesforce_daktela.ui.outside import daktela, forget_clients, mark_of, outside, salesforce
from salesforce_daktela.ui.rights import Rights
from salesforce_daktela.ui.runs.reading import read_standing
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.schema.facts import LockFacts, Present, SchemaFacts, SideSeen, ToldChange
from salesforce_daktela.ui.watching.schema.history import told_changes

REPORTS = 400
"""Reports of mappings that are looked through for changes: a hundred runs of four mappings."""

MOST_PROBLEMS = 10

_read: Kept[dict[str, Findings]] = Kept(8)


def read_schemas(
    environment: AirflowEnvironment, session: Session, sync: str, user: BaseUser, rights: Rights
) -> SchemaFacts:
    """Return what the page shows without asking either system. Raises 404 where there is no such sync."""
    standing = read_standing(environment, session, sync, user, edits=False)
    found, trouble = ask_ledger(environment, lambda ledger: _of_ledger(ledger, sync))
    seen, told, last = found or ({}, (), None)
    names = tuple(seen) if standing.spec is None else tuple(each.name for each in standing.spec.mappings)
    return SchemaFacts(
        sync=sync,
        zone=(standing.spec.timezone if standing.spec else None) or "UTC",
        mappings=names,
        broken=tuple(one_line(str(problem)) for problem in standing.problems[:MOST_PROBLEMS]),
        lock=_lock(environment.mappings_folder() / sync),
        seen=seen,
        told=told,
        last_told=last,
        trouble=trouble,
        edits=rights.edit,
    )


def read_present(sync: str, *, fresh: bool) -> Present:
    """Read both systems as they are, or as they were read minutes ago unless ``fresh``.

    Raises ConfigurationError and TransportError as preflight, MappingError for files that do not load.
    """
    folder = environment().mappings_folder() / sync
    spec = load_sync(folder, transforms_folder=environment().transforms_folder())
    connections = (spec.salesforce_conn_id, spec.daktela_conn_id)
    key = (*(mark_of(conn_id) for conn_id in connections), sync_fingerprint(spec), sync)
    if fresh:
        for conn_id in connections:
            forget_clients(conn_id)
    found = _read.get(key, lambda: _inspect(spec, folder), fresh=fresh)
    mappings = folder.parent
    return Present(
        sync=sync,
        place=f"{mappings.parent.name}/{mappings.name}/{sync}/{LOCK}",
        findings=found.value,
        text=lock_text({name: each.seen for name, each in found.value.items()}),
        lock=read_text(folder / LOCK),
        unwritable=why_unwritable(folder) or "",
        at=found.at,
    )


def _inspect(spec: SyncSpec, folder: Path) -> dict[str, Findings]:
    ledger, _ = ask_ledger(environment(), lambda ledger: ledger)
    transforms = load_project_transforms(environment().transforms_folder())
    database = environment().daktela_database(spec.daktela_conn_id)
    with outside(), salesforce(spec.salesforce_conn_id) as org, daktela(spec.daktela_conn_id) as instance:
        return inspect_schemas(
            spec, org, instance, database=database, locked=_locked(folder), ledger=ledger, transforms=transforms
        )


def _locked(folder: Path) -> Mapping[str, Seen]:
    """What was agreed to; nothing where the file is to be written anew because it cannot be read."""
    try:
        return read_lock(folder)
    except ConfigurationError:
        return {}


def _lock(folder: Path) -> LockFacts:
    try:
        locked = read_lock(folder)
        written = datetime.fromtimestamp((folder / LOCK).stat().st_mtime, UTC)
    except FileNotFoundError:
        return LockFacts()
    except ConfigurationError as exc:
        return LockFacts(trouble=str(exc))
    return LockFacts(written=written, mappings=frozenset(locked))


def _of_ledger(
    ledger: Ledger, sync: str
) -> tuple[dict[str, dict[Side, SideSeen]], tuple[ToldChange, ...], datetime | None]:
    seen = {
        mapping: {
            side: SideSeen(of=last.schema.of, fields=len(last.schema.fields), at=last.at)
            for side, last in sides.items()
        }
        for mapping, sides in ledger.schemas.of_sync(sync).items()
    }
    reports = ledger.reports.latest(sync, REPORTS)
    ends = [report["finished"] for report in reports if report.get("finished")]
    last = datetime.fromisoformat(ends[0]) if ends else None
    return seen, told_changes(reports, whole=len(reports) < REPORTS), last
