"""Which organization answers, and that it stays the same one."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from salesforce_daktela.errors import ConfigurationError
from tests.salesforce.examples import DATA, ORG, TOKEN, grant, make_client, page, refusal

ID, OTHER = "00Dxx0000001gPLEAY", "00Dxx0000001gPMEAY"
pytestmark = pytest.mark.usefixtures("org")


def test_the_sign_in_tells_it() -> None:
    """No request is spent on it."""
    grant()
    client = make_client()
    assert client.organization_id == ID
    assert client.calls == 1


@pytest.mark.parametrize("identity", [None, "https://login.salesforce.com/id/"], ids=["none", "without Ids"])
def test_a_sign_in_that_does_not_tell_it_is_helped_by_a_query(identity: str | None) -> None:
    """It is asked once."""
    grant(id=identity)
    responses.get(f"{DATA}/query", json=page([{"Id": ID[:15]}], total=1))
    client = make_client()
    assert [client.organization_id, client.organization_id] == [ID, ID]
    assert client.calls == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, refusal("INVALID_TYPE", "sObject type 'Organization' is not supported.")),
        (200, page([], total=0)),
        (200, page([{"Id": 7}], total=1)),
        (200, ["nonsense"]),
    ],
    ids=["refused", "no row", "no Id", "another shape"],
)
def test_an_org_that_cannot_be_told_is_no_org_to_load_from(status: int, body: Any) -> None:
    """What is remembered belongs to one organization: a guess would mix two."""
    grant(id=None)
    responses.get(f"{DATA}/query", status=status, json=body)
    with pytest.raises(ConfigurationError, match="does not tell which organization this is"):
        _ = make_client().organization_id


def test_a_renewed_session_of_another_org_is_refused() -> None:
    """The address has become another org between two requests, as after a sandbox refresh."""
    grant()
    responses.get(f"{DATA}/limits", status=401, json=refusal("INVALID_SESSION_ID"))
    client = make_client()
    assert client.organization_id == ID
    responses.replace(
        "POST",
        TOKEN,
        json={
            "access_token": "00Dyy!other",
            "instance_url": ORG,
            "id": f"https://login.salesforce.com/id/{OTHER}/005xx000001SwiUAAS",
        },
    )
    with pytest.raises(ConfigurationError, match=rf"answered as organization {ID} before, and .* organization"):
        client.limits()
    assert client.organization_id == ID
