"""Preflight for a person to read: all findings, also those after the first error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.engine.compiled_mapping import compile_mapping
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.problems import MappingError, MappingProblem
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.preflight.destination import choose_database, choose_timezone
from salesforce_daktela.steps.preflight.forms import Forms
from salesforce_daktela.steps.preflight.inspection import inspect_mapping
from salesforce_daktela.steps.preflight.ledger_binding import check_belongs, ends_of
from salesforce_daktela.steps.preflight.other_model import other_model
from salesforce_daktela.steps.preflight.preflight import exhausted_limit
from salesforce_daktela.steps.preflight.rights import check_rights
from salesforce_daktela.steps.run.facts import MappingFacts
from salesforce_daktela.sync.lag import Standing

Problems = tuple[MappingProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """The users signed in to both systems. ``deferred`` says why a run would wait, empty when it would not.

    ``calls_left`` is ``99,950 of 100,000``, empty where Salesforce does not tell.
    """

    salesforce: str
    salesforce_flow: str
    daktela: str
    daktela_user: str
    database: str | None
    timezone: str | None
    deferred: str
    calls_left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingCheck:
    """Sentences about one mapping: ``errors`` would stop a run, ``warnings`` would not.

    ``watermark`` is the time up to which everything is settled, None before the first run.
    """

    errors: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    watermark: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncCheck:
    """``errors`` and ``warnings`` concern the sync as a whole."""

    connections: Connections
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    mappings: Mapping[str, MappingCheck]


@dataclass(slots=True, kw_only=True)
class _Checker:
    spec: SyncSpec
    salesforce: SalesforceClient
    daktela: DaktelaClient
    project_transforms: Mapping[str, Transform]
    ledger: Ledger
    errors: list[str] = field(default_factory=list)
    forms: Forms = field(init=False)

    def __post_init__(self) -> None:
        self.forms = Forms(daktela=self.daktela)

    def run(self, of_connection: str | None) -> SyncCheck:
        user = self.daktela.whoim()
        rights = check_rights(user, self.spec.mappings)
        self.errors += rights.errors
        flow = self.salesforce.flow
        database = self._database(of_connection)
        timezone = self._timezone()
        self._check_memory(database)
        mappings = {m.name: self._mapping(m, database or "", timezone or "UTC") for m in self.spec.mappings}
        deferred, usage = exhausted_limit(self.spec, self.salesforce), self.salesforce.usage
        left = Standing() if usage is None else Standing(calls_left=usage.max - usage.used, calls_allowed=usage.max)
        return SyncCheck(
            connections=Connections(
                salesforce=self.salesforce.instance_url,
                salesforce_flow=flow,
                daktela=self.daktela.settings.url,
                daktela_user=user.name,
                database=database,
                timezone=timezone,
                deferred=deferred,
                calls_left=left.calls(),
            ),
            errors=tuple(self.errors),
            warnings=rights.warnings,
            mappings={name: replace(found, watermark=self._watermark(name)) for name, found in mappings.items()},
        )

    def _database(self, of_connection: str | None) -> str | None:
        try:
            return choose_database(self.spec, of_connection, self.daktela)
        except ConfigurationError as exc:
            self.errors.append(str(exc))
            return None

    def _check_memory(self, database: str | None) -> None:
        """Without a database there is nothing to compare, and its error is reported already."""
        if database is None:
            return
        try:
            check_belongs(self.spec.name, self.ledger, ends_of(self.salesforce, self.daktela, database))
        except ConfigurationError as exc:
            self.errors.append(str(exc))

    def _timezone(self) -> str | None:
        try:
            return choose_timezone(self.spec, self.daktela)
        except ConfigurationError as exc:
            self.errors.append(str(exc))
            return None

    def _mapping(self, mapping: MappingSpec, database: str, timezone: str) -> MappingCheck:
        errors, warnings = check_live(
            mapping,
            database,
            timezone,
            self.salesforce,
            self.forms,
            transforms=self.project_transforms,
            objects=self.spec.objects,
        )
        moved = other_model(self.spec.name, mapping, self.ledger) if self._is_read else None
        found = errors if moved is None else (moved, *errors)
        return MappingCheck(errors=tuple(map(str, found)), warnings=tuple(map(str, warnings)))

    def _watermark(self, mapping: str) -> datetime | None:
        return self.ledger.watermarks.read(self.spec.name, mapping) if self._is_read else None

    @property
    def _is_read(self) -> bool:
        """A ledger of another version is not read: a check changes nothing, so it is not upgraded."""
        version = self.ledger.overview.version()
        return version.found == version.known


def check_live(
    mapping: MappingSpec,
    database: str,
    timezone: str,
    salesforce: SalesforceClient,
    forms: Forms,
    *,
    transforms: Mapping[str, Transform],
    objects: Mapping[str, str],
) -> tuple[Problems, Problems]:
    """Compare one mapping with both live systems; return what would stop a run, and what would not.

    ``objects`` are the Salesforce objects of the sync's mappings, by name.
    Raises TransportError when a system does not answer.
    """
    try:
        found = inspect_mapping(mapping, database, salesforce, forms, objects=objects)
    except ConfigurationError as exc:
        about = MappingProblem(position=mapping.position, path=exc.where, what=exc.what, advice=exc.advice)
        return (about,), ()
    unfit = () if found.errors else _unfit(mapping, found.facts, timezone, salesforce.instance_url, transforms)
    return (*found.errors, *unfit), found.warnings


def _unfit(
    mapping: MappingSpec, facts: MappingFacts, timezone: str, instance_url: str, transforms: Mapping[str, Transform]
) -> Problems:
    """Transforms that do not accept the values of their sources; a run would find this in its transform task."""
    try:
        compile_mapping(
            mapping,
            facts.source,
            timezone=timezone,
            target=facts.target,
            instance_url=instance_url,
            project_transforms=transforms,
        )
    except MappingError as exc:
        return exc.problems
    return ()


def check_sync(
    spec: SyncSpec,
    salesforce: SalesforceClient,
    daktela: DaktelaClient,
    *,
    database: str | None,
    project_transforms: Mapping[str, Transform],
    ledger: Ledger,
) -> SyncCheck:
    """Compare a sync with both live systems, and with the ledger, of whatever version.

    ``database`` is the Daktela connection's own choice, if any.
    Raises ConfigurationError when a sign-in is refused, TransportError when a system does not answer.
    """
    checker = _Checker(
        spec=spec, salesforce=salesforce, daktela=daktela, project_transforms=project_transforms, ledger=ledger
    )
    return checker.run(database)
