"""Parts hold customers' data: none stay where `staging_path` was before somebody changed it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.preflight.rebind import reset
from salesforce_daktela.steps.record.forget import forget_remembered
from salesforce_daktela.steps.run.former_staging import former_stores
from salesforce_daktela.steps.settle.former_places import sweep_former_places
from salesforce_daktela.sync.request import RunRequest
from tests.scenarios.scenario_runner import Runner

CONTACTS = RunRequest(mappings=("contacts",))
HOURS, DAYS = timedelta(hours=1), timedelta(days=1)


def opened(place: str) -> PartStore:
    return PartStore(LocalFileSystem(), place.removeprefix("file://"))


def unanswered(_: str) -> PartStore:
    raise PermissionError("AccessDenied")


def sweep(runner: Runner, place: str, after: timedelta, opens: Callable[[str], PartStore] = opened) -> None:
    """As the preflight of a run does whose setting names ``place``."""
    now = datetime.now(UTC) + after
    sweep_former_places(runner.ledger, place, opens, now=now, retain_of=lambda _: timedelta(0))


def read(runner: Runner) -> None:
    """A run that reads and does not load."""
    facts = preflight(runner.spec, CONTACTS, runner.salesforce, runner.daktela, database=None, ledger=runner.ledger)
    runner.extract(runner.spec, runner.spec.mapping("contacts"), facts, CONTACTS, "run-1")


@pytest.fixture
def old(runner: Runner) -> str:
    """The place of a run before the setting was changed."""
    place = f"file://{runner.store.base}"
    sweep(runner, place, timedelta(0))
    return place


@pytest.fixture
def new(tmp_path: Path) -> str:
    """What the setting names now."""
    return f"file://{tmp_path / 'elsewhere'}"


def test_parts_of_a_settled_run_go_with_the_first_run_in_another_place(runner: Runner, old: str, new: str) -> None:
    runner.run(CONTACTS)
    assert runner.store.list_files("default")
    sweep(runner, new, HOURS)
    assert runner.store.list_files("default") == []
    assert runner.ledger.staging_places.besides(new) == []
    assert runner.ledger.staging_places.besides(old) == [new]


def test_parts_of_a_run_under_way_stay_for_a_week(runner: Runner, old: str, new: str) -> None:
    """Its worker may not have been started again since the setting was changed."""
    read(runner)
    before = runner.store.list_files("default")
    sweep(runner, new, 6 * DAYS)
    assert runner.store.list_files("default") == before != []
    assert runner.ledger.staging_places.besides(new) == [old]
    sweep(runner, new, 8 * DAYS)
    assert runner.store.list_files("default") == []
    assert runner.ledger.staging_places.besides(new) == []


def test_a_place_that_does_not_answer_is_told_for_a_month(
    runner: Runner, old: str, new: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The run goes on; once the place answers, its parts go."""
    read(runner)
    sweep(runner, new, 29 * DAYS, unanswered)
    assert f"parts may be left in {old}" in caplog.text
    sweep(runner, new, 29 * DAYS)
    assert runner.store.list_files("default") == []
    runner.ledger.staging_places.use(old, datetime.now(UTC))
    sweep(runner, new, 31 * DAYS, unanswered)
    assert runner.ledger.staging_places.besides(new) == []


def test_a_folder_that_this_machine_does_not_have_is_remembered(
    runner: Runner, new: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Another worker may have it, and clears it with a preflight of its own."""
    caplog.set_level(logging.INFO)
    runner.ledger.staging_places.use("file:///of/another/machine", datetime.now(UTC))
    sweep(runner, new, 29 * DAYS)
    assert "if another machine has this folder" in caplog.text
    assert runner.ledger.staging_places.besides(new) == ["file:///of/another/machine"]
    sweep(runner, new, 31 * DAYS)
    assert runner.ledger.staging_places.besides(new) == []


@pytest.mark.usefixtures("old")
def test_a_record_is_forgotten_in_former_places_too(runner: Runner, new: str) -> None:
    read(runner)
    sweep(runner, new, HOURS)
    held = next(iter(runner.store.batches_of(runner.store.list_files("default")[-1], 10)))["Id"][0].as_py()
    stores = (opened(new), *former_stores(runner.ledger, new, opened))
    assert forget_remembered("default", runner.ledger, *stores, id_=held).files
    assert forget_remembered("default", runner.ledger, *stores, id_=held).files == ()
    reset("default", runner.ledger, *stores)
    assert runner.store.list_files("default") == []


@pytest.mark.usefixtures("old")
def test_nothing_is_forgotten_while_a_former_place_does_not_answer(runner: Runner, new: str) -> None:
    """The receipt would promise what nobody has looked for."""
    sweep(runner, new, timedelta(0), unanswered)
    with pytest.raises(ConfigurationError, match="does not answer"):
        list(former_stores(runner.ledger, new, unanswered))
