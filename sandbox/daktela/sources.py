"""Sources of the switches of the Daktela side; a switch's meaning ends in the number of one of these."""

from __future__ import annotations

from collections.abc import Mapping

SOURCES: Mapping[str, str] = {
    "1": "token handling of Daktela's connectors (Java, .NET, PHP, Python, Dart), docs.daktela.com list of users",
    "1.1": "live tests of Daktela's JavaScript connector (2024) and Dart connector (2025)",
    "2": "OpenAPI description of a 2026 instance; captured replies and tests of aviationexam/daktela-http-client; "
    "readmes and tests of Daktela's connectors",
    "3": "Daktela's API help, general information; filters of Daktela's Java, PHP and Python connectors",
    "4.1": "Daktela's API help; captured replies of aviationexam/daktela-http-client and of a 2026 instance",
    "4.2": "OpenAPI description of a 2026 instance against Daktela's API help and older clients",
    "4.4": "OpenAPI description of a 2026 instance, Daktela's API help",
    "4.5": "Daktela's API help names the model, no description its path",
    "4.6": "integration tests of aviationexam/daktela-http-client against the wording of a 2026 OpenAPI description",
    "4.7": "columns of Daktela's database export (keboola/component-daktela); docs.daktela.com CRM",
    "4.8": "docs.daktela.com on records and record types of campaigns; OpenAPI description of a 2026 instance",
    "5": "captured records of 2022 and 2026; filipekp/daktela",
    "6": "readmes of Daktela's connectors; change detection of Daktela's CRM sync SDK",
    "7": "change detection of Daktela's CRM sync SDK; phone helpers of Daktela's PHP and Python connectors",
    "10": "no public source settles it",
}
