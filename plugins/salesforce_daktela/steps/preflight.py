"""Before anything is read: both sign-ins, rights, quota, the CRM database, and every mapped field in both systems."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.discovery import check_database, check_record_type, discover
from salesforce_daktela.errors import ConfigurationError, QuotaError
from salesforce_daktela.mapping.check import check_mapping
from salesforce_daktela.mapping.model import Constant, Entity, MappingSpec, SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.describe import resolve
from salesforce_daktela.steps.facts import MappingFacts, RunFacts
from salesforce_daktela.steps.fingerprint import fingerprint
from salesforce_daktela.steps.quota import guard_quota
from salesforce_daktela.sync.request import RunRequest

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """One mapping's facts, with what stops the run and what is merely worth knowing."""

    facts: MappingFacts
    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def preflight(
    spec: SyncSpec, request: RunRequest, salesforce: SalesforceClient, daktela: DaktelaClient, *, database: str | None
) -> RunFacts:
    """Return what the later steps need to know. ``database`` is the Daktela connection's own choice, if any.

    Raises ConfigurationError listing everything that has to be mended, both systems at once.
    """
    user = daktela.whoim()
    log.info("signed in to Daktela as %s, to Salesforce by %s", user.name, salesforce.flow)
    chosen = _database(spec, database, daktela)
    findings = {
        mapping.name: inspect_mapping(mapping, chosen, salesforce, daktela)
        for mapping in spec.mappings
        if request.selects(mapping.name)
    }
    _report(spec, findings)
    return RunFacts(
        instance_url=salesforce.instance_url,
        database=chosen,
        timezone=_timezone(spec, daktela),
        now=salesforce.server_time(),
        fingerprint=fingerprint(spec.folder),
        deferred=_deferred(spec, salesforce),
        mappings={name: found.facts for name, found in findings.items()},
    )


def inspect_mapping(
    mapping: MappingSpec, database: str, salesforce: SalesforceClient, daktela: DaktelaClient
) -> Findings:
    """Hold one mapping against the two live schemas."""
    source = resolve(salesforce, mapping.sobject, mapping.paths())
    record_type = _constant(mapping, "type") if mapping.entity is Entity.CRM_RECORDS else None
    target = discover(daktela, mapping.entity, database=database, record_type=record_type)
    problems, warnings = check_mapping(mapping, source.unknown, target)
    errors = [str(problem) for problem in problems]
    if record_type is not None:
        checked = check_record_type(daktela, record_type)
        if checked.known is False:
            known = ", ".join(checked.names) or "none"
            errors.append(
                f"{mapping.position}: type: Daktela has no CRM record type {record_type}: choose one of {known}"
            )
    return Findings(
        facts=MappingFacts(cursor=source.cursor, source=source.schema, target=target),
        errors=tuple(errors),
        warnings=tuple(str(problem) for problem in warnings),
    )


def _database(spec: SyncSpec, of_connection: str | None, daktela: DaktelaClient) -> str:
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


def _timezone(spec: SyncSpec, daktela: DaktelaClient) -> str:
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


def _report(spec: SyncSpec, findings: dict[str, Findings]) -> None:
    for found in findings.values():
        for warning in found.warnings:
            log.warning("%s", warning)
    errors = [error for found in findings.values() for error in found.errors]
    if errors:
        raise ConfigurationError(
            f"{len(errors)} mapped fields do not fit the two systems as they are now:\n" + "\n".join(errors),
            where=f"sync {spec.name}",
        )


def _deferred(spec: SyncSpec, salesforce: SalesforceClient) -> str:
    try:
        guard_quota(salesforce, reserve=spec.limits.reserve_api_calls)
    except QuotaError as exc:
        log.warning("%s", exc)
        return str(exc)
    return ""


def _constant(mapping: MappingSpec, target: str) -> str | None:
    for rule in mapping.fields:
        if rule.target == target and len(rule.sources) == 1 and isinstance(rule.sources[0], Constant):
            return str(rule.sources[0].value)
    return None
