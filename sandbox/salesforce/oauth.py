"""The token endpoint with its four grants. Its errors are objects, not lists."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization

from sandbox.salesforce.identity import identity_url
from sandbox.salesforce.org import Org
from sandbox.salesforce.site import SITE, Site

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
MY_DOMAIN = "https://vltava.my.salesforce.com"
"""The org's own name, which clients use at every address."""
AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
SESSION_SECONDS = 7200
GENERIC_HOSTS = ("login.salesforce.com", "test.salesforce.com")
Form = Mapping[str, str]


class OAuthError(Exception):
    """A refused sign-in: HTTP 400 with `{error, error_description}`."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


async def token(request: web.Request) -> web.Response:
    """Answer `POST /services/oauth2/token`."""
    site = request.app[SITE]
    form = {name: str(value) for name, value in (await request.post()).items()}
    form |= _basic(request.headers.get("Authorization", ""))
    try:
        extra = grant(site, form, request.host.partition(":")[0].lower())
    except OAuthError as refused:
        body = {"error": refused.error, "error_description": refused.description}
        return web.json_response(body, status=400)
    return web.json_response({**_granted(site), **extra}, headers={"Cache-Control": "no-cache, no-store"})


def grant(site: Site, form: Form, host: str) -> dict[str, str]:
    """Check a token request and return the grant's part of the reply. Raises OAuthError."""
    org = site.org
    grants: dict[str, Callable[[], dict[str, str]]] = {
        "password": lambda: _password(org, form),
        "client_credentials": lambda: _client_credentials(org, form, host),
        JWT_GRANT: lambda: _assertion(org, form, site.base_url),
        "refresh_token": lambda: _refresh(org, form),
    }
    kind = form.get("grant_type")
    if kind is None:
        raise OAuthError("invalid_request", "must provide grant_type")
    if kind not in grants:
        raise OAuthError("unsupported_grant_type", "grant type not supported")
    if not org.switches.app_installed:
        raise OAuthError("invalid_client", "app must be installed into org")
    return grants[kind]()


def is_right_password(org: Org, username: str, password: str) -> bool:
    """Whether the password is right; the security token follows it, unless the client's address is trusted."""
    known = org.credentials
    allowed = [known.password + known.security_token, *([known.password] if org.switches.trusted_ip else [])]
    return username.lower() == known.username.lower() and any(
        secrets.compare_digest(password.encode(), each.encode()) for each in allowed
    )


def _password(org: Org, form: Form) -> dict[str, str]:
    _check_app(org, form)
    if not org.switches.password_flow or not is_right_password(org, form.get("username", ""), form.get("password", "")):
        raise OAuthError("invalid_grant", "authentication failure")
    return {}


def _client_credentials(org: Org, form: Form, host: str) -> dict[str, str]:
    if host in GENERIC_HOSTS:
        raise OAuthError("invalid_grant", "request not supported on this domain")
    _check_app(org, form)
    if not org.switches.client_credentials_flow:
        raise OAuthError("invalid_grant", "no client credentials user enabled")
    return {"scope": "api"}


def _refresh(org: Org, form: Form) -> dict[str, str]:
    _check_app(org, form)
    if form.get("refresh_token") != org.refresh_token:
        raise OAuthError("invalid_grant", "expired access/refresh token")
    return {"refresh_token": org.rotate_refresh_token()} if org.switches.rotate_refresh_token else {}


def _assertion(org: Org, form: Form, base_url: str) -> dict[str, str]:
    own = [base_url, MY_DOMAIN] if org.switches.own_audience else []
    claims = _claims(org, form.get("assertion", ""), [*AUDIENCES, *own])
    if claims.get("iss") != org.credentials.consumer_key:
        raise OAuthError("invalid_client_id", "client identifier invalid")
    if str(claims.get("sub", "")).lower() != org.credentials.username.lower():
        raise OAuthError("invalid_grant", "user hasn't approved this consumer")
    return {"scope": "api"}


def _claims(org: Org, assertion: str, audiences: list[str]) -> dict[str, Any]:
    key = serialization.load_pem_private_key(org.private_key.encode(), password=None).public_key()
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    options: Any = {"require": ["exp", "iss", "aud", "sub"], "verify_exp": False}
    try:
        claims = jwt.decode(assertion, pem, algorithms=["RS256"], audience=audiences, options=options)
        expires = float(claims["exp"])
    except jwt.InvalidAudienceError as exc:
        raise OAuthError("invalid_grant", "audience is invalid") from exc
    except jwt.InvalidTokenError as exc:
        raise OAuthError("invalid_grant", "invalid assertion") from exc
    except (TypeError, ValueError) as exc:
        raise OAuthError("invalid_grant", "invalid assertion") from exc
    if expires <= org.clock().timestamp():
        raise OAuthError("invalid_grant", "expired authorization code")
    return claims


def _check_app(org: Org, form: Form) -> None:
    if not form.get("client_id"):
        raise OAuthError("invalid_request", "must provide client_id")
    if form["client_id"] != org.credentials.consumer_key:
        raise OAuthError("invalid_client_id", "client identifier invalid")
    if form.get("client_secret") != org.credentials.consumer_secret:
        raise OAuthError("invalid_client", "invalid client credentials")


def _granted(site: Site) -> dict[str, Any]:
    identity = identity_url(site)
    switches = site.org.switches
    issued = str(int(site.org.clock().timestamp() * (1000 if switches.issued_at == "milliseconds" else 1)))
    lifetime = {"expires_in": SESSION_SECONDS} if switches.expires_in else {}
    digest = hmac.digest(site.org.credentials.consumer_secret.encode(), (identity + issued).encode(), hashlib.sha256)
    return {
        "access_token": site.sessions.issue(),
        "instance_url": site.data_url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued,
        "signature": base64.b64encode(digest).decode(),
        **lifetime,
    }


def _basic(header: str) -> dict[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        key, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": key, "client_secret": secret}
