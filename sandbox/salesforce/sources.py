"""Sources of the switches of the Salesforce side; a switch's meaning ends in the number of one of these."""

from __future__ import annotations

from collections.abc import Mapping

SOURCES: Mapping[str, str] = {
    "1": "Salesforce Help, OAuth authorization flows; release notes on the username-password flow and SOAP login()",
    "1.5": "Salesforce Help on connected apps that are not installed (article 005132365)",
    "1.6": "Salesforce Help on My Domain and its login policy; how simple-salesforce reads instance_url",
    "3": "REST API Developer Guide: describe, query, limits, status codes",
    "3.1": "Object Reference on access to fields; airbytehq/airbyte 68166",
    "3.6": "Salesforce Help on person accounts and on converting leads; Object Reference on Account",
    "4": "Bulk API 2.0 and Bulk API Developer Guide: query jobs, results",
    "5": "SOAP API Developer Guide: system fields, delete, undelete, merge, getDeleted; Object Reference on archived "
    "activities; airbytehq/airbyte 17148, 27146; estuary/connectors 2519",
    "7": "what simple-salesforce, jsforce, tap-salesforce and Estuary's connector meet or check",
    "question": "no public source settles it",
}
