"""Check a run before anything is read: sign-ins, rights, quota, the CRM database and every mapped field."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.errors import ConfigurationError, QuotaError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.preflight.destination import choose_database, choose_timezone
from salesforce_daktela.steps.preflight.forms import Forms
from salesforce_daktela.steps.preflight.inspection import Findings, inspect_mapping, schemas_before, with_fingerprint
from salesforce_daktela.steps.preflight.ledger_binding import check_belongs, claim_memory, ends_of
from salesforce_daktela.steps.preflight.other_model import refuse_other_models
from salesforce_daktela.steps.preflight.rights import check_rights
from salesforce_daktela.steps.preflight.schema_lock import read_lock
from salesforce_daktela.steps.preflight.untold_drift import with_untold
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.steps.run.fingerprint import still_holds, sync_fingerprint
from salesforce_daktela.steps.run.quota import guard_quota
from salesforce_daktela.sync.binding import Binding, Ends
from salesforce_daktela.sync.drift import Severity, to_remember
from salesforce_daktela.sync.request import Mode, RunRequest

log = logging.getLogger(__name__)

LEVELS = {Severity.INFO: logging.INFO, Severity.WARNING: logging.WARNING, Severity.ERROR: logging.ERROR}


def preflight(
    spec: SyncSpec,
    request: RunRequest,
    salesforce: SalesforceClient,
    daktela: DaktelaClient,
    *,
    database: str | None,
    ledger: Ledger | None = None,
    transforms: Mapping[str, Transform] | None = None,
    run_id: str = "",
) -> RunFacts:
    """Return what the later steps need to know. ``database`` is the one that the Daktela connection names, if any.

    With a ``ledger`` both schemas are compared with those of the run before, and saved if this run writes; a lock file
    in the sync folder takes precedence. ``transforms`` are the project's own. Of a run with a ``run_id``, changes that
    an earlier try has found are found again until ``hand_on``.
    Raises ConfigurationError when the ledger belongs to other systems, when what a mapping has written is of another
    model, or with everything in both systems that has to change.
    """
    began = time.monotonic()
    selected = [mapping for mapping in spec.mappings if request.selects(mapping.name)]
    _check_users(spec, selected, salesforce, daktela, writes=request.writes)
    chosen = choose_database(spec, database, daktela)
    ends = ends_of(salesforce, daktela, chosen)
    bound = None if ledger is None else _check_memory(spec, selected, ledger, ends)
    inspected = _inspect(spec, request, selected, chosen, salesforce, daktela, ledger, transforms)
    memory = None if ledger is None else claim_memory(spec.name, ledger, ends, bound, writes=request.writes)
    timezone = choose_timezone(spec, daktela)
    findings = _with_fingerprints(spec, inspected, chosen, timezone, salesforce.instance_url, transforms)
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
    return facts if ledger is None or not request.writes else _remembered(spec, facts, findings, ledger, run_id)


def _check_memory(spec: SyncSpec, selected: Sequence[MappingSpec], ledger: Ledger, ends: Ends) -> Binding | None:
    """Return the systems that the sync's memory belongs to. Raises where they, or models of Daktela, are others now."""
    bound = check_belongs(spec.name, ledger, ends)
    refuse_other_models(spec.name, selected, ledger)
    return bound


def _remembered(
    spec: SyncSpec, facts: RunFacts, findings: Mapping[str, Findings], ledger: Ledger, run_id: str
) -> RunFacts:
    """Save what was seen; return the facts with the changes that an earlier try of the run has found."""
    if run_id:
        drift = (with_untold(ledger, spec.name, name, run_id, facts.drift_of(name)) for name in findings)
        facts = replace(facts, drift=tuple(chain.from_iterable(drift)))
    _remember(spec, findings, ledger)
    return facts


def _check_users(
    spec: SyncSpec,
    selected: Sequence[MappingSpec],
    salesforce: SalesforceClient,
    daktela: DaktelaClient,
    *,
    writes: bool,
) -> None:
    """Sign in to both systems. A missing right stops a run that would write; any other doubt is only logged."""
    user = daktela.whoim()
    log.info("signed in to Daktela as %s, to Salesforce by %s", user.name, salesforce.flow)
    rights = check_rights(user, selected)
    for warning in rights.warnings:
        log.warning("%s", warning)
    if rights.errors and writes:
        raise ConfigurationError("\n".join(rights.errors), where=f"sync {spec.name}")


def _inspect(
    spec: SyncSpec,
    request: RunRequest,
    selected: Sequence[MappingSpec],
    database: str,
    salesforce: SalesforceClient,
    daktela: DaktelaClient,
    ledger: Ledger | None,
    transforms: Mapping[str, Transform] | None,
) -> dict[str, Findings]:
    locked = read_lock(spec.folder)
    # Only the usual run may use forms that the ledger has cached; any other is started to see the present state.
    known = ledger if request.mode is Mode.INCREMENTAL else None
    forms = Forms(daktela=daktela, ledger=known, sync=spec.name, fingerprint=sync_fingerprint(spec))
    findings = {
        mapping.name: inspect_mapping(
            mapping,
            database,
            salesforce,
            forms,
            reference=schemas_before(spec, mapping, locked, ledger),
            transforms=transforms or {},
            objects=spec.objects,
        )
        for mapping in selected
    }
    _report(spec, findings)
    return findings


def _with_fingerprints(
    spec: SyncSpec,
    findings: Mapping[str, Findings],
    database: str,
    timezone: str,
    instance_url: str,
    transforms: Mapping[str, Transform] | None,
) -> dict[str, Findings]:
    return {
        name: with_fingerprint(spec.mapping(name), found, database, timezone, instance_url, transforms or {})
        for name, found in findings.items()
    }


def _remember(spec: SyncSpec, findings: Mapping[str, Findings], ledger: Ledger) -> None:
    """Save the schemas that were seen, and note in watermarks that records are written without some fields."""
    now = datetime.now(UTC)
    for name, found in findings.items():
        ledger.schemas.save(spec.name, name, to_remember(found.reference, found.seen, found.changes), now)
        current = found.facts.fingerprint
        known = ledger.watermarks.fingerprint(spec.name, name)
        if known is not None and known != current and still_holds(known, current):
            ledger.watermarks.mark(spec.name, name, current)


def _report(spec: SyncSpec, findings: dict[str, Findings]) -> None:
    for name, found in findings.items():
        for warning in found.warnings:
            log.warning("%s", warning)
        for change in found.changes:
            log.log(LEVELS[change.severity], "%s: %s", change.severity, change)
        for target in found.facts.left_out:
            log.error("%s: %s is left out of this run and stays as it is in Daktela", name, target)
    errors = [str(error) for found in findings.values() for error in found.errors]
    if errors:
        raise ConfigurationError(
            f"{len(errors)} mapped fields do not fit the two systems as they are now:\n" + "\n".join(errors),
            where=f"sync {spec.name}",
        )


def exhausted_limit(spec: SyncSpec, salesforce: SalesforceClient) -> str:
    """Why a run would be deferred now, empty when it would not."""
    try:
        guard_quota(salesforce, spec.limits)
    except QuotaError as exc:
        log.warning("%s", exc)
        return str(exc)
    return ""
