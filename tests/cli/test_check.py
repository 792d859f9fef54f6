"""``check`` tells a person, or a script, what a run would stop at."""

from __future__ import annotations

from sandbox.testing import Sandbox
from tests.cli.conftest import Terminal, answer
from tests.scenarios.scenario_runner import Runner, rewrite


def test_the_shipped_mappings_fit(terminal: Terminal) -> None:
    """Both connections are named, and no mapping has an error."""
    (sync,) = answer(terminal("check", "--json"))["syncs"]
    assert [(m["mapping"], m["errors"]) for m in sync["mappings"]] == [
        ("accounts", []),
        ("contacts", []),
        ("leads", []),
        ("opportunities", []),
    ]
    connections = sync["connections"]
    assert (connections["database"], connections["timezone"], connections["deferred"]) == ("sales", "Europe/Prague", "")


def test_the_table_names_every_mapping(terminal: Terminal) -> None:
    """People get tables."""
    result = terminal("check")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in ("accounts", "contacts", "leads", "opportunities", "Europe/Prague"))


def test_mistakes_of_several_mappings_are_found_at_once(terminal: Terminal, runner: Runner) -> None:
    """An unknown field in one and an unknown object in another; the rest is still checked."""
    rewrite(runner.folder / "contacts.yaml", "firstname: {from: FirstName,", "firstname: {from: FristName,")
    rewrite(runner.folder / "leads.yaml", "salesforce: Lead", "salesforce: Laed")
    (sync,) = answer(terminal("check", "--json"), 1)["syncs"]
    errors = {m["mapping"]: m["errors"] for m in sync["mappings"]}
    assert (errors["accounts"], errors["opportunities"]) == ([], [])
    assert "did you mean FirstName" in errors["contacts"][0]
    assert "Salesforce has no object Laed" in errors["leads"][0]


def test_an_unknown_record_type_is_told_at_its_own_line(terminal: Terminal, runner: Runner) -> None:
    """With the name that was meant; the line is that of the rule, not of the file's first key."""
    rewrite(runner.folder / "opportunities.yaml", "type: {value: opportunity}", "type: {value: oportunity}")
    lines = (runner.folder / "opportunities.yaml").read_text().splitlines()
    at = next(number for number, line in enumerate(lines, 1) if "oportunity" in line)
    (sync,) = answer(terminal("check", "--json"), 1)["syncs"]
    (error,) = {m["mapping"]: m["errors"] for m in sync["mappings"]}["opportunities"]
    assert f"opportunities.yaml:{at}: fields.type: Daktela has no CRM record type oportunity" in error
    assert "did you mean opportunity?" in error


def test_a_transform_that_cannot_take_its_field_is_found(terminal: Terminal, runner: Runner) -> None:
    """Before a run finds it in its transform task."""
    rewrite(runner.folder / "opportunities.yaml", '"{Amount}"', "Amount")
    rewrite(runner.folder / "opportunities.yaml", 'transforms: [html_to_text, {join: "\\n"}]', "transforms: [lower]")
    result = terminal("check")
    assert result.exit_code == 1
    assert "lower takes text, but gets numbers" in " ".join(result.stdout.split())


def test_offline_reads_the_files_alone(terminal: Terminal, runner: Runner) -> None:
    """No request is made, and mistakes of the files have their line."""
    rewrite(runner.folder / "contacts.yaml", "transforms: [email, lower]", "transforms: [emial, lower]")
    (sync,) = answer(terminal("check", "--offline", "--json"), 1)["syncs"]
    assert any("unknown transform emial" in error and "contacts.yaml:13" in error for error in sync["errors"])
    assert runner.salesforce.calls == 0


def test_an_unknown_sync_is_a_mistake_of_usage(terminal: Terminal) -> None:
    """Exit code 2, one line on stderr with what there is, and nothing on stdout."""
    result = terminal("check", "--sync", "defualt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "--sync: there is no sync defualt: did you mean default? choose from default\n"


def test_a_system_that_does_not_answer_is_told_apart(terminal: Terminal, sandbox: Sandbox) -> None:
    """Exit code 3: trying again later may help."""
    sandbox.daktela.switch(without_result=1.0)
    assert terminal("check").exit_code == 3


def test_rights_are_told_as_far_as_they_can_be_known(terminal: Terminal, sandbox: Sandbox) -> None:
    """Before the first write: no right at all is an error, a part of them or a hidden role a warning."""
    (sync,) = answer(terminal("check", "--json"))["syncs"]
    assert (sync["errors"], sync["warnings"]) == ([], [])
    sandbox.daktela.switch(contacts_right="read")
    (sync,) = answer(terminal("check", "--json"))["syncs"]
    assert sync["errors"] == []
    assert "has only some rights on contacts (1 of 31)" in " ".join(sync["warnings"])
    sandbox.daktela.switch(contacts_right="full", crm_records_right="none", without_right="empty")
    (sync,) = answer(terminal("check", "--json"), 1)["syncs"]
    assert "Daktela user integrace has no right on crmRecords: give the role of the token's user" in sync["errors"][0]
    sandbox.daktela.switch(crm_records_right="full", role_shown="hidden")
    (sync,) = answer(terminal("check", "--json"))["syncs"]
    assert [warning.split(":")[0] for warning in sync["warnings"]] == [
        f"Daktela does not tell the rights of user integrace on {model}"
        for model in ("accounts", "contacts", "crmRecords")
    ]


def test_calls_and_lag_stand_there(terminal: Terminal, runner: Runner) -> None:
    """How many of the org's calls are left, and how old each mapping's watermark is."""
    (sync,) = answer(terminal("check", "--json"))["syncs"]
    assert sync["connections"]["calls_left"].endswith(" of 100,000")
    assert {(m["watermark"], m["lag_seconds"], m["lag"]) for m in sync["mappings"]} == {(None, None, "never settled")}
    runner.run()
    (sync,) = answer(terminal("check", "--json"))["syncs"]
    assert all(m["watermark"] and 0 <= m["lag_seconds"] < 3600 for m in sync["mappings"])
    result = terminal("check")
    assert "calls_left" in result.stdout
    assert "behind Salesforce" in " ".join(result.stdout.split())
