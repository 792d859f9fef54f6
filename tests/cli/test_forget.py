"""``forget`` leaves nothing of a record on our side, and says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select, text

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Waiting
from salesforce_daktela.ledger.store.tables import metadata
from sandbox.testing import Sandbox
from tests.cli.conftest import Terminal, answer
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite


def everything(ledger: Ledger) -> str:
    """All that the ledger holds, as text."""
    with ledger.db.read() as connection:
        return "\n".join(
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )


def staged(runner: Runner) -> list[str]:
    return runner.store.list_files("default")


@pytest.fixture
def account(runner: Runner, sandbox: Sandbox) -> str:
    """An account that a run has loaded, with its parts kept and a contact that waits for it."""
    rewrite(runner.folder / "sync.yaml", "schedule:", "retain: 1d\nschedule:")
    runner.run()
    id_ = str(alive(sandbox, "Account")[0]["Id"])
    child = str(alive(sandbox, "Contact")[0]["Id"])
    waiting = Waiting(id=child, parent_mapping="accounts", parent_id=id_)
    runner.ledger.parking.park("default", "contacts", [waiting], runner.salesforce.server_time())
    assert id_ in everything(runner.ledger)
    assert staged(runner)
    return id_


def test_a_record_that_is_still_there_is_not_forgotten(terminal: Terminal, runner: Runner, account: str) -> None:
    """The next run would create it again; nothing is removed, and the exit code is 1."""
    before = everything(runner.ledger), staged(runner)
    result = terminal("forget", account, "--yes")
    assert (result.exit_code, "Salesforce still has this record" in result.stderr) == (1, True)
    assert (everything(runner.ledger), staged(runner)) == before


def test_nothing_of_an_erased_record_stays(
    terminal: Terminal, runner: Runner, sandbox: Sandbox, account: str, tmp_path: Path
) -> None:
    """Neither in the ledger nor in any staged file, half-written ones included; the receipt names neither."""
    name = next(row["Name"] for row in alive(sandbox, "Account") if row["Id"] == account)
    sandbox.salesforce.records.hard_delete("Account", account)
    sandbox.daktela.erase("accounts", f"sf_account_{account}")
    others = set(everything(runner.ledger).splitlines())
    half = f"{staged(runner)[0]}.0a1b2c3d.partial"
    runner.store.filesystem.pipe_file(f"{runner.store.base}/{half}", name.encode())
    written = answer(terminal("forget", account[:15], "--yes", "--json", "--receipt", str(tmp_path / "receipt.json")))
    assert json.loads((tmp_path / "receipt.json").read_text()) == written
    (removed,) = written["syncs"]
    assert (removed["salesforce"], removed["in_daktela"], removed["children_read_again"]) == ("absent", [], 1)
    found = {(row["mapping"], row["what"]): row["rows"] for row in removed["ledger"]}
    assert found == {("accounts", "records"): 1, ("accounts", "outcomes"): 1, ("contacts", "parked as parent"): 1}
    assert account[:15] not in everything(runner.ledger)
    beside = b"".join(path.read_bytes() for path in tmp_path.glob("ledger.db*"))
    assert account[:15].encode() not in beside
    assert all(account[:15] in line for line in others - set(everything(runner.ledger).splitlines()))
    assert half in removed["files"]
    assert not any(
        name.encode() in runner.store.filesystem.cat_file(f"{runner.store.base}/{p}") for p in staged(runner)
    )
    assert not any(text in json.dumps(written) for text in (account[:15], name))
    assert len(written["digest"]) == 32
    again = answer(terminal("forget", account, "--yes", "--json"))
    assert (again["digest"], again["syncs"][0]["ledger"], again["syncs"][0]["files"]) == (written["digest"], [], [])


def test_children_are_read_again_also_when_the_ledger_fails_in_between(
    terminal: Terminal, runner: Runner, sandbox: Sandbox, account: str
) -> None:
    """Repeated, the command still knows who has waited."""
    child = str(alive(sandbox, "Contact")[0]["Id"])
    with runner.ledger.db.write("default", "contacts") as connection:
        fails = "CREATE TRIGGER fails BEFORE INSERT ON sfd_rereads BEGIN SELECT RAISE(ABORT, 'no room'); END"
        connection.execute(text(fails))
    assert terminal("forget", account, "--yes", "--even-if-present").exit_code != 0
    with runner.ledger.db.write("default", "contacts") as connection:
        connection.execute(text("DROP TRIGGER fails"))
    (removed,) = answer(terminal("forget", account, "--yes", "--even-if-present", "--json"), 1)["syncs"]
    assert (removed["children_read_again"], runner.ledger.rereads.read("default", "contacts")) == (1, [child])


def test_a_sync_without_a_folder_forgets_too(
    terminal: Terminal, runner: Runner, sandbox: Sandbox, account: str
) -> None:
    """The ledger remembers it under its former name until somebody resets that."""
    (entry,) = runner.ledger.records.read("default", "accounts", [account]).values()
    runner.ledger.records.accept("former", "accounts", [entry])
    sandbox.salesforce.records.hard_delete("Account", account)
    sandbox.daktela.erase("accounts", f"sf_account_{account}")
    syncs = answer(terminal("forget", account, "--yes", "--json"))["syncs"]
    assert [(each["sync"], each["salesforce"]) for each in syncs] == [("default", "absent"), ("former", "unmapped")]
    assert account not in everything(runner.ledger)


def test_an_id_in_letters_of_another_case_is_the_same_record(
    terminal: Terminal, runner: Runner, sandbox: Sandbox, account: str
) -> None:
    """A spreadsheet has changed them: the record is forgotten all the same, and the receipt is that of its own Id."""
    assert account != account.lower()
    sandbox.salesforce.records.hard_delete("Account", account)
    sandbox.daktela.erase("accounts", f"sf_account_{account}")
    written = answer(terminal("forget", account.lower(), "--yes", "--json"))
    assert {row["what"] for row in written["syncs"][0]["ledger"]} >= {"records", "parked as parent"}
    assert account not in everything(runner.ledger)
    assert answer(terminal("forget", account, "--yes", "--json"))["digest"] == written["digest"]


def test_what_daktela_still_has_is_told(terminal: Terminal, sandbox: Sandbox, account: str) -> None:
    """Forgetting is ours alone: the object there has to be erased there, so the exit code is 1."""
    sandbox.salesforce.records.delete("Account", account)
    (removed,) = answer(terminal("forget", account, "--yes", "--json"), 1)["syncs"]
    assert (removed["salesforce"], removed["in_daktela"]) == ("in_bin", ["accounts"])


def test_the_terminal_names_an_adopted_object_that_is_left(
    terminal: Terminal, runner: Runner, sandbox: Sandbox
) -> None:
    """Its name is not made of the Id, and nobody can tell it once it is forgotten; the receipt has no names."""
    runner.run()
    entries = runner.ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    adopted = next(entry for entry in entries.values() if entry.adopted)
    sandbox.salesforce.records.hard_delete("Contact", adopted.id)
    result = terminal("forget", adopted.id, "--yes", "--json")
    assert f"Daktela still has its object {adopted.name}: erase it there" in result.stderr
    assert adopted.name not in result.stdout


def test_a_present_record_can_be_forgotten_on_purpose(terminal: Terminal, runner: Runner, account: str) -> None:
    """With --even-if-present."""
    assert terminal("forget", account, "--yes", "--even-if-present").exit_code == 1
    assert account not in everything(runner.ledger)


def test_nothing_is_forgotten_without_a_yes(terminal: Terminal, runner: Runner, account: str) -> None:
    """The question has no default answer."""
    assert terminal("forget", account, "--even-if-present").exit_code == 1
    assert account in everything(runner.ledger)


def test_what_is_no_id_is_refused(terminal: Terminal) -> None:
    """Exit code 2."""
    result = terminal("forget", "Robert'; DROP")
    assert (result.exit_code, "is no Salesforce Id" in result.stderr) == (2, True)
