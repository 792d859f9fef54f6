"""A dialler that moves between any two requests, while members come, change, leave and come back, and runs die."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.records.accepted import AcceptedRecords
from salesforce_daktela.ledger.records.entries import RecordEntry
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.daktela.dialler import NEXT, advance, work
from sandbox.daktela.faults import Fault, Script
from sandbox.daktela.instance import Instance
from sandbox.testing import Sandbox, start_sandbox
from tests.scenarios.conftest import FAST, PROJECT, deploy
from tests.scenarios.scenario_runner import Runner, rewrite

MODEL = "campaignsRecords"
OWNED = ("nextcall", "user", "call_id", "activity", "statuses")
ACTS = 14


@dataclass(kw_only=True)
class Watch:
    """What the dialler left of each record, compared with what is there before it moves again."""

    instance: Instance
    replaces: bool
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    emptied: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Note where a run has moved a record in any way but to close it: a server's thread fails no test."""
        now = {each.name: dict(each.values) for each in self.instance.records(MODEL)}
        for name, before in self.seen.items():
            after = now.get(name)
            if after is not None and name not in self.emptied:
                self._compare(name, before, after)
        self.seen = now

    def look_away(self) -> None:
        """Take what is there for what it should be: the dialler has moved."""
        self.seen = {each.name: dict(each.values) for each in self.instance.records(MODEL)}

    def _compare(self, name: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        was, found = str(before["action"]), str(after["action"])
        owned = all(after[key] == before[key] for key in OWNED)
        if self.replaces and was not in ("0", "5") and found == "0":
            # The one change that shows what the instance does.
            self.emptied.add(name)
            self.wrong += [f"{name} was emptied, too"] if len(self.emptied) > 1 else []
        elif found not in (was, "5"):
            self.wrong.append(f"{name} had action {was} and has {found}")
        elif not owned and not (self.replaces and found == "5" != was):
            self.wrong.append(f"{name} has lost what the dialler left")


class Dialling(Script):
    """Orders faults by name, as any script does, and lets the dialler move before each request."""

    def __init__(self, watch: Watch, rng: random.Random) -> None:
        super().__init__()
        self.watch, self.rng, self.at_any_instant = watch, rng, True

    def next(self, method: str, endpoint: str, name: str) -> Fault | None:
        """The fault that strikes this request."""
        self.watch.look()
        if self.at_any_instant and endpoint == MODEL and self.rng.random() < 0.5:
            self._move(name)
            self.watch.look_away()
        return super().next(method, endpoint, name)

    def _move(self, name: str) -> None:
        """Move the very record that the request is about, or any."""
        record = self.watch.instance.get(MODEL, name)
        if record is None:
            work(self.watch.instance, 1 + self.rng.randrange(3))
            return
        for _ in range(1 + self.rng.randrange(3)):
            if NEXT[str(record.values["action"])]:
                record = advance(self.watch.instance, name)


@dataclass(kw_only=True)
class History:
    """One deployment with one seed."""

    runner: Runner
    sandbox: Sandbox
    rng: random.Random
    watch: Watch
    minutes: int = 0

    def act(self) -> None:
        """One act of Salesforce's users, of Daktela's, of ours, or of chance."""
        self.rng.choice((self.change, self.leave, self.come_back, self.add, self.lose, self.dial, self.run, self.run))()

    def change(self) -> None:
        for _ in range(4):
            self._update({"Status": self.rng.choice(("Sent", "Responded"))})

    def leave(self) -> None:
        if self.rng.random() < 0.5:
            self._update({"HasResponded": True})
        else:
            self.sandbox.salesforce.records.delete("CampaignMember", self._member())

    def come_back(self) -> None:
        self._update({"HasResponded": False})

    def add(self) -> None:
        records = self.sandbox.salesforce.records
        campaign = next(each["Id"] for each in records.read("Campaign") if each["IsActive"] and not each["IsDeleted"])
        contact = self.rng.choice([each["Id"] for each in records.read("Contact") if not each["IsDeleted"]])
        records.create("CampaignMember", {"CampaignId": campaign, "ContactId": contact, "Status": "Sent"})

    def lose(self) -> None:
        """The ledger forgets half of what it knows."""
        for each in self.sandbox.salesforce.records.read("CampaignMember"):
            if self.rng.random() < 0.5:
                self.runner.ledger.erasure.forget("dial_lists", each["Id"])

    def dial(self) -> None:
        work(self.sandbox.daktela, self.rng.randrange(12))
        self.watch.look_away()

    def run(self) -> None:
        """A run of some mode, which may be struck and may die."""
        ids = (self._member(), self._member())
        requests = (
            RunRequest(),
            RunRequest(mode=Mode.FULL),
            RunRequest(mode=Mode.RECORDS, ids=ids, mappings=("calls",)),
        )
        if self.rng.random() < 0.4:
            fault = self.rng.choice(("reset_after", "server_error_after", "reset_before", "without_result"))
            self.sandbox.daktela.script.order(fault, method=self.rng.choice(("POST", "PUT")), endpoint=MODEL)
        dying = pytest.MonkeyPatch()
        if self.rng.random() < 0.3:
            dying.setattr(AcceptedRecords, "accept", _dies)
        try:
            self.later(self.rng.choice(requests))
        except (TransportError, Killed):
            pass
        finally:
            dying.undo()
            self.sandbox.daktela.script.clear()

    def later(self, request: RunRequest | None = None) -> None:
        """One run, a minute after the last one."""
        self.minutes += 1
        self.sandbox.salesforce.switch(clock_skew_seconds=60.0 * self.minutes)
        try:
            self.runner.run(request)
        finally:
            self.watch.look()
            assert not self.watch.wrong

    def _member(self) -> str:
        return str(self.rng.choice(self._members())["Id"])

    def _members(self) -> Sequence[dict[str, Any]]:
        return [each for each in self.sandbox.salesforce.records.read("CampaignMember") if not each["IsDeleted"]]

    def _update(self, values: dict[str, Any]) -> None:
        self.sandbox.salesforce.records.update("CampaignMember", self._member(), values)


class Killed(BaseException):
    """The end of a process, which nothing in it can catch."""


def _dies(_: AcceptedRecords, _sync: str, mapping: str, entries: Sequence[RecordEntry], _run: str = "") -> None:
    if entries and mapping == "calls":
        raise Killed


CASES = [
    (seed, policy, mode) for seed in range(4) for policy in ("mark", "delete") for mode in ("partial", "replacing")
]


@pytest.mark.parametrize(
    ("seed", "policy", "put_mode"),
    [pytest.param(*case, marks=[pytest.mark.heavy] if number else []) for number, case in enumerate(CASES)],
)
def test_nobody_is_called_again_and_nothing_of_the_dialler_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, policy: str, put_mode: str
) -> None:
    """Where records are deleted the dialler moves between runs alone: no deletion can be taken back."""
    with start_sandbox(tmp_path / "sandbox", size="tiny", seed=seed + 1) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        history = _begun(tmp_path, sandbox, random.Random(seed), policy, put_mode)  # noqa: S311  the same again from the same seed
        for _ in range(ACTS):
            history.act()
        _converges(history)
        history.runner.ledger.close()


def _begun(home: Path, sandbox: Sandbox, rng: random.Random, policy: str, put_mode: str) -> History:
    folder = home / "mappings" / "dial_lists"
    shutil.copytree(PROJECT / "include" / "mappings" / "examples" / "dial_lists", folder)
    rewrite(folder / "sync.yaml", "limits: {requests_per_second: 10, workers: 4, reserve_api_calls: 20%}", FAST)
    if policy == "delete":
        rewrite(folder / "calls.yaml", "on_delete: mark\nmark: {action: 5}", "on_delete: delete")
    runner = deploy(folder, sandbox, home)
    runner.run()
    sandbox.daktela.switch(put_mode=put_mode, post_existing=rng.choice(("refused", "overwrites")))
    watch = Watch(instance=sandbox.daktela, replaces=put_mode == "replacing")
    watch.look()
    script = Dialling(watch, rng)
    script.at_any_instant = policy == "mark"
    sandbox.daktela.script = script
    return History(runner=runner, sandbox=sandbox, rng=rng, watch=watch)


def _converges(history: History) -> None:
    """With the dialler at rest, records that it does not hold say what Salesforce says."""
    script = history.sandbox.daktela.script
    assert isinstance(script, Dialling)
    script.at_any_instant = False
    for _ in range(2):
        history.later()
    history.later(RunRequest(mode=Mode.FULL))
    active = {each["Id"] for each in history.sandbox.salesforce.records.read("Campaign") if each["IsActive"]}
    for member in history._members():
        record = history.sandbox.daktela.get(MODEL, f"sf_call_{member['Id']}")
        if member["CampaignId"] not in active or member["HasResponded"]:
            continue
        assert record is not None
        if str(record.values["action"]) not in ("3", "4") and not history.watch.replaces:
            assert record.custom["member_status"] == [member["Status"]]
