"""What to do about a refused sign-in. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.salesforce.sign_in.oauth_error_codes import OAUTH
from salesforce_daktela.salesforce.wire.error_codes import TOO_MANY_SIGN_INS, CodeKind, meaning_of

BY_TEXT: Mapping[str, str] = {
    "login rate exceeded": TOO_MANY_SIGN_INS,
    "must be installed": "the app is not installed in this org: an administrator installs it under Connected Apps "
    "OAuth Usage, or gives the user Approve Uninstalled Connected Apps",
    "audience": "the org does not take this audience: write the My Domain address of the org's own kind (a sandbox's "
    "for a sandbox), or use client credentials",
    "expired authorization code": "the clock of this machine is wrong: a JWT lives three minutes",
    "invalid assertion": "the private key does not belong to the certificate of the app",
    "expired password": "the user's password has expired: choose a new one in Salesforce and write it, with the new "
    "security token, into the connection",
    "locked": "the user is locked after wrong passwords: unlock it in Salesforce",
    "approved": "pre-authorise the app for this user: its OAuth policies, Admin approved users are pre-authorized",
    "no client credentials user": "switch the client credentials flow on for the app and choose its Run As user",
    "not supported on this domain": "write your My Domain address, like https://acme.my.salesforce.com",
    "ip restricted": "allow this machine's address for the app or the user's profile, or relax the app's IP policy",
}

CHECK_THE_USER = (
    "check Username, Password and Security Token (the token changes with the password); if all are right, the org "
    "may have the username-password flow switched off: the user's Login History then says Username-Password Flow "
    "Disabled; an administrator allows it under OAuth and OpenID Connect Settings, or use client credentials: leave "
    "Username, Password and Security Token empty"
)


NOTHING_APPENDED = (
    "Security Token is empty: that is right only where this machine's address is in the org's trusted IP ranges, or "
    "where the token is typed behind the password"
)


def advise(code: str, message: str, with_password: bool, *, without_token: bool = False) -> str:
    """Return what to do about Salesforce's ``error`` and ``error_description``.

    A disabled password flow answers like a wrong password, so both are named.
    Source: Salesforce Help, "OAuth 2.0 Authorization Errors".
    """
    by_text = _by_text(message)
    if by_text:
        return by_text
    if code == "invalid_grant" and with_password:
        return f"{NOTHING_APPENDED}; else {CHECK_THE_USER}" if without_token else CHECK_THE_USER
    meaning = OAUTH.get(code) or meaning_of(code)
    return "see the user's Login History in Salesforce for the reason" if meaning is None else meaning.advice


def is_temporary(code: str, message: str) -> bool:
    """Whether a sign-in that was refused with these may succeed later: too many sign-ins have no code of their own."""
    meaning = OAUTH.get(code) or meaning_of(code)
    return _by_text(message) == TOO_MANY_SIGN_INS or (meaning is not None and meaning.kind is CodeKind.RETRY)


def _by_text(message: str) -> str:
    text = message.casefold()
    return next((advice for known, advice in BY_TEXT.items() if known in text), "")
