"""Processes that die between two of their own lines, and the retry of the same run that goes on from there."""

from __future__ import annotations

import pytest

from salesforce_daktela.ledger.ledger import ExtractCheckpoint, Ledger
from sandbox.testing import Sandbox
from tests.scenarios.conftest import FAST
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite


class Killed(BaseException):
    """The end of a process, which nothing in it can catch."""


class DiesWhenFinished(Ledger):
    """A ledger whose process is killed when all of an extraction is staged, before that is written down."""

    def save_checkpoint(self, checkpoint: ExtractCheckpoint) -> None:
        """Write it down unless it is the last word."""
        if checkpoint.finished:
            raise Killed
        super().save_checkpoint(checkpoint)


def test_a_download_that_was_complete_is_not_read_again(runner: Runner, sandbox: Sandbox) -> None:
    """The retry takes the parts that are there: it doubles none of them and need not start a new Bulk job."""
    rewrite(runner.folder / "sync.yaml", FAST, FAST.replace("}", ", bulk_above: 0}"))
    ledger = runner.ledger
    runner.ledger = DiesWhenFinished(ledger.db)
    with pytest.raises(Killed):
        runner.run()
    runner.ledger, runner.runs = ledger, runner.runs - 1
    started = ledger.checkpoint("default", "run-1", "accounts")
    report = runner.run()["accounts"]
    ended = ledger.checkpoint("default", "run-1", "accounts")
    assert started is not None
    assert ended is not None
    assert ended.extraction == started.extraction
    assert report.outcomes == {"created": len(alive(sandbox, "Account"))}
