"""``rejects`` lists what is refused, without a value of a record."""

from __future__ import annotations

from datetime import UTC, datetime

from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from tests.cli.conftest import Terminal, answer
from tests.scenarios.scenario_runner import Runner

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def refuse(runner: Runner, mapping: str, id_: str, code: str, field: str = "") -> None:
    problem = Problem(code=code, field=field)
    outcome = RecordOutcome(id=id_, outcome=Outcome.REJECTED, problems=(problem,))
    runner.ledger.rejects.save("default", mapping, "run", [outcome], AT)


def test_rejects_are_listed_by_mapping_and_code(terminal: Terminal, runner: Runner) -> None:
    """Counted in groups, and each with its attempts and times; both filters narrow."""
    refuse(runner, "contacts", "003000000000001AAA", "email_invalid", "customFields.email")
    refuse(runner, "contacts", "003000000000002AAA", "phone_invalid")
    refuse(runner, "leads", "00Q000000000001AAA", "phone_invalid")
    found = answer(terminal("rejects", "--json"))
    assert sum(group["records"] for group in found["groups"]) == 3
    first = found["rejects"][0]
    assert (first["id"], first["code"], first["attempts"]) == ("003000000000001AAA", "email_invalid", 1)
    assert (first["first_seen"], first["last_seen"]) == (AT.isoformat(), AT.isoformat())
    assert first["next_try"] > AT.isoformat()
    by_code = answer(terminal("rejects", "--code", "phone_invalid", "--json"))["rejects"]
    assert [row["mapping"] for row in by_code] == ["contacts", "leads"]
    by_mapping = answer(terminal("rejects", "--mapping", "leads", "--json"))["rejects"]
    assert [row["id"] for row in by_mapping] == ["00Q000000000001AAA"]


def test_a_long_list_says_that_it_goes_on(terminal: Terminal, runner: Runner) -> None:
    """Nobody takes the first page for all there is."""
    for number in range(3):
        refuse(runner, "contacts", f"00300000000000{number}AAA", "phone_invalid")
    shown = terminal("rejects", "--limit", "2").stdout
    assert "1 more: raise --limit, or narrow by --mapping and --code" in shown


def test_each_reason_says_what_to_do(terminal: Terminal, runner: Runner) -> None:
    """In the words of the catalogue, for people and for programs."""
    refuse(runner, "contacts", "003000000000001AAA", "key_taken", "name")
    shown = terminal("rejects").stdout
    assert "key_taken: Another record, of this mapping or of another one of the sync, has the object of" in shown
    assert "Mend key" in shown
    (group,) = answer(terminal("rejects", "--json"))["groups"]
    assert (group["severity"], group["todo"][:8]) == ("mapping", "Mend key")


def test_an_unknown_mapping_is_refused(terminal: Terminal) -> None:
    """Rather than shown as having no rejects."""
    result = terminal("rejects", "--mapping", "contact")
    assert (result.exit_code, "did you mean contacts?" in result.stderr) == (2, True)
