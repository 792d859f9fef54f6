"""What a page asks the ledger for, and why it gets no answer: no ledger is a reason for an error page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.overview import Version
from salesforce_daktela.ui.environment import LEDGER_TROUBLE, told_trouble

Found = TypeVar("Found")


def ask_ledger(environment: AirflowEnvironment, question: Callable[[Ledger], Found]) -> tuple[Found | None, str]:
    """Return what ``question`` finds; None with the reason, as a sentence, when the ledger cannot tell.

    The reason is empty for a ledger that is not there yet: the first run makes it.
    """
    try:
        ledger = environment.ledger()
        version = ledger.overview.version()
        if version.found != version.known:
            return None, _of_another_version(version)
        return question(ledger), ""
    except LEDGER_TROUBLE as exc:
        return None, told_trouble(exc)


def _of_another_version(version: Version) -> str:
    if not version.found:
        return ""
    if version.found < version.known:
        return (
            f"the ledger has version {version.found}, this program reads version {version.known}: the next run "
            "brings it up to that by itself, or `salesforce-daktela ledger upgrade` does now"
        )
    return (
        f"the ledger has version {version.found}, this program knows versions up to {version.known}: run the newest "
        "program that has been used with it on the API server, too"
    )
