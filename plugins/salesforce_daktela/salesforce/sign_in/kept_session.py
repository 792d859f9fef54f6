"""One sign-in for many processes: a token that rests encrypted under the very secrets that could bring a new one."""

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
"""How long a token is used by others at most. Orgs end sessions after 15 minutes to 24 hours without a call."""


class TokenKeeper(Protocol):
    """Where processes leave a session for each other."""

    def get(self) -> AccessToken | None:
        """A token that may still be alive."""

    def put(self, token: AccessToken) -> None:
        """Leave a token in place of whatever was there."""


def seal(token: AccessToken, credentials: SalesforceCredentials, salt: bytes) -> bytes:
    """Return a token that only holders of the same connection's secrets can read."""
    return _fernet(credentials, salt).encrypt(json.dumps(dataclasses.asdict(token)).encode())


def unseal(sealed: bytes, credentials: SalesforceCredentials, salt: bytes) -> AccessToken | None:
    """The inverse of ``seal``; None when it is too old, was sealed under other credentials, or is damaged.

    So it is when another version of this program, whose tokens have other fields, has left it: one is asked anew.
    """
    try:
        found = json.loads(_fernet(credentials, salt).decrypt(sealed, ttl=KEPT_SECONDS))
        return AccessToken(**{**found, "flow": Flow(found["flow"])})
    except (InvalidToken, TypeError, ValueError, KeyError):
        return None


def _fernet(credentials: SalesforceCredentials, salt: bytes) -> Fernet:
    """A key made of everything that a sign-in rests on: whoever changes one of it signs in anew."""
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
