"""The four OAuth grants, SOAP login and what a dead token gets."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.salesforce.credentials import DEFAULT_CREDENTIALS as KNOWN
from tests.sandbox.salesforce.client import Caller

APP = {"client_id": KNOWN.consumer_key, "client_secret": KNOWN.consumer_secret}
RIGHT = {**APP, "grant_type": "password", "username": KNOWN.username, "password": KNOWN.password + KNOWN.security_token}
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def refused(reply: requests.Response) -> tuple[int, str, str]:
    """Return status, error and description; the body is an object of just these two."""
    body = reply.json()
    assert set(body) == {"error", "error_description"}
    return reply.status_code, body["error"], body["error_description"]


def test_the_password_flow_gives_a_token(caller: Caller) -> None:
    """The six fields of a granted password flow; the identity ends in the organization's and the user's Id."""
    body = caller.grant(**RIGHT).json()
    assert set(body) == {"access_token", "instance_url", "id", "token_type", "issued_at", "signature"}
    assert body["instance_url"] == caller.url
    assert body["id"].endswith(f"/{caller.org.id}/{caller.org.user_id}")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"password": "spatne"}, ("invalid_grant", "authentication failure")),
        ({"password": KNOWN.password}, ("invalid_grant", "authentication failure")),
        ({"username": "nikdo@vltava.example"}, ("invalid_grant", "authentication failure")),
        ({"client_id": "x"}, ("invalid_client_id", "client identifier invalid")),
        ({"client_secret": "x"}, ("invalid_client", "invalid client credentials")),
        ({"grant_type": "magic"}, ("unsupported_grant_type", "grant type not supported")),
    ],
    ids=["wrong password", "no security token", "unknown user", "unknown key", "wrong secret", "unknown grant"],
)
def test_wrong_credentials_are_refused(caller: Caller, change: dict[str, str], error: tuple[str, str]) -> None:
    """A wrong part gives 400 with an object that names the error."""
    assert refused(caller.grant(**{**RIGHT, **change})) == (400, *error)


def test_a_trusted_address_needs_no_security_token(caller: Caller) -> None:
    """From a trusted address the bare password suffices."""
    caller.org.switch(trusted_ip=True)
    assert caller.grant(**{**RIGHT, "password": KNOWN.password}).status_code == 200


def test_a_disabled_password_flow_looks_like_a_wrong_password(caller: Caller) -> None:
    """A disabled flow looks like a wrong password."""
    caller.org.switch(password_flow=False)
    assert refused(caller.grant(**RIGHT)) == (400, "invalid_grant", "authentication failure")


def test_client_credentials_give_a_token(caller: Caller) -> None:
    """Client credentials go in the body or in Basic, never through the generic hosts."""
    assert caller.grant(grant_type="client_credentials", **APP).status_code == 200
    basic = caller.grant((KNOWN.consumer_key, KNOWN.consumer_secret), grant_type="client_credentials")
    assert basic.status_code == 200
    headers = {"Host": "login.salesforce.com", "Authorization": ""}
    url = f"{caller.url}/services/oauth2/token"
    generic = caller.session.post(url, data={"grant_type": "client_credentials", **APP}, headers=headers, timeout=20)
    assert refused(generic) == (400, "invalid_grant", "request not supported on this domain")


def assertion(caller: Caller, key: Any = None, **change: Any) -> requests.Response:
    """Post an assertion that is right but for ``change``."""
    claims = {
        "iss": KNOWN.consumer_key,
        "sub": KNOWN.username,
        "aud": "https://login.salesforce.com",
        "exp": str(int(time.time()) + 120),
        **change,
    }
    signed = jwt.encode(claims, key or caller.org.private_key, algorithm="RS256")
    found: requests.Response = caller.grant(grant_type=JWT_GRANT, assertion=signed)
    return found


def test_a_signed_jwt_gives_a_token(caller: Caller) -> None:
    """A signed assertion is granted, its exp a number or a numeric text, its audience login, test or the org itself."""
    replies = [assertion(caller), assertion(caller, exp=int(time.time()) + 60), assertion(caller, aud=caller.url)]
    assert [each.status_code for each in replies] == [200, 200, 200]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"exp": 1_500_000_000}, ("invalid_grant", "expired authorization code")),
        ({"aud": "https://example.com"}, ("invalid_grant", "audience is invalid")),
        ({"sub": "nikdo@vltava.example"}, ("invalid_grant", "user hasn't approved this consumer")),
        ({"iss": "x"}, ("invalid_client_id", "client identifier invalid")),
    ],
)
def test_every_claim_of_a_jwt_is_checked(caller: Caller, change: dict[str, Any], error: tuple[str, str]) -> None:
    """Every claim is checked."""
    assert refused(assertion(caller, **change)) == (400, *error)


def test_a_jwt_with_another_key_is_refused(caller: Caller) -> None:
    """An assertion signed by another key is refused."""
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refused(assertion(caller, key=foreign)) == (400, "invalid_grant", "invalid assertion")


def test_refresh_token_may_rotate(caller: Caller) -> None:
    """A refresh gives an access token; with rotation the old refresh token dies."""
    caller.org.refresh_token = KNOWN.refresh_token
    form = {**APP, "grant_type": "refresh_token", "refresh_token": KNOWN.refresh_token}
    assert "refresh_token" not in caller.grant(**form).json()
    caller.org.switch(rotate_refresh_token=True)
    assert caller.grant(**form).json()["refresh_token"] == caller.org.refresh_token
    assert refused(caller.grant(**form)) == (400, "invalid_grant", "expired access/refresh token")


def test_a_switch_lets_tokens_expire_after_some_calls(caller: Caller) -> None:
    """A token issued under the switch serves so many calls, then 401 with a list of one; a new sign-in helps."""
    caller.org.switch(token_calls=2)
    caller.sign_in()
    replies = [caller.get("limits") for _ in range(3)]
    assert [each.status_code for each in replies] == [200, 200, 401]
    expected = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    assert replies[2].json() == expected
    caller.sign_in()
    assert caller.get("limits").status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "Bearer nonsense"])
def test_without_a_valid_token_calls_are_refused(caller: Caller, header: str) -> None:
    """Without a good token nothing is answered."""
    reply = caller.session.get(
        f"{caller.url}/services/data/v60.0/limits", headers={"Authorization": header}, timeout=20
    )
    assert (reply.status_code, reply.json()[0]["errorCode"] in ("INVALID_AUTH_HEADER", "INVALID_SESSION_ID")) == (
        401,
        True,
    )


def test_a_switch_refuses_every_token(caller: Caller) -> None:
    """The switch refuses every token with the text it is given."""
    text = "This session is not valid for use with the REST API"
    caller.org.switch(unauthorized=True, unauthorized_text=text)
    assert caller.get("limits").json() == [{"message": text, "errorCode": "INVALID_SESSION_ID"}]


def soap(caller: Caller, version: str, password: str) -> requests.Response:
    """Log in by SOAP."""
    body = f"<a:login><a:username>{KNOWN.username}</a:username><a:password>{password}</a:password></a:login>"
    found: requests.Response = caller.session.post(f"{caller.url}/services/Soap/u/{version}", data=body, timeout=20)
    return found


def test_soap_login_gives_a_session(caller: Caller) -> None:
    """SOAP login works up to v64.0 and its session serves REST."""
    reply = soap(caller, "59.0", KNOWN.password + KNOWN.security_token).text
    token = reply.split("<sessionId>")[1].split("</sessionId>")[0]
    assert f"<organizationId>{caller.org.id}</organizationId><userId>{caller.org.user_id}</userId>" in reply
    headers = {"Authorization": f"Bearer {token}"}
    assert (
        caller.session.get(f"{caller.url}/services/data/v59.0/limits", headers=headers, timeout=20).status_code == 200
    )


@pytest.mark.parametrize(
    ("version", "password", "code"), [("65.0", "any", "UNSUPPORTED_API_VERSION"), ("64.0", "bad", "INVALID_LOGIN")]
)
def test_soap_login_is_refused_with_a_fault(caller: Caller, version: str, password: str, code: str) -> None:
    """From v65.0 on, and for a wrong password, there is a fault with exceptionCode and faultstring."""
    reply = soap(caller, version, password)
    assert reply.status_code == 500
    assert f"<sf:exceptionCode>{code}</sf:exceptionCode>" in reply.text
    assert f"<faultstring>{code}: " in reply.text
