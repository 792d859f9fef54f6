"""Before anything is read: both sign-ins, rights, quota, the CRM database, and every mapped field in both systems."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.discovery import check_database
from salesforce_daktela.errors import ConfigurationError, QuotaError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.check import check_mapping
from salesforce_daktela.mapping.language.soql_where import moves_by_itself
from salesforce_daktela.mapping.model import Constant, Entity, MappingSpec, SyncSpec
from salesforce_daktela.mapping.problems import MappingProblem, nearest
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.restricted_objects import missing_filter
from salesforce_daktela.salesforce.schema.describe import SYSTEM, describe, resolve
from salesforce_daktela.salesforce.schema.seen_fields import seen_fields
from salesforce_daktela.steps.preflight.drift import changes_of, seen_target, weigh, without
from salesforce_daktela.steps.preflight.forms import Forms
from salesforce_daktela.steps.preflight.ledger_binding import check_belongs, claim_memory, ends_of
from salesforce_daktela.steps.preflight.rights import RightsFound, check_rights
from salesforce_daktela.steps.preflight.schema_lock import read_lock
from salesforce_daktela.steps.run.facts import MappingFacts, RunFacts
from salesforce_daktela.steps.run.fingerprint import mapping_fingerprint, still_holds, sync_fingerprint
from salesforce_daktela.steps.run.quota import guard_quota
from salesforce_daktela.sync.drift import Change, Severity, to_remember
from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.seen_schema import Seen, SeenSchema, Side

log = logging.getLogger(__name__)

LEVELS = {Severity.INFO: logging.INFO, Severity.WARNING: logging.WARNING, Severity.ERROR: logging.ERROR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """One mapping's facts, with what stops the run and what is merely worth knowing.

    ``seen`` is the whole of both schemas, ``changes`` how they differ from ``reference``.
    """

    facts: MappingFacts
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    seen: Seen
    reference: Seen
    changes: tuple[Change, ...]


def preflight(
    spec: SyncSpec,
    request: RunRequest,
    salesforce: SalesforceClient,
    daktela: DaktelaClient,
    *,
    database: str | None,
    ledger: Ledger | None = None,
    transforms: Mapping[str, Transform] | None = None,
) -> RunFacts:
    """Return what the later steps need to know. ``database`` is the Daktela connection's own choice, if any.

    With a ``ledger`` both schemas are compared with those of the run before, and remembered if this run writes; a lock
    file in the sync folder takes precedence. ``transforms`` are the project's own.
    Raises ConfigurationError when the ledger belongs to other ends, or listing everything that has to be mended, both
    systems at once.
    """
    began = time.monotonic()
    user = daktela.whoim()
    log.info("signed in to Daktela as %s, to Salesforce by %s", user.name, salesforce.flow)
    selected = [mapping for mapping in spec.mappings if request.selects(mapping.name)]
    _report_rights(spec, check_rights(user, selected), writes=request.writes)
    chosen = choose_database(spec, database, daktela)
    met = ends_of(salesforce, daktela, chosen)
    bound = None if ledger is None else check_belongs(spec.name, ledger, met)
    locked = read_lock(spec.folder)
    # Whoever asks for anything but the usual run wants to know how things are now.
    known = ledger if request.mode is Mode.INCREMENTAL else None
    forms = Forms(daktela=daktela, ledger=known, sync=spec.name, fingerprint=sync_fingerprint(spec))
    findings = {
        mapping.name: inspect_mapping(
            mapping,
            chosen,
            salesforce,
            forms,
            reference=_reference(spec, mapping, locked, ledger),
            transforms=transforms,
        )
        for mapping in selected
    }
    _report(spec, findings)
    memory = None if ledger is None else claim_memory(spec.name, ledger, met, bound, writes=request.writes)
    timezone = choose_timezone(spec, daktela)
    findings = {
        name: _marked(spec.mapping(name), found, chosen, timezone, salesforce.instance_url, transforms or {})
        for name, found in findings.items()
    }
    facts = RunFacts(
        instance_url=salesforce.instance_url,
        database=chosen,
        timezone=timezone,
        now=salesforce.server_time(since=began),
        fingerprint=sync_fingerprint(spec),
        deferred=exhausted_limit(spec, salesforce),
        mappings={name: found.facts for name, found in findings.items()},
        drift=tuple(change.to_dict() for found in findings.values() for change in found.changes),
        memory=memory,
    )
    if ledger is not None and request.writes:
        _remember(spec, findings, ledger)
    return facts


def inspect_mapping(
    mapping: MappingSpec,
    database: str,
    salesforce: SalesforceClient,
    forms: Forms,
    *,
    reference: Seen | None = None,
    transforms: Mapping[str, Transform] | None = None,
) -> Findings:
    """Hold one mapping against the two live schemas, and those against what was seen before, the ``reference``."""
    source = resolve(salesforce, mapping.sobject, mapping.paths())
    record_type = constant_of(mapping, "type") if mapping.entity is Entity.CRM_RECORDS else None
    target = forms.target(mapping.entity, database=database, record_type=record_type)
    place = record_type or "any type" if mapping.entity is Entity.CRM_RECORDS else database
    seen = {
        Side.SALESFORCE: seen_fields(salesforce, mapping.sobject, mapping.paths()),
        Side.DAKTELA: seen_target(target, mapping, place),
    }
    changes = changes_of(mapping, reference or {}, seen)
    problems, warnings = check_mapping(mapping, source.unknown, target)
    drift = weigh(mapping, changes, problems, source.schema, target, transforms)
    errors = list(drift.errors)
    demanded = missing_filter(mapping.sobject, mapping.where)
    if demanded:
        errors.append(f"{mapping.position}: salesforce: {demanded}")
    if record_type is not None:
        checked = forms.check_type(record_type)
        if checked.known is False:
            rule = next(rule for rule in mapping.fields if rule.target == "type")
            what = f"Daktela has no CRM record type {record_type}"
            advice = nearest(record_type, checked.names)
            errors.append(str(MappingProblem(position=rule.position, path="fields.type", what=what, advice=advice)))
    return Findings(
        facts=MappingFacts(
            cursor=source.cursor,
            source=_still_read(source.schema, source.cursor, mapping, drift.left_out),
            target=target,
            left_out=drift.left_out,
            filter_moves=_filter_moves(mapping, salesforce),
        ),
        errors=tuple(errors),
        warnings=tuple(str(problem) for problem in warnings),
        seen=seen,
        reference=reference or {},
        changes=drift.changes,
    )


def _marked(
    mapping: MappingSpec,
    found: Findings,
    database: str,
    timezone: str,
    instance_url: str,
    transforms: Mapping[str, Transform],
) -> Findings:
    mark = mapping_fingerprint(
        mapping,
        database=database,
        timezone=timezone,
        instance_url=instance_url,
        transforms=transforms,
        left_out=found.facts.left_out,
    )
    return replace(found, facts=replace(found.facts, fingerprint=mark))


def _filter_moves(mapping: MappingSpec, salesforce: SalesforceClient) -> bool:
    if mapping.where is None:
        return False
    described = describe(salesforce, mapping.sobject)
    own = {str(found["name"]).lower(): bool(found.get("calculated")) for found in described["fields"]}
    return moves_by_itself(mapping.where, mapping.sobject, own)


def _still_read(schema: SourceSchema, cursor: str, mapping: MappingSpec, left_out: tuple[str, ...]) -> SourceSchema:
    """The schema without what only left out fields read."""
    if not left_out:
        return schema
    wanted = {path.lower() for path in ("Id", cursor, *SYSTEM, *without(mapping, left_out).paths())}
    return replace(schema, fields={path: found for path, found in schema.fields.items() if path.lower() in wanted})


def _reference(
    spec: SyncSpec, mapping: MappingSpec, locked: Mapping[str, Seen], ledger: Ledger | None
) -> dict[Side, SeenSchema]:
    """What both sides looked like: as the lock file says, completed by what the ledger knows of mapped fields."""
    agreed = locked.get(mapping.name, {})
    last = {} if ledger is None else ledger.schemas.read(spec.name, mapping.name)
    read = {path.lower() for path in mapping.paths()}
    reference = {**last, **agreed}
    for side in agreed.keys() & last.keys():
        if agreed[side].of == last[side].of:
            mapped = {path: found for path, found in last[side].fields.items() if path.lower() in read}
            reference[side] = replace(agreed[side], fields={**mapped, **agreed[side].fields})
    return reference


def _remember(spec: SyncSpec, findings: Mapping[str, Findings], ledger: Ledger) -> None:
    """Keep what was seen, and mark watermarks under which records are written without some fields."""
    now = datetime.now(UTC)
    for name, found in findings.items():
        ledger.schemas.save(spec.name, name, to_remember(found.reference, found.seen, found.changes), now)
        current = found.facts.fingerprint
        known = ledger.watermarks.fingerprint(spec.name, name)
        if known is not None and known != current and still_holds(known, current):
            ledger.watermarks.mark(spec.name, name, current)


def choose_database(spec: SyncSpec, of_connection: str | None, daktela: DaktelaClient) -> str:
    """Return the CRM database to load into. Raises ConfigurationError when none is chosen or there is none such."""
    name = spec.database or of_connection
    if not name:
        raise ConfigurationError(
            "no CRM database chosen",
            where=f"sync {spec.name}",
            advice=f"write `database:` into its sync.yaml or fill in CRM database of connection {spec.daktela_conn_id}",
        )
    checked = check_database(daktela, name)
    if checked.known is False:
        raise ConfigurationError(
            f"Daktela has no CRM database {name}",
            where=f"sync {spec.name}: database",
            advice=f"choose one of {', '.join(checked.names) or 'none that this user may see'}",
        )
    if checked.known is None:
        log.warning("CRM database %s could not be verified: %s", name, checked.reason)
    return name


def choose_timezone(spec: SyncSpec, daktela: DaktelaClient) -> str:
    """Daktela's own word first, then sync.yaml, then the connection: a guess would shift every time by hours."""
    zone = daktela.server_timezone or spec.timezone or daktela.settings.timezone
    if zone is None:
        raise ConfigurationError(
            "Daktela does not say in which time zone it is",
            where=f"sync {spec.name}",
            advice="write `timezone: Europe/Prague` into its sync.yaml, or fill in Server Time Zone of connection "
            f"{spec.daktela_conn_id}",
        )
    return zone


def _report_rights(spec: SyncSpec, rights: RightsFound, *, writes: bool) -> None:
    """A right that is certainly missing stops a run that would write; the rest is for whoever reads the log."""
    for warning in rights.warnings:
        log.warning("%s", warning)
    if rights.errors and writes:
        raise ConfigurationError("\n".join(rights.errors), where=f"sync {spec.name}")


def _report(spec: SyncSpec, findings: dict[str, Findings]) -> None:
    for name, found in findings.items():
        for warning in found.warnings:
            log.warning("%s", warning)
        for change in found.changes:
            log.log(LEVELS[change.severity], "%s: %s", change.severity, change)
        for target in found.facts.left_out:
            log.error("%s: %s is left out of this run and stays as it is in Daktela", name, target)
    errors = [error for found in findings.values() for error in found.errors]
    if errors:
        raise ConfigurationError(
            f"{len(errors)} mapped fields do not fit the two systems as they are now:\n" + "\n".join(errors),
            where=f"sync {spec.name}",
        )


def exhausted_limit(spec: SyncSpec, salesforce: SalesforceClient) -> str:
    """Why a run would be deferred now, empty when it would not."""
    try:
        guard_quota(salesforce, reserve=spec.limits.reserve_api_calls)
    except QuotaError as exc:
        log.warning("%s", exc)
        return str(exc)
    return ""


def constant_of(mapping: MappingSpec, target: str) -> str | None:
    """The constant that every record gets in one field, None when the field comes from Salesforce."""
    for rule in mapping.fields:
        if rule.target == target and len(rule.sources) == 1 and isinstance(rule.sources[0], Constant):
            return str(rule.sources[0].value)
    return None
