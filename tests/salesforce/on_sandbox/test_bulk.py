"""Bulk jobs of the sandbox's org, with faults, beside REST."""

from __future__ import annotations

import pyarrow as pa
import pytest

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.salesforce.bulk import jobs
from salesforce_daktela.salesforce.bulk.jobs import BulkJobGoneError, BulkRefusedError
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.schema.describe import Resolution
from salesforce_daktela.salesforce.wire.errors import (
    SalesforceRefusedError,
    SalesforceUnavailableError,
)
from sandbox.testing import Sandbox
from tests.salesforce.on_sandbox.reading import MAPPED, by_bulk, by_rest, finished_job, soql


def test_both_apis_give_the_same_tables(sandbox: Sandbox, client: SalesforceClient, contacts: Resolution) -> None:
    """Row for row and type for type, REST and Bulk agree, deleted records and awkward texts included."""
    sandbox.salesforce.switch(uneven_pages=True, exponents=True)
    table = by_rest(client, contacts)
    assert table.num_rows >= 300
    assert table.column_names == ["Id", "SystemModstamp", "IsDeleted", "MasterRecordId", *MAPPED]
    assert table.equals(by_bulk(client, contacts))


@pytest.mark.parametrize("gzip", [True, False])
@pytest.mark.parametrize("fault", ["reset_download_next", "truncate_next"])
def test_damaged_downloads_are_fetched_again(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution, fault: str, gzip: bool
) -> None:
    """A download that is reset or ends early is fetched again, and no row is lost or doubled."""
    expected = by_rest(client, contacts)
    sandbox.salesforce.switch(gzip=gzip, **{fault: 2})
    assert by_bulk(client, contacts).equals(expected)


def test_a_download_that_stays_damaged_is_an_error(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """A download that never comes whole ends the read."""
    job_id = finished_job(client, contacts)
    sandbox.salesforce.switch(reset_download_next=99)
    with pytest.raises(SalesforceUnavailableError, match="the download broke off"):
        list(jobs.read_results(client, job_id, contacts.schema, locator=None, max_records=70))


def test_wrong_totals_are_an_error(sandbox: Sandbox, client: SalesforceClient, contacts: Resolution) -> None:
    """Totals and page counts that do not fit the rows stop the read."""
    sandbox.salesforce.switch(wrong_total=1, bulk_page_count=-1)
    with pytest.raises(IntegrityError, match="Salesforce announced"):
        by_rest(client, contacts)
    with pytest.raises(IntegrityError, match="the page's header counts"):
        by_bulk(client, contacts)


def test_without_page_counts_the_jobs_count_is_checked(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """Where the header is missing, the job's own count remains to check against."""
    sandbox.salesforce.switch(bulk_count_header=False)
    job_id = finished_job(client, contacts)
    pages = jobs.read_results(client, job_id, contacts.schema, locator=None, max_records=70)
    assert sum(page.table.num_rows for page in pages) == jobs.job_status(client, job_id).records


def test_another_process_continues_a_download(client: SalesforceClient, contacts: Resolution) -> None:
    """Another process goes on where the first one stopped."""
    job_id = finished_job(client, contacts)
    first = next(jobs.read_results(client, job_id, contacts.schema, locator=None, max_records=70))
    rest_of_it = jobs.read_results(client, job_id, contacts.schema, locator=first.next_locator, max_records=70)
    whole = pa.concat_tables([first.table, *(page.table for page in rest_of_it)])
    assert len(set(whole["Id"].to_pylist())) == whole.num_rows == jobs.job_status(client, job_id).records


@pytest.mark.parametrize(
    "refusal", ["jobs", "storage", "rights", "unsupported", "disabled", "user", "missing", "compound", "operation"]
)
def test_refusals_of_bulk_alone_have_their_own_error(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution, refusal: str
) -> None:
    """Bulk's own refusals are told apart from those that concern REST too."""
    sandbox.salesforce.switch(bulk_refusal=refusal)
    with pytest.raises(BulkRefusedError):
        finished_job(client, contacts)


def test_a_failed_job_gives_its_reason(sandbox: Sandbox, client: SalesforceClient, contacts: Resolution) -> None:
    """A job that fails says why, as far as Salesforce does."""
    sandbox.salesforce.switch(bulk_outcome="failed")
    job_id = jobs.create_job(client, soql(contacts))
    while (status := jobs.job_status(client, job_id)).state != "Failed":
        pass
    assert status.error != ""
    assert status.records is None


@pytest.mark.parametrize("status", [400, 412, 204])
def test_results_that_are_not_ready_are_an_error(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution, status: int
) -> None:
    """However Salesforce says that results are not ready, they are not taken for none."""
    sandbox.salesforce.switch(bulk_outcome="stuck", unfinished_results=status)
    job_id = jobs.create_job(client, soql(contacts))
    with pytest.raises((SalesforceUnavailableError, SalesforceRefusedError)):
        next(jobs.read_results(client, job_id, contacts.schema, locator=None, max_records=70))


def test_jobs_can_be_deleted_twice(client: SalesforceClient, contacts: Resolution, sandbox: Sandbox) -> None:
    """Finished and running jobs can be deleted, twice too."""
    finished = finished_job(client, contacts)
    sandbox.salesforce.switch(bulk_outcome="stuck")
    running = jobs.create_job(client, soql(contacts))
    for job_id in (finished, running, finished):
        jobs.delete_job(client, job_id)
        with pytest.raises(BulkJobGoneError):
            jobs.job_status(client, job_id)


def test_both_apis_agree_about_deleted_records_without_fields(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """Both APIs agree about deleted records that have lost what may be empty."""
    sandbox.salesforce.switch(blank_deleted=True)
    table = by_rest(client, contacts)
    assert pa.compute.sum(table["IsDeleted"]).as_py() > 0
    assert table.equals(by_bulk(client, contacts))


def test_uneven_result_pages_are_read_to_the_end(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """Pages smaller than asked for are followed to the end."""
    expected = by_rest(client, contacts)
    sandbox.salesforce.switch(bulk_uneven_pages=True, bulk_limit_info=False)
    assert by_bulk(client, contacts).equals(expected)


def test_an_expired_job_has_its_own_error(sandbox: Sandbox, client: SalesforceClient, contacts: Resolution) -> None:
    """Results that are gone are told apart from results that are not there yet."""
    job_id = finished_job(client, contacts)
    sandbox.salesforce.switch(bulk_expire_next=1)
    with pytest.raises(BulkJobGoneError):
        list(jobs.read_results(client, job_id, contacts.schema, locator=None, max_records=70))


def test_permanent_random_failures_lose_no_row(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """One failure in three requests, all day long, costs time and no row."""
    expected = by_rest(client, contacts)
    sandbox.salesforce.switch(fail_every=3, fail_retry_after="2", page_rows=60)
    assert by_rest(client, contacts).equals(expected)
    assert by_bulk(client, contacts).equals(expected)
