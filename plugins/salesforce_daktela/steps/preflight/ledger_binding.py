"""Compare the systems that the ledger belongs to with those that the connections reach, before any write."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.steps.run.facts import Memory, RunFacts
from salesforce_daktela.sync.binding import Binding, Ends

if TYPE_CHECKING:
    # Tasks that call neither system need no network.
    from salesforce_daktela.daktela.client import DaktelaClient
    from salesforce_daktela.salesforce.client import SalesforceClient

log = logging.getLogger(__name__)

CLEAR_OR_WAIT = "clear the run from preflight on, or let the next run do the work"


def ends_of(salesforce: SalesforceClient, daktela: DaktelaClient, database: str) -> Ends:
    """The systems that the connections reach now. Daktela's replies name no instance, so its address identifies it."""
    return Ends(organization=salesforce.organization_id, instance=daktela.settings.url.rstrip("."), database=database)


def check_belongs(sync: str, ledger: Ledger, met: Ends) -> Binding | None:
    """The binding of the sync's memory, None when it has none yet.

    Raises ConfigurationError when it belongs to other systems than those ``met``.
    """
    bound = ledger.bindings.read(sync)
    if bound is None or bound.ends == met:
        return bound
    if not ledger.bindings.holds_memory(sync):
        log.info("sync %s has saved nothing of %s, so other systems change nothing", sync, bound.ends)
        return bound
    raise ConfigurationError(
        f"the memory in the ledger at {ledger.place()} belongs to {bound.ends}; the connections answer {met}; "
        "nothing was written",
        where=f"sync {sync}",
        advice="correct the connection or `database:` if that was not meant. "
        f"`salesforce-daktela ledger rebind {sync}` if it is the same data under a new address. "
        f"`salesforce-daktela ledger reset {sync}` to forget and start anew: what is there is adopted, not doubled. "
        "To keep both, make another sync folder",
    )


def claim_memory(sync: str, ledger: Ledger, met: Ends, bound: Binding | None, *, writes: bool) -> Memory:
    """Return what the tasks of a run compare with; a run that writes binds a memory without a binding to ``met``.

    Raises ConfigurationError when another run has meanwhile bound it to other systems.
    """
    if writes and (bound is None or bound.ends != met):
        old = bound is None and ledger.bindings.holds_memory(sync)
        bound = ledger.bindings.bind(sync, met, expected=bound)
        if bound.ends != met:
            check_belongs(sync, ledger, met)
        made = ", made by an earlier release," if old else ""
        log.info("sync %s: from now on its memory%s belongs to %s", sync, made, met)
    owned = bound is not None and bound.ends == met
    return Memory(ledger=ledger.bindings.identity(), ends=met, mark=bound.mark if bound is not None and owned else "")


def confirm_memory(
    sync: str,
    ledger: Ledger,
    facts: RunFacts,
    *,
    salesforce: SalesforceClient | None = None,
    daktela: DaktelaClient | None = None,
) -> None:
    """Compare the ledger and systems of a task with those of preflight. Needs no request when the task is signed in.

    Raises ConfigurationError for another ledger, a changed binding, or another system.
    """
    memory = facts.memory
    if memory is None:
        return
    confirm_ledger(ledger, memory)
    bound = ledger.bindings.read(sync)
    if memory.mark and (bound is None or bound.mark != memory.mark):
        now = "belongs to nobody" if bound is None else f"belongs to {bound.ends}"
        raise ConfigurationError(
            f"the memory was reset or bound to other systems during this run: it now {now}",
            where=f"sync {sync}",
            advice=CLEAR_OR_WAIT,
        )
    organization = memory.ends.organization if salesforce is None else salesforce.organization_id
    instance = memory.ends.instance if daktela is None else daktela.settings.url.rstrip(".")
    met = Ends(organization=organization, instance=instance, database=facts.database)
    if met != memory.ends:
        raise ConfigurationError(
            f"preflight reached {memory.ends}; this task reaches {met}; nothing was written",
            where=f"sync {sync}",
            advice=f"a connection has changed during this run: {CLEAR_OR_WAIT}",
        )


def confirm_ledger(ledger: Ledger, memory: Memory) -> None:
    """Raise ConfigurationError when it is not the ledger that preflight opened."""
    if ledger.bindings.identity() == memory.ledger:
        return
    raise ConfigurationError(
        f"this task opens the ledger {ledger.bindings.identity() or 'without tables'} at {ledger.place()}, "
        f"preflight opened ledger {memory.ledger}; nothing was written",
        where="[salesforce_daktela] ledger_conn_id",
        advice="give every worker the same ledger: a PostgreSQL connection where there is more than one machine, "
        "and one AIRFLOW_HOME where it is a file; then clear the run from preflight on",
    )
