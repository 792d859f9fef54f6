"""``ledger rebind`` and ``ledger reset``: what a person decides after a connection has changed."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.ledger.records.entries import Claim, RecordState
from sandbox.testing import Sandbox
from tests.cli.conftest import Terminal, answer
from tests.scenarios.conftest import hurried_limiter
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner

VERBS = (
    ("plan",),
    ("replay", "--yes"),
    ("reconcile", "default"),
    ("reconcile", "default", "--repair", "--yes"),
)


@pytest.fixture
def moved(runner: Runner, sandbox: Sandbox) -> Runner:
    """A deployment whose Daktela connection got another address after the first load."""
    runner.run()
    url = sandbox.daktela_url.replace("localhost", "127.0.0.1")
    settings = DaktelaSettings(url=url, token=sandbox.daktela.token)
    runner.daktela = DaktelaClient(settings, limiter=hurried_limiter(), sleep=lambda _: None)
    return runner


def test_every_verb_that_acts_refuses_a_memory_of_other_ends(
    terminal: Terminal, moved: Runner, sandbox: Sandbox
) -> None:
    """Exit code 2, nothing written, both ends named; what only reads the ledger still answers."""
    id_ = str(alive(sandbox, "Account")[0]["Id"])
    rows = moved.ledger.overview.count_rows()
    for words in (*VERBS, ("explain", id_), ("forget", id_, "--yes", "--even-if-present")):
        result = terminal(*words)
        assert result.exit_code == 2, (words, result.output)
        assert "https://127.0.0.1" in result.stderr
        assert "https://localhost" in result.stderr
        assert "salesforce-daktela ledger rebind default" in result.stderr
    assert moved.ledger.overview.count_rows() == rows
    assert terminal("rejects").exit_code == 0


@pytest.mark.usefixtures("moved")
def test_check_says_what_a_run_would_stop_at(terminal: Terminal) -> None:
    """As an error of the sync, with exit code 1."""
    (found,) = answer(terminal("check", "--json"), 1)["syncs"]
    assert "the memory in the ledger" in found["errors"][0]


@pytest.mark.usefixtures("moved")
def test_rebind_takes_the_same_data_under_a_new_address(terminal: Terminal) -> None:
    """It asks, shows how much of the memory it found there, and says what follows; the second time changes nothing."""
    assert terminal("ledger", "rebind", "default").exit_code == 1
    assert terminal("plan").exit_code == 2
    found = answer(terminal("ledger", "rebind", "default", "--yes", "--json"))
    assert (found["changed"], found["before"]["instance"][:17]) == (True, "https://localhost")
    assert found["now"]["instance"].startswith("https://127.0.0.1")
    assert all(row["asked"] == row["in_salesforce"] == row["in_daktela"] > 0 for row in found["looked_for"])
    assert answer(terminal("plan", "--json"))["plans"][0]["plan"]["counts"] == {}
    assert answer(terminal("ledger", "rebind", "default", "--yes", "--json"))["changed"] is False
    assert "belongs to" in terminal("ledger", "rebind", "default").stdout


@pytest.mark.usefixtures("moved")
def test_rebind_refuses_what_is_not_the_same_data(terminal: Terminal, sandbox: Sandbox) -> None:
    """An instance without any of the remembered objects; even a yes given beforehand does not help."""
    sandbox.daktela.reset(empty=True)
    result = terminal("ledger", "rebind", "default", "--yes")
    assert (result.exit_code, "this is not the same data" in result.stderr) == (2, True)


@pytest.mark.usefixtures("moved")
def test_rebind_looks_for_loaded_records_behind_all_that_are_gone(terminal: Terminal, runner: Runner) -> None:
    """Old records come first by their Ids, and may have left both sides long ago."""
    entry = runner.ledger.records.page("default", "contacts", after="", limit=1)[0]
    gone = [replace(entry, id=f"003{n:012}AAA", name=f"gone {n}", state=RecordState.REMOVED) for n in range(1_001)]
    runner.ledger.records.accept("default", "contacts", gone)
    looked_for = answer(terminal("ledger", "rebind", "default", "--yes", "--json"))["looked_for"]
    (contacts,) = [each for each in looked_for if each["mapping"] == "contacts"]
    assert contacts["asked"] == contacts["in_salesforce"] == contacts["in_daktela"] == 50


def test_a_sync_is_reset_also_when_no_folder_is_left(terminal: Terminal, runner: Runner) -> None:
    """The ledger knows it."""
    runner.run()
    shutil.rmtree(runner.folder)
    assert answer(terminal("ledger", "reset", "default", "--yes", "--json"))["rows"]
    assert terminal("ledger", "reset", "default", "--yes").exit_code == 2


def test_reset_forgets_a_sync_and_the_next_run_adopts(terminal: Terminal, moved: Runner) -> None:
    """It asks, says how much it deleted, and the next run creates nothing."""
    assert terminal("ledger", "reset", "default").exit_code == 1
    assert moved.ledger.bindings.syncs() == ["default"]
    found = answer(terminal("ledger", "reset", "default", "--yes", "--json"))
    assert found["before"]["database"] == "sales"
    assert found["rows"]["records"] > 0
    assert moved.ledger.bindings.syncs() == []
    assert not any(report.outcomes.get("created") for report in moved.run().values())
    shown = terminal("ledger", "reset", "default", "--yes").stdout
    assert "adopts what it finds in Daktela by name and by match" in shown


def test_neither_interrupts_a_run_that_is_writing(terminal: Terminal, moved: Runner, sandbox: Sandbox) -> None:
    """Exit code 3: a later try may succeed."""
    id_ = str(alive(sandbox, "Account")[0]["Id"])
    known = moved.ledger.records.read("default", "accounts", [id_])[id_]
    claim = Claim(id=id_, name=known.name, expected=known, intent=None)
    assert moved.ledger.leases.take("default", "accounts", [claim], "somebody", seconds=60) == {id_}
    for verb in ("rebind", "reset"):
        result = terminal("ledger", verb, "default", "--yes")
        assert (result.exit_code, "a run is writing now" in result.stderr) == (3, True)


def test_a_sync_that_nobody_knows_is_refused(terminal: Terminal, runner: Runner) -> None:
    """With the nearest name."""
    runner.run()
    for verb in ("rebind", "reset"):
        result = terminal("ledger", verb, "defualt", "--yes")
        assert (result.exit_code, "default" in result.stderr) == (2, True)


def test_every_answer_names_the_ledger_that_it_speaks_of(terminal: Terminal, runner: Runner, sandbox: Sandbox) -> None:
    """Its own Id and its place: two ledgers are told apart, and so is a wrong AIRFLOW_HOME."""
    runner.run()
    status = answer(terminal("ledger", "status", "--json"))
    named = {"identity": status["identity"], "place": status["place"]}
    assert len(named["identity"]) == 16
    (owner,) = status["belongs"]
    assert (owner["sync"], owner["database"]) == ("default", "sales")
    id_ = str(alive(sandbox, "Account")[0]["Id"])
    for words in (*VERBS, ("explain", id_), ("rejects",), ("forget", id_, "--yes", "--even-if-present")):
        result = terminal(*words, "--json")
        assert f'"identity": "{named["identity"]}"' in result.stdout, (words, result.output)
        assert named["place"] in result.stdout
    for words in (("rejects",), ("check",), ("plan",)):
        assert f"ledger {named['identity']} at {named['place']}" in terminal(*words).stdout
