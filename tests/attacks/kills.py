"""Kill -9 and cut connections at random instants of real runs under LocalExecutor; then everything must be true."""

from __future__ import annotations

import json
import logging
import random
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from sandbox.salesforce.user_activity import UserActivity
from tests.attacks.killing.deployment import Deployment, deployed
from tests.attacks.killing.targets import strike
from tests.attacks.killing.traces import leaked
from tests.attacks.killing.truth import MAPPINGS, Truth

log = logging.getLogger(__name__)

KILLS_PER_RUN = 10
STEPS = {"preflight": 1, "extract": 3, "transform": 1, "plan": 1, "approve": 1, "load": 5, "settle": 2}
"""The step in whose midst the next kill is to strike, and how often in proportion."""
PATIENCE = 8.0
"""Seconds to wait for that step before striking whatever is at work."""
LATEST = 3.0
"""Seconds into the step at most."""
RUN_SECONDS = 900.0
AT_WORK = ("running", "deferred")
CHANGED = 30
"""Records of each object that change before a run."""


def run(count: int, seed: int, home: Path) -> dict[str, int]:
    """Strike ``count`` times and return the figures; every kill is a line of ``kills.jsonl`` in ``home``.

    Raises RuntimeError when a run does not end, naming its tasks' states.
    """
    with deployed(home, seed) as deployment:
        attack = Attack(deployment, random.Random(seed))  # noqa: S311 repeatable, not secret
        while attack.struck.total() < count:
            attack.history(count - attack.struck.total())
        return attack.figures()


class Attack:
    """One deployment under fire, and what went wrong so far."""

    def __init__(self, deployment: Deployment, rng: random.Random) -> None:
        self.deployment, self.rng = deployment, rng
        self.truth = Truth(deployment)
        self.struck: Counter[str] = Counter()
        self.wrong: dict[str, set[str]] = {kind: set() for kind in ("lost", "doubled", "misreported", "leaked")}
        self.ended: dict[str, str] = {}

    def history(self, kills: int) -> None:
        """Runs under fire, then a quiet one, after which both systems must agree."""
        for _ in range(3):
            self.change()
            fired = min(kills, KILLS_PER_RUN)
            kills -= fired
            self.under_fire(fired)
            self.wrong["misreported"].update(f"watermark: {where}" for where in self.truth.unsettled())
            self.deployment.ledger.close()  # what is cut must be a task's connection, not ours
            if not kills:
                break
        self.finish(self.deployment.trigger())
        self.judge()

    def change(self) -> None:
        """What users do in Salesforce between two runs."""
        org = self.deployment.sandbox.salesforce
        for sobject in MAPPINGS:
            field = "LastName" if sobject in ("Contact", "Lead") else "Name"
            org.records.mutate(sobject, CHANGED, self.rng.randrange(10**6), field)
        activity = UserActivity(org)
        for _ in range(CHANGED):
            activity.act(self.rng)
        time.sleep(3)  # a run leaves the newest moments to the next one

    def under_fire(self, kills: int) -> None:
        """One run, struck ``kills`` times or until it ends."""
        run_id, left = self.deployment.trigger(), kills
        self.deployment.wait_until("the run's start", lambda: bool(self.deployment.under_way()), 120)
        while left and self.deployment.unfinished():
            self.wait_for_a_step()
            left -= self.strike()
        self.finish(run_id)

    def wait_for_a_step(self) -> None:
        """Until a random moment of a random step, or until patience ends."""
        (step,) = self.rng.choices(list(STEPS), list(STEPS.values()))
        moment, deadline = self.rng.uniform(0, LATEST), time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.deployment.unfinished():
            self.deployment.look_after()
            states = self.deployment.states()
            if any(step in task and state in AT_WORK for task, state in states.items()):
                break
            time.sleep(0.3)
        time.sleep(moment)

    def strike(self) -> bool:
        """Strike something while a run is under way, and write down what it was."""
        states, runs = self.deployment.states(), self.deployment.under_way()
        found = strike(self.deployment, self.rng) if runs and states else None
        if found is None:
            return False
        target, details = found
        self.struck[target] += 1
        line = {"at": datetime.now(UTC).isoformat(), "target": target, **details, "runs": runs, "tasks": states}
        with (self.deployment.home / "kills.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
        log.info("%d: %s", self.struck.total(), json.dumps(line))
        return True

    def finish(self, run_id: str) -> None:
        """Wait until no run is under way."""
        self.deployment.wait_until(run_id, lambda: not self.deployment.unfinished(), RUN_SECONDS)
        self.ended[run_id] = self.deployment.state_of(run_id)
        log.info("%s ended as %s", run_id, self.ended[run_id])

    def judge(self) -> None:
        """After quiet: compare both systems, and what was told of the runs with what they did."""
        quiet, state = list(self.ended.items())[-1]
        green = [run_id for run_id, ended in self.ended.items() if ended == "success"]
        self.wrong["lost"].update(self.truth.lost())
        self.wrong["doubled"].update(self.truth.doubled())
        self.wrong["misreported"].update(self.truth.misreported(green))
        self.wrong["leaked"].update(leaked(self.deployment))
        self.deployment.ledger.close()
        if state != "success":
            self.wrong["misreported"].add(f"{quiet}: {state} though nothing was in its way")
        wrong = {kind: sorted(found) for kind, found in self.wrong.items()}
        (self.deployment.home / "wrong.json").write_text(json.dumps(wrong, indent=1))
        log.info("%s; wrong: %s", json.dumps(self.figures()), json.dumps(wrong))

    def figures(self) -> dict[str, int]:
        """What has been done and seen so far."""
        ended = Counter(self.ended.values())
        return {
            "kills": self.struck.total(),
            **{f"kills_of_{target}": times for target, times in sorted(self.struck.items())},
            "runs": ended.total(),
            "runs_failed": ended["failed"],
            **{kind: len(found) for kind, found in self.wrong.items()},
        }
