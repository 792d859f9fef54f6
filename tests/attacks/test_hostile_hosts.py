"""Hosts that are not the ones they seem: no password and no token goes there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.errors import ConfigurationError, PipelineError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.salesforce.bulk.jobs import read_results
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError
from tests.daktela import examples as daktela
from tests.salesforce.examples import DATA, ORG, calls, csv_text, grant, make_client, schema
from tests.scripted_web import scripted_web

LOOKALIKES = (
    "https://acme.my.salesforce.com@evil.example",
    "https://acme.my.salesforce.com:secret@evil.example/",
    "https://evil.example#@acme.my.salesforce.com",
    "https://evil.example?.my.salesforce.com",
    "https://evil.example/.my.salesforce.com",
    "https://evil.example\\.my.salesforce.com",
    "https://evil.example%00.my.salesforce.com",
    "https://evil.example%2f.my.salesforce.com",
    "https://evil.example\t.my.salesforce.com",
    "https://acme.my.salesforce.com.evil.example",
    "https://acme-my-salesforce.com",
    "https://acme.my.salesf\u043erce.com",
    "https://acme.my.\u017falesforce.com",
    "https://acme.my.salesforce\u3002com",
    "https://acme.my.salesforce.com\uff0f.evil.example",
    "https://xn--acme.my.salesfrce-5of.com",
    "https://my.salesforce.com.",
    "https://2130706433",
    "https://0x7f000001",
    "https://127.0.0.1.evil.example",
    "https://localhost.evil.example",
    "https://[::ffff:10.0.0.1]",
    "http://acme.my.salesforce.com",
    "ftp://acme.my.salesforce.com",
    "javascript:alert(1)//acme.my.salesforce.com",
    "https://acme.my.salesforce.com:8443",
)


@pytest.fixture
def org() -> Iterator[None]:
    """Nothing leaves this process; what is not announced fails."""
    with responses.mock:
        yield


@pytest.mark.usefixtures("org")
@pytest.mark.parametrize("address", LOOKALIKES, ids=ascii)
def test_a_lookalike_of_salesforce_gets_no_secret(address: str) -> None:
    """It is refused, or it was the real host all along and only that one is asked."""
    try:
        host = make_client(instance_uri=address).credentials.instance_uri.removeprefix("https://")
    except ConfigurationError:
        return
    assert host.endswith(".salesforce.com")
    assert host.isascii()


NEARBY = (
    "https://localhost:1",
    "https://127.0.0.1",
    "https://[::1]:443",
    "https://10.0.0.1",
    "https://192.168.1.1:8443",
    "https://169.254.169.254",
    "https://[fd00::1]",
)
NAMED = frozenset({"localhost", "127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "fd00::1"})


@pytest.mark.usefixtures("org")
@pytest.mark.parametrize("address", NEARBY, ids=ascii)
def test_a_host_nearby_gets_no_secret(address: str) -> None:
    """Loopback and private addresses are not Salesforce's either."""
    with pytest.raises(ConfigurationError, match="is not a Salesforce host, so no credential is sent there"):
        make_client(instance_uri=address)
    assert calls() == []


@pytest.mark.usefixtures("org")
@pytest.mark.parametrize("trusted", [frozenset(), NAMED], ids=["nobody-named", "named"])
@pytest.mark.parametrize("address", [*LOOKALIKES, *NEARBY], ids=ascii)
def test_a_grant_cannot_send_its_token_elsewhere(address: str, trusted: frozenset[str]) -> None:
    """Not to a lookalike, and not to a host that somebody has named: Salesforce sends tokens to its own hosts alone."""
    grant(instance_url=address)
    with pytest.raises(PipelineError):
        make_client(trusted_hosts=trusted).get_json("/services/data/v60.0/x")
    hosts = {str(urlsplit(str(call.request.url)).hostname) for call in responses.calls}
    assert all(host.endswith(".salesforce.com") for host in hosts)


@pytest.mark.usefixtures("org")
def test_an_identity_at_another_host_is_never_asked() -> None:
    """Only the Ids at its end are read."""
    grant(id="https://evil.example/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS")
    responses.get(f"{DATA}/x", json={})
    make_client().get_json("/services/data/v60.0/x")
    assert len(responses.calls) == 2


@pytest.mark.usefixtures("org")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_does_not_take_the_token_along(status: int) -> None:
    """Neither to another host nor to another path."""
    grant()
    responses.get(f"{DATA}/x", status=status, headers={"Location": "https://evil.example/x"})
    with pytest.raises(SalesforceRefusedError, match="the API does not redirect"):
        make_client().get_json("/services/data/v60.0/x")
    assert all(str(call.request.url).startswith(ORG) for call in responses.calls)


@pytest.mark.usefixtures("org")
@pytest.mark.parametrize("locator", ["https://evil.example/", "/../../evil", "a&maxRecords=1#", "x y"])
def test_a_locator_is_a_parameter_and_nothing_else(locator: str) -> None:
    """It cannot become another address."""
    grant()
    fields = schema({"Name": FieldKind.TEXT})
    page = csv_text(["Name"], [["a"]])
    results = f"{DATA}/jobs/query/750xx/results"
    responses.get(results, body=page, headers={"Sforce-NumberOfRecords": "1", "Sforce-Locator": locator})
    responses.get(results, body=page, headers={"Sforce-NumberOfRecords": "1", "Sforce-Locator": "null"})
    pages = list(read_results(make_client(), "750xx", fields, locator=None, max_records=10))
    assert sum(found.table.num_rows for found in pages) == 2
    asked = urlsplit(str(responses.calls[-1].request.url))
    assert (asked.hostname, asked.path) == ("acme.my.salesforce.com", "/services/data/v60.0/jobs/query/750xx/results")
    assert parse_qs(asked.query) == {"maxRecords": ["10"], "locator": [locator]}


@pytest.mark.usefixtures("org")
@pytest.mark.parametrize("path", ["@evil.example/", ".evil.example/", "https://evil.example/", ":1@evil.example"])
def test_a_path_cannot_change_the_host(path: str) -> None:
    """Whatever a reply names as the next page."""
    client: SalesforceClient = make_client()
    with pytest.raises(ValueError, match="must not change the host"):
        client.request("GET", path)
    assert calls() == []


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_daktelas_token_follows_no_redirect(verb: str, status: int) -> None:
    """A renamed instance is a setting to change."""
    clock = daktela.Clock()
    client = daktela.make_client(clock)
    todo: dict[str, Any] = {
        "GET": lambda: client.get("contacts", "a"),
        "POST": lambda: client.create("contacts", {"name": "a"}),
        "PUT": lambda: client.update("contacts", "a", {}),
        "DELETE": lambda: client.delete("contacts", "a"),
    }
    with scripted_web() as web:
        address = f"{daktela.API}/contacts.json" if verb == "POST" else f"{daktela.API}/contacts/a.json"
        web.add(verb, address, status=status, headers={"Location": "https://evil.example/api/v6/contacts.json"})
        with pytest.raises(DaktelaError) as caught:
            todo[verb]()
        assert len(web.calls) == 1
    assert caught.value.kind is ErrorKind.REDIRECT
    client.close()


@pytest.mark.parametrize(
    "address",
    [
        "https://acme.daktela.com@evil.example",
        "https://token:x@acme.daktela.com",
        "https://evil.example\\@acme.daktela.com",
        "https://acme.daktela.com%2f.evil.example",
        "http://acme.daktela.com",
        "https://acme.daktela.com\r\nHost: evil.example",
    ],
    ids=ascii,
)
def test_daktelas_address_is_a_host_and_nothing_else(address: str) -> None:
    """Any host may be an instance, but it has to be the one that is read there."""
    with pytest.raises(ConfigurationError) as caught:
        daktela.make_client(daktela.Clock(), url=address)
    assert address not in str(caught.value)
