"""``sync.yaml`` as a checked ``SyncSpec``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import available_timezones

from croniter import CroniterError, croniter

from salesforce_daktela.mapping.language.section import Section
from salesforce_daktela.mapping.language.spans import parse_span
from salesforce_daktela.mapping.model import Approvals, Limits, MappingSpec, SyncSpec

WEEKLY = "17 3 * * 0"
"""Sundays at night; the odd minute keeps out of everybody else's full hour."""
NEVER = "never"


def parse_sync(sync: Section, folder: Path, mappings: tuple[MappingSpec, ...]) -> SyncSpec:
    """Return the sync; problems are in ``sync``."""
    schedule = sync.text("schedule")
    if schedule is not None and not _fires(schedule):
        sync.refuse("schedule", f"{schedule!r} is no cron expression", 'write it like "*/15 * * * *"')
    timezone = sync.text("timezone")
    if timezone is not None and timezone not in available_timezones():
        sync.refuse("timezone", f"unknown time zone {timezone}", "write it like Europe/Prague")
    spec = SyncSpec(
        name=folder.name,
        folder=str(folder),
        salesforce_conn_id=sync.text("salesforce_conn_id") or "salesforce_default",
        daktela_conn_id=sync.text("daktela_conn_id") or "daktela_default",
        database=sync.text("database"),
        schedule=schedule,
        timezone=timezone,
        mappings=mappings,
        limits=_limits(sync),
        approve=_approvals(sync),
        reconcile=_reconcile(sync),
        retain=parse_span(sync, "retain", timedelta(0)),
    )
    sync.finish()
    return spec


def _fires(schedule: str) -> bool:
    """Whether this is a cron expression of five fields that some day comes: 31 February never does."""
    try:
        croniter(schedule).get_next()
    except (CroniterError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return len(schedule.split()) == 5


def _reconcile(sync: Section) -> str | None:
    schedule = sync.text("reconcile") or WEEKLY
    if schedule != NEVER and not _fires(schedule):
        sync.refuse("reconcile", f"{schedule!r} is no cron expression", f'write it like "{WEEKLY}", or {NEVER}')
    return None if schedule == NEVER else schedule


def _limits(sync: Section) -> Limits:
    usual = Limits()
    section = sync.section("limits")
    if section is None:
        return usual
    limits = Limits(
        requests_per_second=section.number("requests_per_second", usual.requests_per_second, least=0.1, most=1000),
        workers=int(section.number("workers", usual.workers, least=1, most=64, whole=True)),
        reserve_api_calls=_reserve(section, usual.reserve_api_calls),
        budget_api_calls=_budget(section),
        part_rows=int(section.number("part_rows", usual.part_rows, least=1, most=50_000, whole=True)),
        bulk_above=int(section.number("bulk_above", usual.bulk_above, least=0, most=10_000_000, whole=True)),
        overlap=parse_span(section, "overlap", usual.overlap),
        lag=parse_span(section, "lag", usual.lag),
        bulk_timeout=parse_span(section, "bulk_timeout", usual.bulk_timeout),
    )
    section.finish()
    return limits


def _reserve(section: Section, usual: float) -> float:
    """A percentage of the daily calls, or a number of calls."""
    if isinstance(section.data.get("reserve_api_calls"), int):
        return section.number("reserve_api_calls", usual, least=1, most=100_000_000, whole=True)
    return section.share("reserve_api_calls", usual)


def _budget(section: Section) -> int | None:
    if section.take("budget_api_calls") is None:
        return None
    return int(section.number("budget_api_calls", 10, least=10, most=100_000_000, whole=True))


def _approvals(sync: Section) -> Approvals:
    usual = Approvals()
    section = sync.section("approve")
    if section is None:
        return usual
    approvals = Approvals(
        first_load=section.flag("first_load", usual.first_load),
        changes_above=None if section.take("changes_above") is None else section.share("changes_above", 1.0),
        removals=section.flag("removals", usual.removals),
    )
    section.finish()
    return approvals
