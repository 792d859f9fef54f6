"""Where the doubts about Salesforce come from: a switch's meaning ends in the number of one of these."""

from __future__ import annotations

from collections.abc import Mapping

SOURCES: Mapping[str, str] = {
    "1": "Salesforce Help, OAuth authorization flows; release notes on the username-password flow and SOAP login()",
    "3": "REST API Developer Guide: describe, query, limits, status codes",
    "4": "Bulk API 2.0 and Bulk API Developer Guide: query jobs, results",
    "7": "what simple-salesforce, jsforce and tap-salesforce meet",
    "question": "no public source settles it",
}
