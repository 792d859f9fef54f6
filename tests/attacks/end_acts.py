"""A connection changes ends: it comes back, the same data has moved, or the memory is begun anew."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.errors import ConfigurationError, PipelineError
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.preflight.ledger_binding import ends_of
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.preflight.rebind import look_for_memory, rebind, refuse_other_data, reset
from salesforce_daktela.sync.request import RunRequest
from tests.attacks.fuse import FusedSession
from tests.attacks.homes import MODEL_OF, PREFIX_OF
from tests.attacks.verdicts import PRESENT, ledger_rows, objects_of
from tests.attacks.world import World, age_leases, no_time

SYNC = "default"
NAMES = ("localhost", "127.0.0.1")
"""Two addresses of the sandbox: no reply tells that both lead to one instance."""

LONGER_THAN_A_LEASE = 600


def change_end(world: World, a: int, b: int, _c: int) -> None:
    """Another org, instance or CRM database for a while: nothing is written meanwhile."""
    if not world.runner.ledger.bindings.holds_memory(SYNC):
        return
    salesforce, daktela, spec = world.runner.salesforce, world.runner.daktela, world.runner.spec
    org = world.sandbox.salesforce
    if a % 3 == 0:
        org.switch(organization=2)
        world.runner.salesforce = SalesforceClient(
            salesforce.credentials, session=FusedSession(world.fuse), sleep=no_time
        )
    elif a % 3 == 1:
        world.runner.daktela = _elsewhere(daktela)
    else:
        spec = dataclasses.replace(spec, database="support" if spec.database != "support" else "sales")
    try:
        _meets_another(world, spec, goes_on=bool(b % 2) and a % 3 < 2)
    finally:
        org.switch(organization=1)
        world.runner.salesforce, world.runner.daktela = salesforce, daktela


def move(world: World, _a: int, _b: int, _c: int) -> None:
    """Daktela has another address from now on, and somebody says that it is the same data."""
    runner = world.runner
    if runner.ledger.bindings.read(SYNC) is None or not runner.ledger.bindings.holds_memory(SYNC):
        return
    before = runner.daktela
    runner.daktela = _elsewhere(before)
    _meets_another(world, runner.spec, goes_on=False)
    age_leases(runner.ledger.db, LONGER_THAN_A_LEASE)
    try:
        bound = runner.ledger.bindings.read(SYNC)
        database = runner.spec.database or ""
        met = ends_of(runner.salesforce, runner.daktela, database)
        refuse_other_data(SYNC, look_for_memory(runner.spec, runner.salesforce, runner.daktela, runner.ledger), met)
        rebind(SYNC, runner.ledger, met, bound)
    except PipelineError as exc:
        # Everything was taken away there, or a system does not answer: the connection is put back.
        world.errors.append("".join(traceback.format_exception_only(exc)))
        runner.daktela = before
    runner.known.clear()


def start_anew(world: World, _a: int, _b: int, _c: int) -> None:
    """Somebody resets the memory: what it held is found by name, what had left before stays behind."""
    runner = world.runner
    age_leases(runner.ledger.db, LONGER_THAN_A_LEASE)
    for row in ledger_rows(world, "records"):
        if row["state"] in (*PRESENT, "intended", "merged"):
            world.left_behind.add((MODEL_OF[row["mapping"]], row["name"]))
            world.left_behind.add((MODEL_OF[row["mapping"]], f"{PREFIX_OF[row['mapping']]}{row['id']}"))
    reset(SYNC, runner.ledger, runner.store)
    if runner.ledger.bindings.syncs():
        world.wrong("misreported", f"a reset left rows of {runner.ledger.bindings.syncs()}")
    runner.known.clear()


def _meets_another(world: World, spec: SyncSpec, *, goes_on: bool) -> None:
    """A run that begins, or one that goes on, meets other ends: it says so, and nothing has changed afterwards."""
    runner = world.runner
    before = _everything(world)
    world.fuse.renew()
    waiting = [each for each in world.waiting if each.facts is not None and not each.ended]
    try:
        if goes_on and waiting:
            waiting[0].step()
        else:
            preflight(spec, RunRequest(), runner.salesforce, runner.daktela, database=None, ledger=runner.ledger)
    except PipelineError as exc:
        world.errors.append("".join(traceback.format_exception_only(exc)))
        if isinstance(exc, ConfigurationError) and _everything(world) == before:
            return
        if _everything(world) != before:
            world.wrong("misreported", f"other ends were met, and something was written before {exc}")
        return
    world.wrong("misreported", f"other ends were met at {datetime.now(UTC)}, and nothing was said")


def _everything(world: World) -> tuple[object, ...]:
    tables = ("records", "watermarks", "rejects", "parked", "rereads", "bindings", "runs", "parts", "schemas")
    return (*(tuple(map(repr, ledger_rows(world, table))) for table in tables), objects_of(world))


def _elsewhere(daktela: DaktelaClient) -> DaktelaClient:
    """The same instance under its other address."""
    here, there = NAMES if NAMES[0] in daktela.settings.url else NAMES[::-1]
    settings = dataclasses.replace(daktela.settings, url=daktela.settings.url.replace(here, there))
    return DaktelaClient(settings, limiter=daktela.limiter, sleep=no_time)


ACTS: dict[str, Callable[[World, int, int, int], None]] = {
    each.__name__: each for each in (change_end, move, start_anew)
}
