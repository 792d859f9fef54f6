"""Every documented error code of Salesforce has a meaning."""

from __future__ import annotations

import pytest

from salesforce_daktela.errors import ConfigurationError, PipelineError, QuotaError
from salesforce_daktela.salesforce.sign_in.advice import advise, is_temporary
from salesforce_daktela.salesforce.sign_in.oauth_error_codes import OAUTH
from salesforce_daktela.salesforce.wire import error_codes
from salesforce_daktela.salesforce.wire.error_codes import API, CodeKind, meaning_of
from salesforce_daktela.salesforce.wire.errors import (
    QueryTimeoutError,
    SalesforceRefusedError,
    SalesforceUnavailableError,
    make_error,
)
from salesforce_daktela.salesforce.wire.write_error_codes import WRITE_CODES
from tests.salesforce.examples import refusal

EXCEPTION_CODES = """
APEX_TRIGGER_COUPLING_LIMIT API_CURRENTLY_DISABLED API_DISABLED_FOR_ORG ARGUMENT_OBJECT_PARSE_ERROR
ASYNC_OPERATION_LOCATOR BATCH_PROCESSING_HALTED CANNOT_DELETE_OWNER CANT_ADD_STANDADRD_PORTAL_USER_TO_TERRITORY
CANT_ADD_STANDARD_PORTAL_USER_TO_TERRITORY CIRCULAR_OBJECT_GRAPH CLIENT_NOT_ACCESSIBLE_FOR_USER
CLIENT_REQUIRE_UPDATE_FOR_USER CONTENT_HUB_AUTHENTICATION_EXCEPTION CONTENT_HUB_FILE_DOWNLOAD_EXCEPTION
CONTENT_HUB_FILE_NOT_FOUND_EXCEPTION CONTENT_HUB_INVALID_OBJECT_TYPE_EXCEPTION CONTENT_HUB_INVALID_PAGE_NUMBER_EXCEPTION
CONTENT_HUB_OPERATION_NOT_SUPPORTED_EXCEPTION CONTENT_HUB_SECURITY_EXCEPTION CONTENT_HUB_TIMEOUT_EXCEPTION
CONTENT_HUB_UNEXPECTED_EXCEPTION CUSTOM_METADATA_LIMIT_EXCEEDED DATACLOUD_API_CLIENT_EXCEPTION
DATACLOUD_API_DISABLED_EXCEPTION DATACLOUD_API_SERVER_BUSY_EXCEPTION DATACLOUD_API_SERVER_EXCEPTION
DATACLOUD_API_TIMEOUT_EXCEPTION DATACLOUD_API_UNAVAILABLE DUPLICATE_ARGUMENT_VALUE DUPLICATE_VALUE
EMAIL_BATCH_SIZE_LIMIT_EXCEEDED EMAIL_TO_CASE_INVALID_ROUTING EMAIL_TO_CASE_LIMIT_EXCEEDED EMAIL_TO_CASE_NOT_ENABLED
ENVIRONMENT_HUB_MEMBERSHIP_CONFLICT EXCEEDED_ID_LIMIT EXCEEDED_LEAD_CONVERT_LIMIT EXCEEDED_MAX_SIZE_REQUEST
EXCEEDED_MAX_TYPES_LIMIT EXCEEDED_QUOTA EXTERNAL_OBJECT_AUTHENTICATION_EXCEPTION EXTERNAL_OBJECT_CONNECTION_EXCEPTION
EXTERNAL_OBJECT_EXCEPTION EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION FEDERATED_SEARCH_ERROR FEED_NOT_ENABLED_FOR_OBJECT
FUNCTIONALITY_NOT_ENABLED FUNCTIONALITY_TEMPORARILY_UNAVAILABLE ILLEGAL_QUERY_PARAMETER_VALUE INACTIVE_OWNER_OR_USER
INACTIVE_PORTAL INSUFFICIENT_ACCESS INTERNAL_CANVAS_ERROR INVALID_ASSIGNMENT_RULE INVALID_BATCH_REQUEST
INVALID_BATCH_SIZE INVALID_CLIENT INVALID_CROSS_REFERENCE_KEY INVALID_DATE_FORMAT INVALID_FIELD INVALID_FILTER_LANGUAGE
INVALID_FILTER_VALUE INVALID_ID_FIELD INVALID_INPUT_COMBINATION INVALID_LOCALE_LANGUAGE INVALID_LOCATOR INVALID_LOGIN
INVALID_MULTIPART_REQUEST INVALID_NEW_PASSWORD INVALID_OPERATION INVALID_OPERATION_WITH_EXPIRED_PASSWORD
INVALID_PACKAGE_VERSION INVALID_PAGING_OPTION INVALID_QUERY_FILTER_OPERATOR INVALID_QUERY_LOCATOR INVALID_QUERY_SCOPE
INVALID_REPLICATION_DATE INVALID_SEARCH INVALID_SEARCH_SCOPE INVALID_SESSION_ID INVALID_SOAP_HEADER INVALID_SORT_OPTION
INVALID_SSO_GATEWAY_URL INVALID_TYPE INVALID_TYPE_FOR_OPERATION JIGSAW_ACTION_DISABLED JIGSAW_IMPORT_LIMIT_EXCEEDED
JIGSAW_REQUEST_NOT_SUPPORTED JSON_PARSER_ERROR LICENSING_UNKNOWN_ERROR LIMIT_EXCEEDED LOGIN_CHALLENGE_ISSUED
LOGIN_CHALLENGE_PENDING LOGIN_DURING_RESTRICTED_DOMAIN LOGIN_DURING_RESTRICTED_TIME LOGIN_MUST_USE_SECURITY_TOKEN
MALFORMED_ID MALFORMED_QUERY MALFORMED_SEARCH MISSING_ARGUMENT MISSING_RECORD MUTUAL_AUTHENTICATION_FAILED NOT_MODIFIED
NO_SOFTPHONE_LAYOUT NUMBER_OUTSIDE_VALID_RANGE OPERATION_TOO_LARGE ORG_IN_MAINTENANCE ORG_IS_DOT_ORG ORG_IS_SIGNING_UP
ORG_LOCKED ORG_NOT_OWNED_BY_INSTANCE PASSWORD_LOCKOUT PORTAL_NO_ACCESS POST_BODY_PARSE_ERROR QUERY_TIMEOUT
QUERY_TOO_COMPLICATED REQUEST_LIMIT_EXCEEDED REQUEST_RUNNING_TOO_LONG SERVER_UNAVAILABLE SERVICE_DESK_NOT_ENABLED
SOCIALCRM_FEEDSERVICE_API_CLIENT_EXCEPTION SOCIALCRM_FEEDSERVICE_API_SERVER_EXCEPTION
SOCIALCRM_FEEDSERVICE_API_UNAVAILABLE SSO_SERVICE_DOWN TOO_MANY_APEX_REQUESTS TOO_MANY_RECIPIENTS TOO_MANY_RECORDS
TRIAL_EXPIRED UNABLE_TO_LOCK_ROW UNKNOWN_ATTACHMENT_EXCEPTION UNKNOWN_EXCEPTION UNSUPPORTED_API_VERSION
UNSUPPORTED_ATTACHMENT_ENCODING UNSUPPORTED_CLIENT UNSUPPORTED_MEDIA_TYPE XML_PARSER_ERROR
"""
"""ExceptionCode of the tooling API's WSDL file, which holds that of the partner API."""

REST_CODES = """
API_ERROR BIG_OBJECT_UNSUPPORTED_OPERATION ENTITY_IS_DELETED ENTITY_IS_LOCKED FORBIDDEN GONE INTERNAL_SERVER_ERROR
INVALID_AUTH_HEADER INVALID_CONTENT_TYPE INSUFFICIENT_ACCESS_OR_READONLY INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY
METHOD_NOT_ALLOWED NOT_FOUND REQUIRED_FIELD_MISSING STRING_TOO_LONG TXN_SECURITY_METERING_ERROR URL_NOT_RESET
UNSUPPORTED_CONTENT_ENCODING
"""

BULK_CODES = """
ClientInputError ExceededQuota FeatureNotEnabled InvalidBatch InvalidJob InvalidJobState InvalidOperation
InvalidSessionId InvalidUrl InvalidUser InvalidXML Timeout TooManyLockFailure Unknown InvalidVersion InvalidEntity
INVALIDENTITY INVALIDJOBSTATE INVALIDJOB INVALIDBATCH INVALIDVERSION JOB_NOT_COMPLETE
"""

OAUTH_CODES = """
access_denied immediate_unsuccessful inactive_org inactive_user invalid_app_access invalid_assertion_type invalid_client
invalid_client_credentials invalid_client_id invalid_grant invalid_request invalid_scope rate_limit_exceeded
redirect_uri_mismatch redirect_uri_missing server_error temporarily_unavailable unauthorized_client unknown_error
unsupported_grant_type unsupported_response_type unsupported_token_type
"""

CLASSES: dict[CodeKind, type[PipelineError]] = {
    CodeKind.RETRY: SalesforceUnavailableError,
    CodeKind.TIMEOUT: QueryTimeoutError,
    CodeKind.QUOTA: QuotaError,
}


@pytest.mark.parametrize("code", (EXCEPTION_CODES + REST_CODES + BULK_CODES).split())
def test_every_documented_code_has_a_meaning(code: str) -> None:
    """The kind decides about the class of the error, not the status; the advice can be followed."""
    meaning = meaning_of(code)
    assert meaning is not None
    for status in (400, 403, 404, 500):
        error = make_error(status, refusal(code), where="Salesforce GET /x")
        assert type(error) is CLASSES.get(meaning.kind, SalesforceRefusedError)
        assert error.advice == meaning.advice
        assert len(error.advice) > 10


@pytest.mark.parametrize("code", OAUTH_CODES.split())
def test_every_refusal_of_a_sign_in_has_a_meaning(code: str) -> None:
    """The error has the advice, and only temporary refusals are retried."""
    assert advise(code, "", False) == OAUTH[code].advice
    assert is_temporary(code, "") is (OAUTH[code].kind is CodeKind.RETRY)


def test_no_code_has_two_meanings() -> None:
    """Also not in two spellings, such as InvalidJob and INVALID_JOB."""
    written = [error_codes.folded(code) for _, _, codes in error_codes._RULES for code in codes.split()]
    written += [error_codes.folded(code) for code in WRITE_CODES.split()]
    assert sorted(written) == sorted(API)


@pytest.mark.parametrize(
    ("status", "code", "kind", "advice"),
    [
        (403, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD", SalesforceRefusedError, "the user's password has expired"),
        (400, "REQUEST_RUNNING_TOO_LONG", QueryTimeoutError, "a smaller window is asked for"),
        (404, "URL_NOT_RESET", SalesforceRefusedError, "check the instance URL"),
        (500, "ORG_LOCKED", SalesforceRefusedError, "the org is locked"),
        (400, "UNABLE_TO_LOCK_ROW", SalesforceUnavailableError, "try again later"),
        (400, "InvalidSessionId", SalesforceRefusedError, "the session is refused even when fresh"),
    ],
)
def test_codes_decide_where_the_status_is_ambiguous(
    status: int, code: str, kind: type[PipelineError], advice: str
) -> None:
    """The status alone says little: an expired password is no missing permission."""
    error = make_error(status, refusal(code), where="")
    assert type(error) is kind
    assert advice in error.advice


RESTRICTION = (
    "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or "
    "LinkedEntityId using the equals operator or multiple Id's using the IN operator."
)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("MALFORMED_QUERY", RESTRICTION),
        ("MALFORMED_QUERY", "When querying the Vote object, you must filter using: ParentId = [single ID]"),
        ("EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION", "a filter on a reified column is required [DurableId]"),
    ],
)
def test_an_object_that_demands_a_filter_says_which(code: str, text: str) -> None:
    """The error keeps Salesforce's text, and the advice does not speak of a `where` that does not exist."""
    error = make_error(400, refusal(code, text), where="query")
    assert text[:60] in error.what
    assert error.advice.startswith("the object itself demands this filter")
    assert isinstance(error, ConfigurationError)
