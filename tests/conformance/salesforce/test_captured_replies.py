"""A reply that a real org gave: the sandbox gives the same, and the product's parser takes it."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.salesforce.schema.describe import resolve
from salesforce_daktela.salesforce.schema.field_paths import UnknownPathError, find_field
from sandbox.testing import Sandbox
from tests.conformance.salesforce.described import CAPTURED
from tests.conformance.salesforce.names import session_that_finds
from tests.salesforce.examples import DATA, grant, make_client


@pytest.fixture
def described(sandbox: Sandbox) -> dict[str, Any]:
    """Account's fields by name, as the sandbox describes them."""
    app = {"client_id": sandbox.salesforce.credentials.consumer_key,
           "client_secret": sandbox.salesforce.credentials.consumer_secret}  # fmt: skip
    with session_that_finds(sandbox.salesforce_url) as session:
        url = sandbox.salesforce_url
        form = {"grant_type": "client_credentials", **app}
        token = session.post(f"{url}/services/oauth2/token", data=form, timeout=20).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        reply = session.get(f"{url}/services/data/v60.0/sobjects/Account/describe", headers=headers, timeout=20)
    return {field["name"]: field for field in reply.json()["fields"]}


@pytest.mark.parametrize("field", CAPTURED["fields"], ids=lambda field: str(field["name"]))
def test_the_sandbox_describes_fields_as_the_captured_reply(described: dict[str, Any], field: dict[str, Any]) -> None:
    """The same properties in the same order with the same values, down to the kind of empty."""
    told = described[field["name"]]
    assert list(told) == list(field)
    assert told == field


@pytest.mark.parametrize("field", CAPTURED["fields"], ids=lambda field: str(field["name"]))
def test_all_other_fields_have_the_captured_shape(described: dict[str, Any], field: dict[str, Any]) -> None:
    """No other field has a property of a type that the captured one lacks, where Salesforce's may not be null."""
    fixed = {name: type(value) for name, value in field.items() if value is not None and name != "defaultValue"}
    differing = {
        (other["name"], name) for other in described.values() for name in fixed if type(other[name]) is not fixed[name]
    }
    assert differing == set()


@pytest.mark.parametrize(
    ("path", "kind"), [("id", FieldKind.TEXT), ("ISDELETED", FieldKind.BOOLEAN)], ids=["id", "boolean"]
)
def test_the_parser_takes_the_captured_reply(path: str, kind: FieldKind) -> None:
    """Names are spelled as Salesforce spells them, kinds and labels are read; a missing field is not made up."""
    found = find_field(lambda _: CAPTURED, "Account", path)
    told = {field["name"]: field for field in CAPTURED["fields"]}[found.path]
    assert (found.kind, found.label, found.length) == (kind, told["label"], told["length"])
    assert (found.calculated, found.filterable) == (False, True)
    with pytest.raises(UnknownPathError):
        find_field(lambda _: CAPTURED, "Account", "Name")


@responses.activate
def test_the_client_takes_the_captured_reply() -> None:
    """In an object's whole describe, beside a change stamp, both fields end up in the schema."""
    grant()
    stamp = {**CAPTURED["fields"][0], "name": "SystemModstamp", "type": "datetime", "label": "System Modstamp"}
    whole = {**CAPTURED, "name": "Account", "queryable": True, "fields": [*CAPTURED["fields"], stamp]}
    client = make_client()
    responses.get(f"{DATA}/sobjects/account/describe", json=whole)
    resolution = resolve(client, "account", ["id"])
    assert list(resolution.schema.fields) == ["Id", "SystemModstamp", "IsDeleted"]
    assert resolution.unknown == {}
