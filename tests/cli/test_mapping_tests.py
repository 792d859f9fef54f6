"""``test`` runs the tests beside the mappings, and needs no connection."""

from __future__ import annotations

from tests.cli.conftest import Terminal, answer
from tests.scenarios.scenario_runner import Runner, rewrite


def test_the_shipped_tests_pass_without_a_request(terminal: Terminal, runner: Runner) -> None:
    """Coverage is told for each mapping."""
    (sync,) = answer(terminal("test", "default", "--json"))["syncs"]
    assert {test["passed"] for test in sync["tests"]} == {True}
    assert sync["coverage"]["opportunities"] == {
        "field": {"tested": 6, "of": 6},
        "transform": {"tested": 5, "of": 5},
        "value": {"tested": 2, "of": 2},
        "missing": [],
    }
    assert runner.salesforce.calls == 0


def test_a_changed_mapping_fails_field_by_field(terminal: Terminal, runner: Runner) -> None:
    """Exit code 1, the test's place, what was expected and what came; ``check --offline`` says the same."""
    rewrite(runner.folder / "opportunities.yaml", '"true": CLOSE', '"true": OPEN')
    result = terminal("test")
    shown = " ".join(result.stdout.split())
    assert result.exit_code == 1
    assert "failed: mappings/default/tests/opportunities.yaml:29:5: a closed deal" in shown
    assert "│ stage │ 'CLOSE' │ 'OPEN' │" in shown
    (sync,) = answer(terminal("check", "--offline", "--json"), 1)["syncs"]
    assert sync["tests"]["failed"] == 1
    place = "mappings/default/tests/opportunities.yaml:29:5"
    assert sync["errors"] == [f"{place}: a closed deal: stage: expected 'CLOSE', got 'OPEN'"]


def test_a_test_file_with_a_mistake_is_named_and_the_other_tests_run(terminal: Terminal, runner: Runner) -> None:
    rewrite(runner.folder / "tests" / "leads.yaml", "becomes:", "becoms:")
    (sync,) = answer(terminal("test", "--json"), 1)["syncs"]
    assert any(
        "leads.yaml:32:5: tests[2].becoms: unknown key: did you mean becomes?" in told for told in sync["errors"]
    )
    assert {test["mapping"] for test in sync["tests"]} == {"accounts", "contacts", "leads", "opportunities"}
    assert "error: mappings/default/tests/leads.yaml:32:5" in terminal("test").stdout


def test_what_no_test_covers_is_named(terminal: Terminal, runner: Runner) -> None:
    rewrite(runner.folder / "opportunities.yaml", '"false": OPEN}', '"false": OPEN, "maybe": OPEN}')
    assert "not tested in opportunities: stage value maybe" in terminal("test").stdout


def test_an_unknown_sync_is_a_mistake_of_usage(terminal: Terminal) -> None:
    result = terminal("test", "defualt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no sync defualt: did you mean default?" in result.stderr
