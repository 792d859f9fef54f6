"""OAuth sign-in at the org's own host; never SOAP. docs/decisions/0002-sign-in.md explains the choice of flow."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import jwt
import requests

from salesforce_daktela.errors import ConfigurationError, PipelineError
from salesforce_daktela.http_headers import http_date, retry_after_seconds
from salesforce_daktela.salesforce.sign_in.advice import NOTHING_APPENDED, advise, is_temporary
from salesforce_daktela.salesforce.wire.address import InstanceAddress, is_salesforce_host, normalise_instance
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from salesforce_daktela.salesforce.wire.errors import SalesforceUnavailableError, SignInError, code_and_message
from salesforce_daktela.salesforce.wire.ids import PATTERN, long_id
from salesforce_daktela.salesforce.wire.network import Network, body_of

log = logging.getLogger(__name__)

ASSERTION_SECONDS = 180
WHERE = "Salesforce sign-in"
ALL_WAYS = (
    "fill in Consumer Key and Consumer Secret alone (client credentials); or Consumer Key, Username and Private Key "
    "(JWT); or Consumer Key, Consumer Secret, Username, Password and, for untrusted addresses, Security Token"
)


class Flow(StrEnum):
    """The OAuth flows; the values are the names in logs."""

    CLIENT_CREDENTIALS = "client credentials"
    JWT_BEARER = "JWT bearer"
    PASSWORD = "username, password and security token"  # noqa: S105 a flow's name


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """``instance_url`` is the host for data calls; it may differ from the connection's when the org has moved.

    The Ids have 18 characters, and are None when the reply does not give them.
    """

    token: str = field(repr=False)
    instance_url: str
    organization_id: str | None
    user_id: str | None
    flow: Flow


def choose_flow(credentials: SalesforceCredentials) -> Flow:
    """Return the flow that fits the filled-in fields; if there is a user, the flow signs in as that user.

    Raises SignInError naming the fields that are missing.
    """
    missing = _missing(credentials)
    if missing:
        raise SignInError(f"these fields are empty: {', '.join(missing)}", where=WHERE, advice=ALL_WAYS)
    if credentials.username is None:
        return Flow.CLIENT_CREDENTIALS
    return Flow.PASSWORD if credentials.private_key is None else Flow.JWT_BEARER


def sign_in(network: Network) -> AccessToken:
    """Get a token. Raises SignInError when Salesforce refuses, SalesforceUnavailableError when it cannot answer."""
    credentials = network.credentials
    flow = choose_flow(credentials)
    address = normalise_instance(credentials.instance_uri, trusted=credentials.trusted_hosts)
    if flow is Flow.CLIENT_CREDENTIALS and not address.own_host:
        raise SignInError(
            f"{address.token_url.removeprefix('https://')} does not serve client credentials",
            where="Salesforce connection: Instance URL",
            advice="write your My Domain address, like https://acme.my.salesforce.com",
        )
    if flow is Flow.PASSWORD and credentials.security_token is None:
        log.info("%s: %s", WHERE, NOTHING_APPENDED)
    response = network.send(
        "POST",
        f"{address.token_url}/services/oauth2/token",
        where=WHERE,
        token=None,
        data=_form(flow, credentials, address),
        headers={"Accept": "application/json"},
    )
    body = _json(response)
    if response.status_code != 200 or not isinstance(body, dict) or not _is_grant(body):
        raise _refusal(response, body, flow, without_token=credentials.security_token is None)
    instance_url = _instance_url(str(body["instance_url"]), credentials, address)
    organization, user = _identity(body.get("id"))
    return AccessToken(
        token=str(body["access_token"]),
        instance_url=instance_url,
        organization_id=organization,
        user_id=user,
        flow=flow,
    )


def _missing(credentials: SalesforceCredentials) -> list[str]:
    filled = {
        "Consumer Key": credentials.consumer_key,
        "Consumer Secret": credentials.consumer_secret,
        "Username": credentials.username,
        "Password": credentials.password,
    }
    if credentials.private_key is not None:
        needed = ["Consumer Key", "Username"]
    elif any((credentials.username, credentials.password, credentials.security_token)):
        needed = list(filled)
    else:
        needed = ["Consumer Key", "Consumer Secret"]
    return [label for label in needed if filled[label] is None]


def _form(flow: Flow, credentials: SalesforceCredentials, address: InstanceAddress) -> dict[str, str]:
    key, secret = credentials.consumer_key or "", credentials.consumer_secret or ""
    match flow:
        case Flow.CLIENT_CREDENTIALS:
            return {"grant_type": "client_credentials", "client_id": key, "client_secret": secret}
        case Flow.PASSWORD:
            user = {"username": credentials.username or "", "password": _password(credentials)}
            return {"grant_type": "password", "client_id": key, "client_secret": secret, **user}
        case Flow.JWT_BEARER:
            grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
            return {"grant_type": grant, "assertion": _assertion(credentials, address)}


def _password(credentials: SalesforceCredentials) -> str:
    """Append the security token to the password, unless the password already ends with it."""
    password, token = credentials.password or "", credentials.security_token or ""
    return password if password.endswith(token) else password + token


def _assertion(credentials: SalesforceCredentials, address: InstanceAddress) -> str:
    """Return a signed JWT. Its audience is the login host: no other one is documented for every org."""
    claims: dict[str, Any] = {
        "iss": credentials.consumer_key,
        "sub": credentials.username,
        "aud": address.audience,
        "exp": int(time.time()) + ASSERTION_SECONDS,
    }
    try:
        # A one-line form field keeps line breaks only as the two characters \n.
        return jwt.encode(claims, (credentials.private_key or "").replace("\\n", "\n"), algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        raise SignInError(
            "the private key is not a PEM text of an RSA key",
            where="Salesforce connection: Private Key",
            advice="paste the whole key without a passphrase, from -----BEGIN to END-----",
        ) from None


def _json(response: requests.Response) -> object:
    try:
        return body_of(response)
    except ValueError:
        return None


def _is_grant(body: dict[str, Any]) -> bool:
    """Whether a reply has an address, and a token that fits into a header."""
    token, address = body.get("access_token"), body.get("instance_url")
    return (
        isinstance(token, str)
        and token.isascii()
        and token.isprintable()
        and " " not in token
        and bool(token and isinstance(address, str))
    )


def _instance_url(told: str, credentials: SalesforceCredentials, asked: InstanceAddress) -> str:
    """Return the checked host for data calls: only a trusted host may name one that is not Salesforce's."""
    trusted = () if is_salesforce_host(asked.api_url) else credentials.trusted_hosts
    try:
        return normalise_instance(told, trusted=trusted, where=f"{WHERE}: instance_url of the reply").api_url
    except ConfigurationError as exc:
        advice = "another program answers instead of Salesforce: check proxies and name service (DNS) of this machine"
        raise SignInError(exc.what, where=exc.where, advice=advice) from None


def _refusal(response: requests.Response, body: object, flow: Flow, *, without_token: bool) -> PipelineError:
    status, (code, message) = response.status_code, code_and_message(body)
    if 300 <= status < 400:
        advice = "My Domain may have been renamed: write its present address into Instance URL"
        return SignInError(f"{flow} answered with a redirect", where=WHERE, advice=advice)
    if not code or status < 300:
        # A reply with a success status may contain the token: no part of it is shown.
        what = f"{flow}: answered {status} without a token or a reason"
        advice = "another program answers instead of Salesforce: check the instance URL and proxies, or try again later"
        return SalesforceUnavailableError(
            what, status=status, where=WHERE, advice=advice, retry_after=_asked_pause(response)
        )
    what = f"{flow} refused with {status} {code}: {message}".rstrip(": ")
    advice = advise(code, message, flow is Flow.PASSWORD, without_token=without_token)
    passes = is_temporary(code, message)
    if passes or status >= 500 or status in (420, 429):
        advice = advice if passes else "try again later"
        return SalesforceUnavailableError(
            what, code=code, status=status, where=WHERE, advice=advice, retry_after=_asked_pause(response)
        )
    return SignInError(what, where=WHERE, advice=advice)


def _asked_pause(response: requests.Response) -> float | None:
    date = http_date(response.headers.get("Date"))
    return retry_after_seconds(response.headers.get("Retry-After"), date or datetime.now(UTC))


def _identity(address: object) -> tuple[str | None, str | None]:
    """Read organization and user from the identity URL, which ends ``/<organization>/<user>``."""
    ends = str(address).rstrip("/").split("/")[-2:]
    if len(ends) != 2 or not all(PATTERN.fullmatch(end) for end in ends):
        return None, None
    return long_id(ends[0]), long_id(ends[1])
