"""One sign-in for many processes: the shared token is encrypted with a key made of the connection's secrets."""

from __future__ import annotations

import base64
import dataclasses
import json
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from salesforce_daktela.salesforce.sign_in.oauth import AccessToken, Flow
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials

KEPT_SECONDS = 3600
"""How long other processes may use a token. Orgs end sessions after 15 minutes to 24 hours without a call."""


class TokenKeeper(Protocol):
    """A place where processes share a session."""

    def get(self) -> AccessToken | None:
        """Return the shared token, which may have expired."""

    def put(self, token: AccessToken) -> None:
        """Share a token; it replaces an earlier one."""


def seal(token: AccessToken, credentials: SalesforceCredentials, salt: bytes) -> bytes:
    """Encrypt a token, so that only those who know the same connection's secrets can read it."""
    return _fernet(credentials, salt).encrypt(json.dumps(dataclasses.asdict(token)).encode())


def unseal(sealed: bytes, credentials: SalesforceCredentials, salt: bytes) -> AccessToken | None:
    """Decrypt a token; None when it is too old, is damaged, or was encrypted with other credentials.

    Also None when another version of this program, whose tokens have other fields, has shared it.
    """
    try:
        found = json.loads(_fernet(credentials, salt).decrypt(sealed, ttl=KEPT_SECONDS))
        return AccessToken(**{**found, "flow": Flow(found["flow"])})
    except (InvalidToken, TypeError, ValueError, KeyError):
        return None


def _fernet(credentials: SalesforceCredentials, salt: bytes) -> Fernet:
    """The key depends on everything that a sign-in uses: after any change of it, a new sign-in is needed."""
    basis = (
        credentials.instance_uri,
        credentials.username,
        credentials.password,
        credentials.security_token,
        credentials.consumer_key,
        credentials.consumer_secret,
        credentials.private_key,
        sorted(credentials.trusted_hosts),
    )
    derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"salesforce session")
    return Fernet(base64.urlsafe_b64encode(derived.derive(json.dumps(basis).encode())))
