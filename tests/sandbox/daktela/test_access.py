"""Tokens in five ways, sign-in, rights and hidden endpoints."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.daktela.sessions import PASSWORD
from tests.sandbox.daktela.client import Client


def plain(daktela: Client, path: str, **kwargs: Any) -> requests.Response:
    """Send a request without the client's token."""
    with requests.Session() as session:
        session.trust_env = False
        return session.request(
            "GET",
            f"{daktela.url}/api/v6/{path}",
            verify=daktela.ca,
            timeout=10,
            **kwargs,
        )


@pytest.mark.parametrize(
    "way",
    [
        {"headers": {"X-AUTH-TOKEN": "{}"}},
        {"headers": {"X-AUTH-TOKEN-OPENAPI": "{}"}},
        {"headers": {"Authorization": "Bearer {}"}},
        {"params": {"accessToken": "{}"}},
        {"cookies": {"c_user": "{}"}},
    ],
    ids=["header", "openapi header", "bearer", "query", "cookie"],
)
def test_a_token_is_taken_in_five_ways(daktela: Client, way: dict[str, dict[str, str]]) -> None:
    """All ways are equal; the query way leaves no token in the journal."""
    filled = {kind: {k: v.format(daktela.instance.token) for k, v in pairs.items()} for kind, pairs in way.items()}
    assert plain(daktela, "whoim.json", **filled).json()["result"]["user"]["name"] == "integrace"
    assert daktela.instance.token not in repr(daktela.instance.journal.entries)


@pytest.mark.parametrize("headers", [{}, {"X-AUTH-TOKEN": "wrong"}], ids=["missing", "invalid"])
def test_without_a_valid_token_the_reply_is_an_empty_401(daktela: Client, headers: dict[str, str]) -> None:
    """A missing and a wrong token are refused alike."""
    reply = plain(daktela, "contacts.json", headers=headers)
    assert (reply.status_code, reply.content) == (401, b"")


@pytest.mark.parametrize("sent", [{}, {"X-AUTH-TOKEN": "wrong"}], ids=["missing", "wrong"])
@pytest.mark.parametrize("setting", ["nobody", "unauthorized"])
def test_whoim_may_answer_200_to_an_unknown_caller(daktela: Client, sent: dict[str, str], setting: str) -> None:
    """With 200 and no user, as live instances do without a token, or with 401; other paths never do."""
    daktela.instance.switch(whoim_without_token=setting, whoim_wrong_token=setting)
    reply = plain(daktela, "whoim.json", headers=sent)
    if setting == "unauthorized":
        assert (reply.status_code, reply.content) == (401, b"")
    else:
        assert (reply.status_code, reply.json()["result"]["user"]) == (200, None)
    assert plain(daktela, "users.json", headers=sent).status_code == 401


def test_by_default_whoim_answers_without_a_token_and_refuses_a_wrong_one(daktela: Client) -> None:
    """These are the default settings."""
    assert plain(daktela, "whoim.json").json()["result"]["user"] is None
    assert plain(daktela, "whoim.json", headers={"X-AUTH-TOKEN": "wrong"}).status_code == 401


def test_a_missing_whoim_is_missing_for_unknown_callers_too(daktela: Client) -> None:
    """Where whoim is missing, it is missing for strangers too."""
    daktela.instance.switch(whoim_endpoint="missing")
    assert plain(daktela, "whoim.json").status_code == 404


def test_whoim_echoes_the_token(daktela: Client) -> None:
    """The very one that was sent, which is why its reply must not be kept; no other reply has it."""
    session = daktela.call("POST", "login.json", json={"username": "novakova", "password": PASSWORD}).json()["result"]
    for token in (daktela.instance.token, session["accessToken"]):
        reply = plain(daktela, "whoim.json", headers={"X-AUTH-TOKEN": token})
        assert reply.json()["result"]["user"]["_sys"]["accessToken"] == token
    assert daktela.instance.token not in daktela.get("users.json").text


def test_sign_in_gives_tokens_that_work_and_renew(daktela: Client) -> None:
    """login.json gives an access token and a refresh token; PUT trades the latter for a new pair."""
    first = daktela.call("POST", "login.json", json={"username": "novakova", "password": PASSWORD}).json()["result"]
    assert first["user"]["name"] == "novakova"
    assert plain(daktela, "whoim.json", headers={"X-AUTH-TOKEN": first["accessToken"]}).status_code == 200
    second = daktela.call("PUT", "login.json", json={"refreshToken": first["refreshToken"]}).json()["result"]
    assert plain(daktela, "whoim.json", headers={"X-AUTH-TOKEN": first["accessToken"]}).status_code == 401
    assert plain(daktela, "whoim.json", headers={"X-AUTH-TOKEN": second["accessToken"]}).status_code == 200


def test_a_login_with_only_token_may_give_a_plain_text(daktela: Client) -> None:
    """Older instances put the token itself into result."""
    daktela.instance.switch(login_reply="text")
    sent = {"username": "novakova", "password": PASSWORD, "only_token": 1}
    assert isinstance(daktela.call("POST", "login.json", json=sent).json()["result"], str)


@pytest.mark.parametrize(("user", "password"), [("novakova", "wrong"), ("kucera", PASSWORD), ("nobody", PASSWORD)])
def test_wrong_passwords_and_deactivated_users_do_not_sign_in(daktela: Client, user: str, password: str) -> None:
    """Sign-in fails with 401."""
    assert daktela.call("POST", "login.json", json={"username": user, "password": password}).status_code == 401


@pytest.mark.parametrize(
    ("switch", "endpoint"),
    [
        ("contacts_right", "contacts"),
        ("accounts_right", "accounts"),
        ("crm_records_right", "crmRecords"),
        ("campaigns_records_right", "campaignsRecords"),
    ],
)
def test_a_right_to_read_does_not_write(daktela: Client, switch: str, endpoint: str) -> None:
    """The role's right to a model decides between 200 and 403."""
    daktela.instance.switch(**{switch: "read"})
    assert daktela.get(f"{endpoint}.json").status_code == 200
    assert daktela.create(endpoint).status_code == 403


@pytest.mark.parametrize(("setting", "status"), [("refused", 403), ("empty", 200)])
def test_no_right_is_403_or_an_empty_list(daktela: Client, setting: str, status: int) -> None:
    """Which of the two is a switch, because nobody published it."""
    daktela.instance.switch(contacts_right="none", without_right=setting)
    reply = daktela.get("contacts.json")
    assert reply.status_code == status
    assert status == 403 or reply.json()["result"] == {"data": [], "total": 0}


@pytest.mark.parametrize(
    ("switch", "endpoint"),
    [
        ("users_endpoint", "users"),
        ("whoim_endpoint", "whoim"),
        ("crm_databases_endpoint", "crmDatabases"),
        ("crm_records_types_endpoint", "crmRecordsTypes"),
        ("form_crm_fields_endpoint", "formCrmFields"),
    ],
)
def test_catalogues_can_be_forbidden_or_missing(daktela: Client, switch: str, endpoint: str) -> None:
    """Each catalogue is readable, forbidden or missing on its own."""
    statuses = []
    for setting in ("readable", "forbidden", "missing"):
        daktela.instance.switch(**{switch: setting})
        statuses.append(daktela.get(f"{endpoint}.json").status_code)
    assert statuses == [200, 403, 404]


def test_whoim_shows_the_rights_of_the_role_or_hides_them(daktela: Client) -> None:
    """Each model has its mask."""
    daktela.instance.switch(contacts_right="read", accounts_right="none")
    options = daktela.get("whoim.json").json()["result"]["user"]["role"]["options"]
    assert (options["contacts"], options["accounts"], options["crmRecords"]) == (1, 0, 31)
    daktela.instance.switch(role_shown="hidden")
    assert daktela.get("whoim.json").json()["result"]["user"]["role"] is None
