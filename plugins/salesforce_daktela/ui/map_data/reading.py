"""What is read from both systems for one mapping of a draft: few requests at once, and kept for a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from fastapi import HTTPException

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.mapping.target import TargetSchema
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.setup.drafted import (
    DraftedMapping,
    DraftedSync,
    drafted_mapping,
    drafted_sync,
    mapping_names,
)
from salesforce_daktela.steps.setup.live_check import LiveProblems, check_drafted
from salesforce_daktela.steps.setup.offered_fields import OfferedField, daktela_fields, salesforce_fields
from salesforce_daktela.steps.setup.samples import Sample, count_records, read_sample
from salesforce_daktela.steps.setup.shipped import starting_point
from salesforce_daktela.steps.setup.suggesting import Ground, Suggestion, suggest
from salesforce_daktela.ui.drafting import OpenDraft, drafts_ledger
from salesforce_daktela.ui.kept import Kept, Read
from salesforce_daktela.ui.outside import daktela, forget_clients, mark_of, outside, salesforce

T = TypeVar("T")

MOST_OBJECTS = 64
"""Lists of fields that are kept: some 0.2 MB each for objects of 800 fields."""

MOST_DESCRIBED = 12
"""Describes that a waiting client keeps: they hold far more than the lists do."""

_sources: Kept[tuple[OfferedField, ...]] = Kept(MOST_OBJECTS)
_targets: Kept[TargetSchema] = Kept(MOST_OBJECTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One mapping of a draft, with the ends it goes between."""

    draft: OpenDraft
    sync: DraftedSync
    mapping: DraftedMapping

    def before(self) -> dict[str, tuple[str, Entity | None]]:
        """The mappings before this one, which it may look up: their object, and what they write."""
        texts, found = self.draft.texts, dict[str, tuple[str, Entity | None]]()
        for name in mapping_names(texts):
            if name == self.mapping.name:
                break
            other = drafted_mapping(texts, name)
            found[name] = ("", None) if other is None else (other.sobject, other.entity)
        return found

    def database(self) -> str:
        """The CRM database. Raises ConfigurationError when none is chosen."""
        conn_id = self.sync.daktela_conn_id
        name = self.sync.database or self.draft.environment.daktela_database(conn_id)
        if name is None and (self.mapping.entity is None or self.mapping.entity.in_database):
            advice = "choose it on the page Database"
            raise ConfigurationError("no CRM database chosen", where="sync.yaml: database", advice=advice)
        return name or ""

    def transforms(self) -> dict[str, Transform]:
        """The project's own. Raises MappingError for files that hold none."""
        return load_project_transforms(self.draft.environment.transforms_folder())


def subject_of(draft: OpenDraft, name: str) -> Subject:
    """Return a mapping of a draft. Raises 404 when it is not there, ConfigurationError when it cannot be read."""
    if f"{name}.yaml" not in draft.texts or name == "sync":
        raise HTTPException(404, "There is no such mapping.")
    mapping = drafted_mapping(draft.texts, name)
    if mapping is None:
        raise ConfigurationError("cannot be read", where=f"{name}.yaml", advice="mend its problems first")
    return Subject(draft=draft, sync=drafted_sync(draft.texts), mapping=mapping)


def read_source(subject: Subject, parent: str = "", *, fresh: bool = False) -> Read[tuple[OfferedField, ...]]:
    """Return Salesforce's fields, or those of a parent; ``fresh`` asks again for all that the connection leads to."""
    conn_id, sobject = subject.sync.salesforce_conn_id, subject.mapping.sobject
    mark = mark_of(conn_id)
    if fresh:
        forget_clients(conn_id)
        _sources.forget(mark)

    def read() -> tuple[OfferedField, ...]:
        with outside(), salesforce(conn_id) as client:
            found = salesforce_fields(client, sobject, parent)
            _slim(client)
            return found

    return _sources.get((mark, sobject.lower(), parent.lower()), read)


def read_target(subject: Subject, *, fresh: bool = False) -> Read[TargetSchema]:
    """Return Daktela's fields."""
    conn_id, mapping = subject.sync.daktela_conn_id, subject.mapping
    database = subject.database()

    def read() -> TargetSchema:
        with outside(), daktela(conn_id) as client:
            return daktela_fields(client, mapping, database)

    key = (mark_of(conn_id), mapping.entity, database, mapping.record_type)
    return _targets.get(key, read, fresh=fresh)


def suggestions(subject: Subject) -> tuple[Suggestion, ...]:
    """Return suggestions for the fields without a row."""
    shipped = starting_point(subject.mapping.sobject)
    same_model = shipped is not None and shipped.spec.entity is subject.mapping.entity
    return suggest(
        Ground(
            targets=tuple(read_target(subject).value.fields.values()),
            mapped=subject.mapping.targets,
            fields=read_source(subject).value,
            before=subject.before(),
            shipped=shipped if same_model else None,
        )
    )


def sample(subject: Subject, wanted: str) -> Sample | None:
    """Return one record with its values."""
    with outside(), salesforce(subject.sync.salesforce_conn_id) as client:
        found = read_sample(client, subject.mapping.sobject, wanted, subject.mapping.paths())
        _slim(client)
        return found


def count(subject: Subject, where: str) -> int:
    """Return how many records a filter leaves."""
    with outside(), salesforce(subject.sync.salesforce_conn_id) as client:
        return count_records(client, subject.mapping.sobject, where)


def live_problems(subject: Subject) -> LiveProblems:
    """Return what both systems find wrong in the mapping."""
    database, transforms, sync = subject.database(), subject.transforms(), subject.sync
    with outside(), salesforce(sync.salesforce_conn_id) as org, daktela(sync.daktela_conn_id) as instance:
        found = check_drafted(
            subject.mapping,
            {name: sobject for name, (sobject, _) in subject.before().items()},
            org,
            instance,
            database=database,
            timezone=sync.timezone or instance.settings.timezone or "UTC",
            transforms=transforms,
            remembered=(subject.draft.sync, drafts_ledger()),
        )
        _slim(org)
        return found


def _slim(client: SalesforceClient) -> None:
    if len(client.described) > MOST_DESCRIBED:
        client.described.clear()
