"""OAuth's error codes: what each means for a run, and what to do about it. Data.

Source: Salesforce Help, "OAuth 2.0 Authorization Errors".
"""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.salesforce.wire.error_codes import CodeKind, Meaning

CHECK_THE_APP = "check Consumer Key and Consumer Secret; a new app takes up to ten minutes to become known"

OAUTH: Mapping[str, Meaning] = {
    code: Meaning(kind, advice)
    for kind, advice, codes in (
        (
            CodeKind.RETRY,
            "try again later",
            "rate_limit_exceeded temporarily_unavailable server_error unknown_error slow_down authorization_pending",
        ),
        (CodeKind.CONNECTION, CHECK_THE_APP, "invalid_client_id invalid_client invalid_client_credentials"),
        (
            CodeKind.PERMISSION,
            "the app is blocked, or the user is not allowed to use it: see the app's OAuth policies",
            "invalid_app_access app_not_found unauthorized_client access_denied immediate_unsuccessful",
        ),
        (CodeKind.CONNECTION, "the user is deactivated or locked in Salesforce", "inactive_user"),
        (CodeKind.CONNECTION, "the org is locked, closed or suspended: ask Salesforce", "inactive_org"),
        (
            CodeKind.CONNECTION,
            "this app or host does not offer this flow: check the instance URL and the app's OAuth settings; external "
            "client apps have no password flow",
            "unsupported_grant_type unsupported_response_type",
        ),
        (
            CodeKind.CONNECTION,
            "check the app's Run As or pre-authorised user; see its Login History for the reason",
            "invalid_grant",
        ),
        (
            CodeKind.PERMISSION,
            "add the scope Manage user data via APIs (api) to the app",
            "invalid_scope insufficient_scope",
        ),
        (
            CodeKind.CONNECTION,
            "the private key does not belong to the certificate of the app",
            "invalid_assertion invalid_assertion_type",
        ),
        (
            CodeKind.REQUEST,
            "Salesforce does not accept this sign-in: check the instance URL, and proxies on the way to Salesforce",
            "invalid_request invalid_token invalid_resource redirect_uri_mismatch redirect_uri_missing"
            " unsupported_token_type invalid_code missing_grant_type invalid_signup_country",
        ),
    )
    for code in codes.split()
}
"""The meaning of ``error`` in the reply to a refused sign-in."""
