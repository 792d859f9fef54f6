"""Salesforce's error codes: what each means for a run, and what to do about it. Data, no decisions.

Sources: SOAP API Developer Guide, "ExceptionCode" and "StatusCode"; REST API Developer Guide, "Status Codes and Error
Responses"; Bulk API and Bulk API 2.0 Developer Guide, "Errors"; and the enumerations in the WSDL files
of the partner and the tooling API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from salesforce_daktela.salesforce.wire.write_error_codes import WRITE_ADVICE, WRITE_CODES


class CodeKind(StrEnum):
    """What the run should do about a code."""

    RETRY = "retry"
    """A later try may succeed."""
    TIMEOUT = "timeout"
    """Ask for less at a time."""
    SESSION = "session"
    """Sign in again, once."""
    MOVED = "moved"
    """Another host serves the org; a new sign-in may give it."""
    QUOTA = "quota"
    """An allowance is used up: the run is deferred."""
    BULK = "bulk"
    """Bulk does not work here: use REST."""
    PERMISSION = "permission"
    """Somebody has to give the integration user or its app a right."""
    CONNECTION = "connection"
    """The connection's fields, its user's password or the org itself have to change."""
    MAPPING = "mapping"
    """The mapping file has to change, or the fields and objects that it names."""
    RECORD = "record"
    """Only writes get it. This project does not write to Salesforce."""
    REQUEST = "request"
    """The request itself is wrong: no setting can correct it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """``advice`` is one or two sentences without a final dot."""

    kind: CodeKind
    advice: str


TOO_MANY_SIGN_INS = (
    "this user has signed in more often than Salesforce allows, which is 3,600 times an hour: try again later, and "
    "look for another program that signs in as the same user for each of its calls"
)

_RULES: tuple[tuple[CodeKind, str, str], ...] = (
    (
        CodeKind.RETRY,
        "try again later",
        "SERVER_UNAVAILABLE UNKNOWN_EXCEPTION UNKNOWN UNKNOWN_ERROR INTERNAL_ERROR INTERNAL_SERVER_ERROR"
        " FUNCTIONALITY_TEMPORARILY_UNAVAILABLE JOB_NOT_COMPLETE UNABLE_TO_LOCK_ROW TOO_MANY_LOCK_FAILURE"
        " TOO_MANY_APEX_REQUESTS SSO_SERVICE_DOWN BATCH_PROCESSING_HALTED ASYNC_OPERATION_LOCATOR ALREADY_IN_PROCESS"
        " TERRITORY_REALIGN_IN_PROGRESS LICENSING_UNKNOWN_ERROR BAD_GATEWAY GATEWAY_TIMEOUT SERVICE_UNAVAILABLE",
    ),
    (
        CodeKind.RETRY,
        "the rest of the result has expired: the next try reads from the beginning; try again later",
        "INVALID_QUERY_LOCATOR INVALID_LOCATOR",
    ),
    (CodeKind.RETRY, TOO_MANY_SIGN_INS, "LOGIN_RATE_EXCEEDED"),
    (
        CodeKind.RETRY,
        "Salesforce maintains the org: try again later; trust.salesforce.com tells how long it takes",
        "ORG_IN_MAINTENANCE INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
    ),
    (
        CodeKind.RETRY,
        "the system behind an external object does not answer: try again later, or do not map external objects",
        "EXTERNAL_OBJECT_CONNECTION_EXCEPTION EXTERNAL_OBJECT_EXCEPTION EXTERNAL_SERVICE_CONNECTION_EXCEPTION"
        " EXTERNAL_SERVICE_EXCEPTION FEDERATED_SEARCH_ERROR DATACLOUD_API_SERVER_BUSY_EXCEPTION"
        " DATACLOUD_API_SERVER_EXCEPTION DATACLOUD_API_TIMEOUT_EXCEPTION DATACLOUD_API_UNAVAILABLE"
        " SOCIALCRM_FEEDSERVICE_API_SERVER_EXCEPTION SOCIALCRM_FEEDSERVICE_API_UNAVAILABLE"
        " CONTENT_HUB_TIMEOUT_EXCEPTION CONTENT_HUB_UNEXPECTED_EXCEPTION",
    ),
    (
        CodeKind.TIMEOUT,
        "the query takes Salesforce too long: a smaller window is asked for; if that repeats for the smallest one, map "
        "fewer fields of parents and formulas, or write a `where` on indexed fields",
        "QUERY_TIMEOUT REQUEST_RUNNING_TOO_LONG TIMEOUT",
    ),
    (
        CodeKind.SESSION,
        "the session is refused even when fresh: give the user and the app the right to use the API",
        "INVALID_SESSION_ID INVALID_AUTH_HEADER INVALID_AUTH",
    ),
    (
        CodeKind.MOVED,
        "this host does not serve the org: check the instance URL and write the org's My Domain address into it",
        "URL_NOT_RESET ORG_NOT_OWNED_BY_INSTANCE",
    ),
    (CodeKind.QUOTA, "the run is deferred; calls come back over 24 hours", "REQUEST_LIMIT_EXCEEDED"),
    (
        CodeKind.BULK,
        "Bulk API takes no job for this: the object is read by REST",
        "LIMIT_EXCEEDED INVALID_ENTITY FEATURE_NOT_ENABLED EXCEEDED_QUOTA",
    ),
    (
        CodeKind.PERMISSION,
        "give the integration user read access",
        "INSUFFICIENT_ACCESS INSUFFICIENT_ACCESS_OR_READONLY INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        " CANNOT_EXECUTE_FLOW_TRIGGER NO_ACCESS FORBIDDEN ILLEGAL_ACCESS INVALID_USER PORTAL_NO_ACCESS"
        " COMMUNITY_NOT_ACCESSIBLE CONTENT_HUB_SECURITY_EXCEPTION CONTENT_HUB_AUTHENTICATION_EXCEPTION"
        " EXTERNAL_OBJECT_AUTHENTICATION_EXCEPTION BILLING_ENTITIES_NO_ACCESS",
    ),
    (
        CodeKind.PERMISSION,
        "this edition of Salesforce has no API: ask Salesforce to enable it",
        "API_DISABLED_FOR_ORG",
    ),
    (
        CodeKind.PERMISSION,
        "the user lacks the permission API Enabled; if the user has it, the API is switched off for a while",
        "API_CURRENTLY_DISABLED API_DISABLED",
    ),
    (
        CodeKind.PERMISSION,
        "give the user access to the app: its OAuth policies, and API Access Control in Setup",
        "CLIENT_NOT_ACCESSIBLE_FOR_USER CLIENT_REQUIRE_UPDATE_FOR_USER UNSUPPORTED_CLIENT INVALID_CLIENT",
    ),
    (CodeKind.PERMISSION, "give the integration user View All Data", "OPERATION_TOO_LARGE"),
    (
        CodeKind.PERMISSION,
        "give the integration user Exempt from Transaction Security",
        "TXN_SECURITY_METERING_ERROR TXN_SECURITY_NO_ACCESS TXN_SECURITY_RUNTIME_EXCEPTION",
    ),
    (
        CodeKind.PERMISSION,
        "the feature is not part of the org's licence, or is switched off in Setup: ask the administrator, or map "
        "another object",
        "FUNCTIONALITY_NOT_ENABLED FEED_NOT_ENABLED_FOR_OBJECT SERVICE_DESK_NOT_ENABLED EMAIL_TO_CASE_NOT_ENABLED"
        " JIGSAW_ACTION_DISABLED DATACLOUD_API_DISABLED_EXCEPTION APEX_REST_SERVICES_DISABLED REQUIRED_FEATURE_MISSING"
        " PACKAGE_LICENSE_REQUIRED NO_SOFTPHONE_LAYOUT",
    ),
    (
        CodeKind.CONNECTION,
        "the user's password has expired: sign in to Salesforce as this user, choose a new one and write it, with the "
        "new security token, into the connection; Password Never Expires keeps this from coming back",
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD INVALID_NEW_PASSWORD",
    ),
    (
        CodeKind.CONNECTION,
        "check Username, Password and Security Token in the connection",
        "INVALID_LOGIN AUTHENTICATION_FAILURE",
    ),
    (
        CodeKind.CONNECTION,
        "write the user's security token into the connection, or add this machine's address to the org's trusted IP "
        "ranges",
        "LOGIN_MUST_USE_SECURITY_TOKEN",
    ),
    (
        CodeKind.CONNECTION,
        "the user is locked after wrong passwords: unlock it in Salesforce, then mend the connection",
        "PASSWORD_LOCKOUT",
    ),
    (
        CodeKind.CONNECTION,
        "the user is deactivated in Salesforce: activate it or choose another one",
        "INACTIVE_OWNER_OR_USER INACTIVE_PORTAL",
    ),
    (
        CodeKind.CONNECTION,
        "the user's profile allows sign-ins only at certain hours or from certain addresses: allow this machine",
        "LOGIN_DURING_RESTRICTED_DOMAIN LOGIN_DURING_RESTRICTED_TIME LOGIN_CHALLENGE_ISSUED LOGIN_CHALLENGE_PENDING"
        " MUTUAL_AUTHENTICATION_FAILED INVALID_SSO_GATEWAY_URL",
    ),
    (
        CodeKind.CONNECTION,
        "the org is locked, expired or not set up yet: ask Salesforce",
        "ORG_LOCKED ORG_IS_DOT_ORG ORG_IS_SIGNING_UP TRIAL_EXPIRED",
    ),
    (
        CodeKind.CONNECTION,
        "this API version is retired: set a newer API Version in the connection",
        "GONE",
    ),
    (
        CodeKind.CONNECTION,
        "set a supported API Version in the connection",
        "UNSUPPORTED_API_VERSION INVALID_VERSION VERSION_NOT_FOUND MISMATCHING_VERSIONS INVALID_PACKAGE_VERSION",
    ),
    (
        CodeKind.MAPPING,
        "check the object's name and the connection's API Version",
        "NOT_FOUND INVALID_URL",
    ),
    (
        CodeKind.MAPPING,
        "the field is gone or hidden from the integration user: check its field-level security",
        "INVALID_FIELD NO_SUCH_COLUMN",
    ),
    (
        CodeKind.MAPPING,
        "the object is gone or hidden from the integration user: check its permissions",
        "INVALID_TYPE",
    ),
    (
        CodeKind.MAPPING,
        "this object cannot be read by a query: map another one",
        "INVALID_TYPE_FOR_OPERATION ENTITY_NOT_QUERYABLE EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION"
        " BIG_OBJECT_UNSUPPORTED_OPERATION CONTENT_HUB_OPERATION_NOT_SUPPORTED_EXCEPTION"
        " CONTENT_HUB_INVALID_OBJECT_TYPE_EXCEPTION JIGSAW_REQUEST_NOT_SUPPORTED",
    ),
    (
        CodeKind.MAPPING,
        "check `where` in the mapping file: it has to be a SOQL condition",
        "MALFORMED_QUERY MALFORMED_SEARCH INVALID_SEARCH INVALID_SEARCH_SCOPE INVALID_QUERY_SCOPE INVALID_QUERY_KEY"
        " INVALID_QUERY_VALUE ILLEGAL_QUERY_PARAMETER_VALUE INVALID_DATE_FORMAT MALFORMED_ID INVALID_FILTER_VALUE"
        " INVALID_FILTER_LANGUAGE INVALID_FILTER_ACTION NUMBER_OUTSIDE_VALID_RANGE",
    ),
    (
        CodeKind.MAPPING,
        "check `where` in the mapping file: an operator does not fit its field",
        "INVALID_QUERY_FILTER_OPERATOR INVALID_OPERATOR",
    ),
    (
        CodeKind.MAPPING,
        "check `where` in the mapping file: it holds too many sub-queries",
        "EXCEEDED_MAX_SEMIJOIN_SUBSELECTS",
    ),
    (CodeKind.MAPPING, "map fewer formula fields in one mapping", "QUERY_TOO_COMPLICATED"),
    (
        CodeKind.REQUEST,
        "Salesforce does not accept this request: check proxies between this machine and Salesforce, then report "
        "it with this message",
        "API_ERROR CLIENT_INPUT_ERROR INVALID_BATCH INVALID_BATCH_REQUEST INVALID_BATCH_SIZE INVALID_BATCH_OPERATION"
        " INVALID_JOB INVALID_JOB_STATE INVALID_OPERATION INVALID_XML INVALID_SOAP_HEADER INVALID_CONTENT_TYPE"
        " INVALID_ARGUMENT_TYPE INVALID_INPUT INVALID_INPUT_COMBINATION INVALID_ID_FIELD INVALID_REPLICATION_DATE"
        " INVALID_PAGING_OPTION INVALID_SORT_OPTION INVALID_MULTIPART_REQUEST INVALID_LOCALE_LANGUAGE"
        " INVALID_CROSS_REFERENCE_KEY INVALID_ASSIGNMENT_RULE JSON_PARSER_ERROR XML_PARSER_ERROR POST_BODY_PARSE_ERROR"
        " ARGUMENT_OBJECT_PARSE_ERROR CIRCULAR_OBJECT_GRAPH DUPLICATE_ARGUMENT_VALUE EXCEEDED_ID_LIMIT"
        " EXCEEDED_MAX_SIZE_REQUEST EXCEEDED_MAX_TYPES_LIMIT PARAMETER_TOO_LARGE METHOD_NOT_ALLOWED MISSING_ARGUMENT"
        " MISSING_RECORD MULTIPLE_RECORDS_FOUND MULTIPLE_API_ERRORS NOT_ACCEPTABLE NOT_MODIFIED PROCESSING_HALTED"
        " BAD_REQUEST TOO_MANY_RECORDS UNSUPPORTED_MEDIA_TYPE UNSUPPORTED_ATTACHMENT_ENCODING"
        " UNKNOWN_ATTACHMENT_EXCEPTION UNSUPPORTED_CONTENT_ENCODING CANNOT_RESOLVE_NAME"
        " REALTIME_PROCESSING_TIME_EXCEEDED_LIMIT INTERNAL_CANVAS_ERROR"
        " DATACLOUD_API_CLIENT_EXCEPTION SOCIALCRM_FEEDSERVICE_API_CLIENT_EXCEPTION"
        " CONTENT_HUB_FILE_DOWNLOAD_EXCEPTION CONTENT_HUB_FILE_NOT_FOUND_EXCEPTION"
        " CONTENT_HUB_INVALID_PAGE_NUMBER_EXCEPTION",
    ),
)


def folded(code: str) -> str:
    """Bulk API 2.0 writes INVALIDENTITY, Bulk API InvalidEntity, the others would write INVALID_ENTITY."""
    return code.replace("_", "").upper()


API: Mapping[str, Meaning] = {
    **{folded(code): Meaning(CodeKind.RECORD, WRITE_ADVICE) for code in WRITE_CODES.split()},
    **{folded(code): Meaning(kind, advice) for kind, advice, codes in _RULES for code in codes.split()},
}
"""``errorCode`` and ``exceptionCode``, folded as ``meaning_of`` looks them up."""


def meaning_of(code: str) -> Meaning | None:
    """What one of Salesforce's codes means, however an API spells it; None for a code that is not documented."""
    return API.get(folded(code))
