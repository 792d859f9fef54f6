"""Contacts of the sandbox's org, read by either API."""

from __future__ import annotations

import pyarrow as pa

from salesforce_daktela.salesforce.bulk import jobs
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query import rest
from salesforce_daktela.salesforce.query.soql import build_soql
from salesforce_daktela.salesforce.schema.describe import Resolution

MAPPED = (
    "FirstName", "LastName", "Account.Name", "Owner.Email", "Skore__c", "Body__c", "Jazyky__c", "VIP__c", "Birthdate",
    "Posledni_hovor__c", "Poznamka__c", "MailingStreet",
)  # fmt: skip


def soql(contacts: Resolution) -> str:
    """The query for all contacts."""
    return build_soql(contacts.schema, cursor=contacts.cursor)


def by_rest(client: SalesforceClient, contacts: Resolution) -> pa.Table:
    """All contacts by REST."""
    return pa.concat_tables(rest.read_rest(client, soql(contacts), contacts.schema)).sort_by("Id")


def finished_job(client: SalesforceClient, contacts: Resolution) -> str:
    """A Bulk job for all contacts, waited for."""
    job_id = jobs.create_job(client, soql(contacts))
    while jobs.job_status(client, job_id).state != "JobComplete":
        pass
    return job_id


def by_bulk(client: SalesforceClient, contacts: Resolution, max_records: int = 70) -> pa.Table:
    """All contacts by Bulk, in several pages."""
    pages = jobs.read_results(
        client, finished_job(client, contacts), contacts.schema, locator=None, max_records=max_records
    )
    return pa.concat_tables([page.table for page in pages]).sort_by("Id")
