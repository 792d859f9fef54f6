"""What to do about a refused sign-in. Pure."""

from __future__ import annotations

from collections.abc import Mapping

PASSING_CODES = ("rate_limit_exceeded", "temporarily_unavailable", "server_error", "unknown_error")

BY_TEXT: Mapping[str, str] = {
    "must be installed": "the app is not installed in this org: an administrator installs it under Connected Apps "
    "OAuth Usage, or gives the user Approve Uninstalled Connected Apps",
    "audience": "the org does not take this audience: write the My Domain address of the org's own kind (a sandbox's "
    "for a sandbox), or use client credentials",
    "expired authorization code": "the clock of this machine is wrong: a JWT lives three minutes",
    "invalid assertion": "the private key does not belong to the certificate of the app",
    "locked": "the user is locked after wrong passwords: unlock it in Salesforce",
    "approved": "pre-authorise the app for this user: its OAuth policies, Admin approved users are pre-authorized",
    "no client credentials user": "switch the client credentials flow on for the app and choose its Run As user",
    "not supported on this domain": "write your My Domain address, like https://acme.my.salesforce.com",
    "ip restricted": "allow this machine's address for the app or the user's profile, or relax the app's IP policy",
}

CHECK_THE_APP = "check Consumer Key and Consumer Secret; a new app takes up to ten minutes to become known"

BY_CODE: Mapping[str, str] = {
    "invalid_client_id": CHECK_THE_APP,
    "invalid_client": CHECK_THE_APP,
    "invalid_client_credentials": CHECK_THE_APP,
    "invalid_app_access": "the app is blocked, or the user is not allowed to use it: see the app's OAuth policies",
    "inactive_user": "the user is deactivated or locked in Salesforce",
    "inactive_org": "the org is locked, closed or suspended: ask Salesforce",
    "unsupported_grant_type": "this app or host does not offer this flow: check the instance URL and the app's OAuth "
    "settings; external client apps have no password flow",
    "invalid_grant": "check the app's Run As or pre-authorised user; its Login History tells the true reason",
}

CHECK_THE_USER = (
    "check Username, Password and Security Token (the token changes with the password); if all are right, the org "
    "may have the username-password flow switched off: the user's Login History then says Username-Password Flow "
    "Disabled; an administrator allows it under OAuth and OpenID Connect Settings, or use client credentials: leave "
    "Username, Password and Security Token empty"
)


def advise(code: str, message: str, with_password: bool) -> str:
    """Return what to do about Salesforce's ``error`` and ``error_description``.

    A disabled password flow answers like a wrong password, so both are named.
    Source: Salesforce Help, "OAuth 2.0 Authorization Errors".
    """
    text = message.casefold()
    for known, advice in BY_TEXT.items():
        if known in text:
            return advice
    if code == "invalid_grant" and with_password:
        return CHECK_THE_USER
    return BY_CODE.get(code, "the user's Login History in Salesforce tells the true reason")
