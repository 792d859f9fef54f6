"""``discover`` writes a schema that agrees with the loader about names."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from tests.cli.conftest import Terminal, answer
from tests.scenarios.scenario_runner import Runner

MAPPINGS = ("accounts", "contacts", "leads", "opportunities")


def schema(runner: Runner, name: str) -> Draft7Validator:
    loaded = json.loads((runner.folder / ".schema" / f"{name}.json").read_text(encoding="utf-8"))
    Draft7Validator.check_schema(loaded)
    return Draft7Validator(loaded)


def written(runner: Runner, name: str) -> Any:
    """A file as an editor's schema sees it: dates are texts."""
    loaded = YAML(typ="safe", pure=True).load((runner.folder / f"{name}.yaml").read_text(encoding="utf-8"))
    return json.loads(json.dumps(loaded, default=str))


def test_the_shipped_mappings_pass_and_wrong_names_do_not(terminal: Terminal, runner: Runner) -> None:
    """Of both systems, of transforms, of keys; own fields and one parent up; the sync still loads with the schemas."""
    told = answer(terminal("discover", "--json"))
    rows = told["schemas"]
    assert [row["mapping"] for row in rows] == list(MAPPINGS)
    assert rows[1]["comment"] == "# yaml-language-server: $schema=.schema/contacts.json"
    for name in MAPPINGS:
        assert list(schema(runner, name).iter_errors(written(runner, name))) == []
    _check_refusals(schema(runner, "contacts"), written(runner, "contacts"))
    assert told["sync_schemas"][0]["comment"] == "# yaml-language-server: $schema=.schema/sync.json"
    sync = written(runner, "sync")
    assert list(schema(runner, "sync").iter_errors(sync)) == []
    for wrong in ({"limits": {"workers": 0}}, {"scheduel": "* * * * *"}, {"approve": {"changes_above": 20}}):
        assert not schema(runner, "sync").is_valid({**sync, **wrong})
    assert runner.spec.name == "default"
    again = {path.name: path.read_bytes() for path in (runner.folder / ".schema").iterdir()}
    assert terminal("discover").exit_code == 0
    assert {path.name: path.read_bytes() for path in (runner.folder / ".schema").iterdir()} == again


def _check_refusals(validator: Draft7Validator, mapping: Any) -> None:
    fields = mapping["fields"]
    right: dict[str, Any] = {
        "firstname": "{FirstName} {Account.Name}",
        "lastname": "Account.Owner.Email",
        "description": ["$Link", "Account.Industry"],
        "customFields.note": {"value": ["a", "b"], "transforms": ["unique", {"truncate": 3}]},
    }
    wrong: dict[str, Any] = {
        "firstname": "FristName",
        "lastname": "{FirstName} {LsatName}",
        "customFields.emial": "Email",
        "title": {"from": "LastName", "transforms": ["trimm"]},
        "description": {"from": "Account.Nmae"},
        "user": {"from": "Owner.Email", "lookup": "opportunities"},
        "customFields.note": {"from": "Title", "transform": ["trim"]},
        "account": {"lookup": "accounts"},
    }
    for target, rule in right.items():
        assert validator.is_valid({**mapping, "fields": {**fields, target: rule}}), target
    for target, rule in wrong.items():
        assert not validator.is_valid({**mapping, "fields": {**fields, target: rule}}), target
    assert not validator.is_valid({**mapping, "on_deleted": "keep"})


def test_the_shipped_tests_pass_their_schemas_and_wrong_names_do_not(terminal: Terminal, runner: Runner) -> None:
    """Each mapping has a schema of its own, for the fields that it reads and fills."""
    rows = answer(terminal("discover", "--json"))["schemas"]
    assert rows[1]["tests_comment"] == "# yaml-language-server: $schema=../.schema/contacts.tests.json"
    for name in MAPPINGS:
        assert list(schema(runner, f"{name}.tests").iter_errors(written(runner, f"tests/{name}"))) == []
    validator, right = schema(runner, "contacts.tests"), {"name": "one", "salesforce": {"Owner": {"Email": "a@b.cz"}}}
    assert validator.is_valid({"tests": [{**right, "fields": {"title": "Eva", "customFields": {"email": []}}}]})
    for wrong in (
        {},
        {"fields": {"titel": "Eva"}},
        {"salesforce": {"FristName": "Eva"}, "fields": {}},
        {"waits": ["acount"]},
        {"fields": {}, "dropped": -1},
    ):
        assert not validator.is_valid({"tests": [{**right, **wrong}]}), wrong


def test_one_mapping_can_be_chosen(terminal: Terminal, runner: Runner) -> None:
    """And an unknown one is refused."""
    assert terminal("discover", "--mapping", "leads").exit_code == 0
    assert sorted(path.name for path in (runner.folder / ".schema").iterdir()) == ["leads.json", "leads.tests.json"]
    result = terminal("discover", "--mapping", "lead")
    assert (result.exit_code, "there is no mapping lead: did you mean leads?" in result.stderr) == (2, True)


def test_the_table_says_where_the_schema_is(terminal: Terminal) -> None:
    """With the line that makes an editor read it."""
    shown = terminal("discover", "--mapping", "leads").stdout
    assert "first line of leads.yaml: # yaml-language-server: $schema=.schema/leads.json" in shown
