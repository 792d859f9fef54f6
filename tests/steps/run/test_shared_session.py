"""One sign-in serves many processes, and only those that could sign in themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import responses

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import Kind, kept_key
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.sign_in.kept_session import _fernet
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from salesforce_daktela.steps.run.shared_session import SharedSession

HOST = "https://acme.my.salesforce.com"
CREDENTIALS = SalesforceCredentials(instance_uri=HOST, consumer_key="key", consumer_secret="for-this-test-only")
TOKEN = "00Dxx!a-token"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    """An org that signs everybody in and answers."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(f"{HOST}/services/oauth2/token", json={"access_token": TOKEN, "instance_url": HOST})
        mock.get(f"{HOST}/services/data", json=[])
        yield mock


def ask(ledger: Ledger, credentials: SalesforceCredentials = CREDENTIALS) -> SalesforceClient:
    """What one process does: one call through a client of its own."""
    client = SalesforceClient(credentials, keeper=SharedSession(ledger, "sf", credentials), sleep=lambda _: None)
    client.get_json("/services/data")
    return client


def sign_ins(web: responses.RequestsMock) -> int:
    return sum(str(call.request.url).endswith("/token") for call in web.calls)


def test_the_second_process_does_not_sign_in(web: responses.RequestsMock, ledger: Ledger) -> None:
    """It goes on with the first one's session, by whatever flow that was."""
    first, second = ask(ledger), ask(ledger)
    assert sign_ins(web) == 1
    assert second.flow == first.flow


@pytest.mark.usefixtures("web")
def test_the_kept_session_is_masked_in_logs_too(ledger: Ledger) -> None:
    """A token that was not asked for here is as secret as one that was."""
    ask(ledger)
    seen: list[str] = []
    SalesforceClient(CREDENTIALS, keeper=SharedSession(ledger, "sf", CREDENTIALS), on_token=seen.append).flow  # noqa: B018
    assert seen == [TOKEN]


@pytest.mark.usefixtures("web")
def test_the_ledger_cannot_be_read_for_it(ledger: Ledger) -> None:
    """Neither the token nor a secret stands there."""
    ask(ledger)
    kept = ledger.cache.read(kept_key(Kind.SESSION, "sf"))
    assert kept is not None
    for secret in (TOKEN, "for-this-test-only", HOST):
        assert secret.encode() not in kept[0]


@pytest.mark.parametrize(
    "changed",
    [
        replace(CREDENTIALS, consumer_secret="another"),
        replace(CREDENTIALS, consumer_key="another"),
        replace(CREDENTIALS, username="somebody", password="x"),
        replace(CREDENTIALS, trusted_hosts=frozenset({"sandbox.test"})),
    ],
    ids=["secret", "app", "user", "trusted hosts"],
)
def test_whoever_holds_other_credentials_signs_in(
    web: responses.RequestsMock, ledger: Ledger, changed: SalesforceCredentials
) -> None:
    """Also when a connection's secret was replaced because somebody else knew it."""
    ask(ledger)
    ask(ledger, changed)
    assert sign_ins(web) == 2


def test_a_dead_session_is_replaced_for_everybody(web: responses.RequestsMock, ledger: Ledger) -> None:
    """The process that finds it dead signs in once; the next one uses what that brought."""
    ask(ledger)
    dead = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    web.replace(responses.GET, f"{HOST}/services/data", json=dead, status=401)
    web.get(f"{HOST}/services/data", json=[])
    ask(ledger)
    ask(ledger)
    assert sign_ins(web) == 2


@pytest.mark.parametrize("kept", [b"", b"nonsense", b"gAAAAAB" + b"x" * 80], ids=["empty", "text", "token-like"])
def test_what_cannot_be_opened_is_replaced(web: responses.RequestsMock, ledger: Ledger, kept: bytes) -> None:
    """A sign-in costs a call, an error would cost the run."""
    ledger.cache.keep(kept_key(Kind.SESSION, "sf"), kept, datetime.now(UTC))
    ask(ledger)
    ask(ledger)
    assert sign_ins(web) == 1


@pytest.mark.parametrize("fields", [{"access": TOKEN}, {"flow": "none of ours"}, {}, []])
def test_a_token_with_other_fields_is_asked_anew(web: responses.RequestsMock, ledger: Ledger, fields: object) -> None:
    """Another version of this program has left it."""
    kept = _fernet(CREDENTIALS, ledger.salt()).encrypt(json.dumps(fields).encode())
    ledger.cache.keep(kept_key(Kind.SESSION, "sf"), kept, datetime.now(UTC))
    ask(ledger)
    assert sign_ins(web) == 1
