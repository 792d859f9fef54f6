"""The queries that Bulk API 2.0 refuses, with the words that clients recognise."""

from __future__ import annotations

from sandbox.salesforce.replies import ApiError
from sandbox.salesforce.soql.plan import Plan
from sandbox.salesforce.soql.tree import Function, Query
from sandbox.salesforce.switches import Switches

SWITCHED = {
    "jobs": (400, "LIMIT_EXCEEDED", "Max bulk v2 query jobs (10000) per 24 hrs has been reached"),
    "storage": (
        400, "LIMIT_EXCEEDED",
        "Max bulk v2 query result size stored (1000000000) kb per 24 hrs has been exceeded",
    ),
    "quota": (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    "rights": (
        400, "API_ERROR",
        "Implementation restriction: the query requires the View All Data permission",
    ),
    "disabled": (400, "FEATURENOTENABLED", "Bulk API is not enabled for user or organization"),
    "user": (400, "INVALIDUSER", "The user does not have the permission to use the Bulk API"),
    "missing": (404, "NOT_FOUND", "The requested resource does not exist"),
    "compound": (400, "FUNCTIONALITY_NOT_ENABLED", "Selecting compound data not supported in Bulk Query"),
    "operation": (400, "INVALIDBATCH", "Failed to process query"),
}  # fmt: skip


def refuse_shape(query: Query) -> None:
    """Refuse a query because of its text. Raises ApiError."""
    functions = [each for each in query.selected if isinstance(each, Function)]
    if any(isinstance(each, Query) for each in query.selected):
        raise ApiError(400, "API_ERROR", "Aggregate Relationships not supported in Bulk Query")
    if any(each.name == "FIELDS" for each in functions):
        raise ApiError(400, "API_ERROR", "FIELDS function is not supported in Bulk Query")
    if functions or query.group_by:
        raise ApiError(400, "API_ERROR", "Aggregate Relationships not supported in Bulk Query")
    if query.offset is not None:
        raise ApiError(400, "API_ERROR", "OFFSET is not supported in Bulk Query")


def refuse_plan(plan: Plan, switches: Switches) -> None:
    """Refuse a query because of the schema or a switch. Raises ApiError."""
    name = plan.sobject.name
    refused = {each.lower() for each in switches.bulk_refused}
    if not plan.sobject.bulk or "*" in refused or name.lower() in refused or switches.bulk_refusal == "unsupported":
        raise ApiError(400, "INVALIDENTITY", f"Entity '{name}' is not supported by the Bulk API.")
    if any(each.field.type == "address" for each in plan.columns):
        raise ApiError(400, "API_ERROR", "Selecting compound data not supported in Bulk Query")
    if switches.bulk_refusal:
        raise ApiError(*SWITCHED[switches.bulk_refusal])
