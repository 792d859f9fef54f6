"""OAuth sign-in at the org's own host; never SOAP."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum

import jwt
import requests

from salesforce_daktela.errors import TransportError
from salesforce_daktela.salesforce.address import is_login_only, normalise_instance, token_host
from salesforce_daktela.salesforce.credentials import SalesforceCredentials
from salesforce_daktela.salesforce.errors import SignInError, code_and_message

TIMEOUT = (10.0, 60.0)
ASSERTION_SECONDS = 180
WHERE = "Salesforce sign-in"


class Flow(StrEnum):
    """The OAuth flows, by the name that is logged."""

    CLIENT_CREDENTIALS = "client credentials"
    JWT_BEARER = "JWT bearer"
    PASSWORD = "username, password and security token"  # noqa: S105 a flow's name


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """``instance_url`` is where data calls go; the org may have moved since the connection was typed."""

    token: str = field(repr=False)
    instance_url: str
    flow: Flow


def choose_flow(credentials: SalesforceCredentials) -> Flow:
    """Return the flow that the filled-in fields ask for. Raises SignInError naming the fields that are missing."""
    key, secret = credentials.consumer_key, credentials.consumer_secret
    if key and credentials.username and credentials.private_key:
        return Flow.JWT_BEARER
    if key and secret and credentials.username and credentials.password:
        return Flow.PASSWORD
    if key and secret and not credentials.username:
        return Flow.CLIENT_CREDENTIALS
    raise SignInError(
        f"these fields are empty: {', '.join(_missing(credentials))}",
        where=WHERE,
        advice="fill in Consumer Key and Consumer Secret (client credentials), or besides them Username and Password, "
        "or Consumer Key, Username and Private Key (JWT)",
    )


def sign_in(credentials: SalesforceCredentials, session: requests.Session) -> AccessToken:
    """Ask for a token. Raises SignInError when Salesforce refuses, TransportError when it does not answer."""
    flow = choose_flow(credentials)
    host = token_host(credentials.instance_uri)
    if flow is Flow.CLIENT_CREDENTIALS and is_login_only(host):
        raise SignInError(
            "login.salesforce.com does not serve client credentials",
            where="Salesforce connection: Instance URL",
            advice="write your My Domain address, like https://acme.my.salesforce.com",
        )
    response = _ask(session, f"{host}/services/oauth2/token", _form(flow, credentials, host))
    body = _json(response)
    if response.status_code != 200 or not isinstance(body, dict) or "access_token" not in body:
        raise _refusal(response.status_code, body, flow)
    return AccessToken(
        token=str(body["access_token"]),
        instance_url=normalise_instance(str(body.get("instance_url") or credentials.instance_uri)),
        flow=flow,
    )


def _form(flow: Flow, credentials: SalesforceCredentials, host: str) -> dict[str, str]:
    key, secret = credentials.consumer_key or "", credentials.consumer_secret or ""
    if flow is Flow.CLIENT_CREDENTIALS:
        return {"grant_type": "client_credentials", "client_id": key, "client_secret": secret}
    if flow is Flow.PASSWORD:
        password = f"{credentials.password or ''}{credentials.security_token or ''}"
        user = {"username": credentials.username or "", "password": password}
        return {"grant_type": "password", "client_id": key, "client_secret": secret, **user}
    return {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": _assertion(credentials, host),
    }


def _assertion(credentials: SalesforceCredentials, host: str) -> str:
    """The audience is the login host of the org's kind: the only ones documented for every org."""
    sandbox = ".sandbox." in host or host.startswith("https://test.")
    claims = {
        "iss": credentials.consumer_key,
        "sub": credentials.username,
        "aud": "https://test.salesforce.com" if sandbox else "https://login.salesforce.com",
        "exp": int(time.time()) + ASSERTION_SECONDS,
    }
    try:
        return jwt.encode(claims, credentials.private_key or "", algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        raise SignInError(
            "the private key is not a PEM text of an RSA key",
            where="Salesforce connection: Private Key",
            advice="paste the whole key, from -----BEGIN to END-----",
        ) from None


def _ask(session: requests.Session, address: str, form: dict[str, str]) -> requests.Response:
    try:
        return session.post(address, data=form, timeout=TIMEOUT, allow_redirects=False)
    except requests.exceptions.SSLError:
        raise SignInError(
            "the TLS certificate of this host is not trusted",
            where=WHERE,
            advice="check the instance URL; behind a company proxy, set REQUESTS_CA_BUNDLE to its authority",
        ) from None
    except requests.exceptions.RequestException as exc:
        raise TransportError(f"no reply ({type(exc).__name__})", where=WHERE, advice="try again later") from None


def _json(response: requests.Response) -> object:
    try:
        return response.json()
    except ValueError:
        return None


def _refusal(status: int, body: object, flow: Flow) -> SignInError | TransportError:
    code, message = code_and_message(body)
    what = f"{flow} refused with {status} {code}: {message}".rstrip(": ")
    if status >= 500 or status in (420, 429):
        return TransportError(what, where=WHERE, advice="try again later")
    return SignInError(what, where=WHERE, advice=_advice(code, message, flow))


def _advice(code: str, message: str, flow: Flow) -> str:
    text = message.casefold()
    if "must be installed" in text:
        return "the app is not installed in this org: install it, or let the user approve uninstalled connected apps"
    if "audience" in text:
        return "the org does not take this audience: use its login or test host, or client credentials"
    if "locked" in text:
        return "the user is locked after wrong passwords: unlock it in Salesforce"
    if "approved" in text:
        return "pre-authorise the app for this user under its OAuth policies"
    if code in ("invalid_client_id", "invalid_client", "invalid_client_credentials"):
        return "check Consumer Key and Consumer Secret; a new app takes some minutes to become known"
    if code == "invalid_grant" and flow is Flow.PASSWORD:
        return (
            "check user name, password and security token (it changes with the password); if they are right, the org "
            "has the username-password flow switched off: see the user's Login History, or leave Username empty for "
            "client credentials"
        )
    if code == "invalid_grant":
        return "check the user of the app (Run As) and the certificate; see the user's Login History"
    if code == "unsupported_grant_type":
        return "this app or host does not offer this flow: check the instance URL and the app's OAuth settings"
    return "see the user's Login History in Salesforce"


def _missing(credentials: SalesforceCredentials) -> list[str]:
    labels = {
        "Consumer Key": credentials.consumer_key,
        "Consumer Secret": credentials.consumer_secret,
        "Username": credentials.username,
        "Password": credentials.password,
    }
    return [label for label, value in labels.items() if not value]
