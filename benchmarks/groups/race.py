"""Readers of Salesforce that people use today, and this project's, over the same contacts."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from statistics import median
from urllib.parse import urlsplit

from benchmarks.measuring import measure
from benchmarks.race_page import READERS
from benchmarks.racers import Racer, Read, racers
from benchmarks.salesforce_control import SalesforceControl
from benchmarks.sandbox_process import sandbox
from benchmarks.settings import Settings
from benchmarks.stage import WIDE, order_of
from scripts.clients.installed import versions
from scripts.clients.login_host import certify_login_host
from scripts.clients.name_service import name_service

Numbers = dict[str, float | int]
ROWS, QUICK_ROWS = 100_000, 3_000
CHANGED = 100
STAMP_SECONDS = 2.0
"""Longer than the unit of a change stamp, so that a change is neither at the end of one window nor of the next."""

also_used = versions


def run(settings: Settings) -> Numbers:
    """Everything ``repeats`` times, then a hundred changed records as often; CPU and memory are medians."""
    home = settings.home / "sandbox"
    certify_login_host(home)
    with (
        sandbox(home, contacts=QUICK_ROWS if settings.quick else ROWS) as side,
        name_service(urlsplit(side.salesforce["url"]).port or 443) as proxy,
    ):
        order = {**order_of(settings.home / "racers", side, WIDE), "since": ""}
        order["fields"] = measure("race.facts", order, settings.home / "racers").facts["fields"]
        entered, control = racers(order, proxy), SalesforceControl(side)
        numbers: Numbers = {"changed": CHANGED, "contacts": QUICK_ROWS if settings.quick else ROWS}
        numbers |= _race(entered, control, settings.repeats, "full", since="")
        time.sleep(STAMP_SECONDS)
        since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        side.change("Contact", CHANGED)
        time.sleep(STAMP_SECONDS)
        numbers |= _race(entered, control, settings.repeats, "increment", since=since)
    return numbers


def _race(entered: dict[str, Racer], control: SalesforceControl, repeats: int, what: str, *, since: str) -> Numbers:
    """All of them in turn, ``repeats`` times."""
    reads: dict[str, list[Read]] = {name: [] for name in READERS}
    calls = {}
    for _ in range(repeats):
        for name in READERS:
            control.forget()
            reads[name].append(entered[name].read(since))
            calls[name] = control.calls()
    numbers: Numbers = {}
    for name, found in reads.items():
        numbers |= {f"{name}_{what}_rows": found[-1].rows, f"{name}_{what}_calls": calls[name]}
        numbers |= {f"{name}_{what}_cpu": median(read.cpu for read in found)}
        numbers |= {f"{name}_{what}_peak_mib": median(read.peak for read in found)}
    return numbers
