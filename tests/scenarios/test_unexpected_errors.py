"""Whatever is raised for one record is that record's reject; the others of its part are loaded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from salesforce_daktela.daktela.write.upsert import create_or_settle
from salesforce_daktela.errors import TransportError
from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.staging.store import PartKey, PartRef
from salesforce_daktela.steps.extract.extractor import Extraction
from salesforce_daktela.steps.load import loader, removals, writer
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.sync.decision import is_stale
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, counts

ACCOUNTS = RunRequest(mappings=("accounts",))
LONG_NUMBER = "9" * 5_000
"""JSON has no limit for its numbers; Python reads none of more than 4,300 digits."""

ODD = {
    "a number that Python does not read": ("payload", f'{{"title": {LONG_NUMBER}}}'),
    "more levels than anybody reads": ("payload", "[" * 100_000 + "]" * 100_000),
    "a body that is none": ("payload", "[]"),
    "problems that are no JSON": ("problems", "{"),
    "references of another shape": ("references", '[{"x": 1}]'),
    "a reference that is none": ("references", "[null]"),
}


@pytest.fixture
def odd(sandbox: Sandbox, before_now: datetime) -> str:
    """An account that matches nothing in Daktela."""
    return sandbox.salesforce.records.create("Account", {"Name": "Zvláštní a.s."}, at=before_now)


def spoil(monkeypatch: pytest.MonkeyPatch, odd: str, column: str, text: str) -> None:
    """Have the parts of payloads hold ``text`` for one record."""
    whole = Runner.payloads

    def payloads(
        self: Runner, mapping: MappingSpec, facts: RunFacts, extraction: Extraction, run_id: str
    ) -> list[PartRef]:
        found = []
        for number, part in enumerate(whole(self, mapping, facts, extraction, run_id)):
            rows = self.store.read_part(part)
            changed = pc.if_else(pc.equal(rows["id"], odd), pa.scalar(text, rows[column].type), rows[column])
            key = PartKey(
                sync="default",
                run=run_id,
                mapping=mapping.name,
                extraction=extraction.extraction,
                kind="payloads",
                number=number,
            )
            table = rows.set_column(rows.schema.get_field_index(column), rows.schema.field(column), changed)
            found.append(self.store.write_part(key, [table], rows.schema))
        return found

    monkeypatch.setattr(Runner, "payloads", payloads)


def fail_for(odd: str, real: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    """``real``, but it raises for the object of one record."""

    def failing(*args: Any, **kwargs: Any) -> Any:
        if odd in repr(args):
            raise error
        return real(*args, **kwargs)

    return failing


def only_reject(runner: Runner, odd: str) -> dict[str, str]:
    return dict(runner.ledger.rejects.codes("default", "accounts", [odd]))


@pytest.mark.parametrize("what", ODD)
def test_an_odd_row_is_its_own_reject_on_plan_and_load(
    runner: Runner,
    sandbox: Sandbox,
    odd: str,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Both count it alike, the log tells where it failed and no value, and a later run takes the mended record."""
    with monkeypatch.context() as spoiled:
        spoil(spoiled, odd, *ODD[what])
        planned = counts(runner.run(RunRequest(mode=Mode.PLAN, mappings=("accounts",))))["accounts"]
        assert counts(runner.run(ACCOUNTS))["accounts"] == planned
    assert planned["rejected"] == 1
    assert sum(planned.values()) == len(alive(sandbox, "Account"))
    assert only_reject(runner, odd) == {odd: "unforeseen"}
    assert f"record {odd}: unforeseen " in caplog.text
    assert LONG_NUMBER[:100] not in caplog.text
    assert counts(runner.run(ACCOUNTS))["accounts"] == {"created": 1}
    assert only_reject(runner, odd) == {}


@pytest.mark.parametrize(("module", "name"), [(writer, "create_or_settle"), (loader, "differences")])
def test_a_write_that_fails_on_our_side_is_its_own_reject(
    runner: Runner, sandbox: Sandbox, odd: str, module: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the request or after its reply: the record is tried again, and made once."""
    with monkeypatch.context() as broken:
        broken.setattr(module, name, fail_for(odd, getattr(module, name), AttributeError("Zvláštní")))
        found = counts(runner.run(ACCOUNTS))["accounts"]
    assert found["rejected"] == 1
    assert only_reject(runner, odd) == {odd: "unforeseen"}
    assert counts(runner.run(ACCOUNTS))["accounts"] == {"created": 1}
    assert sandbox.daktela.get("accounts", f"sf_account_{odd}") is not None


def test_a_departure_that_fails_on_our_side_is_its_own_reject(
    runner: Runner, sandbox: Sandbox, odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again, and then the policy is followed."""
    runner.run(ACCOUNTS)
    sandbox.salesforce.records.delete("Account", odd)
    sandbox.salesforce.switch(clock_skew_seconds=60.0)
    with monkeypatch.context() as broken:
        broken.setattr(removals, "is_stale", fail_for("", is_stale, KeyError("Zvláštní")))
        assert counts(runner.run(ACCOUNTS))["accounts"] == {"rejected": 1}
    assert only_reject(runner, odd) == {odd: "unforeseen"}
    assert counts(runner.run(ACCOUNTS))["accounts"] == {"kept": 1}


def test_an_error_of_transport_still_stops_the_part(runner: Runner, odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says nothing about the record."""
    monkeypatch.setattr(writer, "create_or_settle", fail_for(odd, create_or_settle, TransportError("away")))
    with pytest.raises(TransportError, match="away"):
        runner.run(ACCOUNTS)
    assert only_reject(runner, odd) == {}
