"""The Salesforce client against the sandbox's org, over TLS and with faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from salesforce_daktela.errors import IntegrityError, QuotaError
from salesforce_daktela.salesforce.bulk import jobs
from salesforce_daktela.salesforce.bulk.jobs import BulkJobGoneError, BulkRefusedError
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query import rest
from salesforce_daktela.salesforce.query.soql import build_count, build_soql
from salesforce_daktela.salesforce.schema.describe import Resolution, resolve
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from salesforce_daktela.salesforce.wire.errors import (
    QueryTimeoutError,
    SalesforceRefusedError,
    SalesforceUnavailableError,
    SignInError,
)
from salesforce_daktela.sync.window import Window
from sandbox.salesforce.switches import Switches
from sandbox.server import HOST_NAMES
from sandbox.testing import Sandbox, start_sandbox
from tests.salesforce.examples import Pauses

MAPPED = (
    "FirstName", "LastName", "Account.Name", "Owner.Email", "Skore__c", "Body__c", "Jazyky__c", "VIP__c", "Birthdate",
    "Posledni_hovor__c", "Poznamka__c", "MailingStreet",
)  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One org with a few hundred contacts."""
    with start_sandbox(tmp_path_factory.mktemp("sandbox"), size=300, only="salesforce") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """The org with everyday switches."""
    running.salesforce.switches = Switches()
    yield running
    running.salesforce.switches = Switches()


@pytest.fixture
def connect(sandbox: Sandbox) -> Callable[..., SalesforceClient]:
    """Make a client of the org; what is filled in adds to the app's key and secret."""
    known = sandbox.salesforce.credentials

    def connected(**filled: str) -> SalesforceClient:
        credentials = SalesforceCredentials(
            instance_uri=f"{sandbox.salesforce_url}/lightning/page/home",
            consumer_key=known.consumer_key,
            consumer_secret=known.consumer_secret,
            version="60",
            trusted_hosts=HOST_NAMES,
            verify=str(sandbox.ca),
            **filled,  # type: ignore[arg-type]  # texts only
        )
        return SalesforceClient(credentials, sleep=Pauses())

    return connected


@pytest.fixture
def client(connect: Callable[..., SalesforceClient]) -> SalesforceClient:
    """A client that signs in as the app."""
    return connect()


@pytest.fixture
def contacts(client: SalesforceClient) -> Resolution:
    """Contacts as the org describes them."""
    return resolve(client, "contact", MAPPED)


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


def test_every_flow_signs_in(sandbox: Sandbox, connect: Callable[..., SalesforceClient]) -> None:
    """Every flow signs in and says which it was; a password without its token does not."""
    known = sandbox.salesforce.credentials
    user = {"username": known.username, "password": known.password}
    assert connect().flow == "client credentials"
    assert connect(**user, security_token=known.security_token).flow == "username, password and security token"
    assert connect(username=known.username, private_key=sandbox.salesforce.private_key).flow == "JWT bearer"
    with pytest.raises(SignInError, match="check Username, Password and Security Token"):
        _ = connect(**user).flow


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


def test_short_sessions_do_not_interrupt_reading(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """Sessions of two calls each carry through pages and downloads."""
    expected = by_rest(client, contacts)
    sandbox.salesforce.switch(token_calls=2, page_rows=40)
    assert by_rest(client, contacts).equals(expected)
    assert by_bulk(client, contacts).equals(expected)


@pytest.mark.parametrize("faults", [{"fail_next": 3, "fail_status": 503}, {"fail_next": 3, "fail_body": "empty"},
                                    {"reset_next": 3}])  # fmt: skip
def test_faults_are_retried(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution, faults: dict[str, int | str]
) -> None:
    """Maintenance pages, empty replies and broken connections are waited out."""
    sandbox.salesforce.switch(**faults)
    assert by_rest(client, contacts).num_rows >= 300


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


@pytest.mark.parametrize("refusal", ["jobs", "storage", "rights", "unsupported"])
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


def test_query_timeout_is_told_apart(sandbox: Sandbox, client: SalesforceClient, contacts: Resolution) -> None:
    """A window too wide for Salesforce gives the error that halves it; half of it is read."""
    sandbox.salesforce.switch(query_timeout_days=2.0)
    until = datetime.now(UTC)
    wide, narrow = (Window(since=until - timedelta(days=days), until=until) for days in (3, 1))
    with pytest.raises(QueryTimeoutError):
        list(rest.read_rest(client, build_soql(contacts.schema, cursor=contacts.cursor, window=wide), contacts.schema))
    assert rest.count(client, build_count(contacts.schema, cursor=contacts.cursor, window=narrow)) >= 0


def test_an_exhausted_quota_is_named(sandbox: Sandbox, client: SalesforceClient) -> None:
    """The last call of the day is noticed and named."""
    assert client.limits()["DailyApiRequests"].remaining > 0
    sandbox.salesforce.switch(quota_remaining=0)
    with pytest.raises(QuotaError) as refused:
        client.limits()
    assert refused.value.limit == "DailyApiRequests"


def test_without_the_right_the_daily_calls_are_known(sandbox: Sandbox, client: SalesforceClient) -> None:
    """The daily calls are known even to a user who may not see limits."""
    sandbox.salesforce.switch(limits_forbidden=True, limit_info="per_app")
    assert client.limits()["DailyApiRequests"].max == 100_000


def test_permanent_refusals_of_sessions_end_after_two_tries(sandbox: Sandbox, client: SalesforceClient) -> None:
    """An org that refuses every session is asked twice, not for ever."""
    sandbox.salesforce.switch(unauthorized=True)
    with pytest.raises(SalesforceRefusedError, match="refused even when fresh"):
        client.limits()
    assert client.calls == 4


def test_a_hidden_field_is_unknown(sandbox: Sandbox, client: SalesforceClient) -> None:
    """A field that is hidden from the user is unknown, with its neighbours named."""
    sandbox.salesforce.switch(hidden_fields=("Contact.MobilePhone",))
    unknown = resolve(client, "Contact", ["MobilePhone", "Phone"]).unknown
    assert list(unknown) == ["MobilePhone"]
    assert "HomePhone" in unknown["MobilePhone"]


def test_named_records_are_found_by_short_and_long_ids(client: SalesforceClient, contacts: Resolution) -> None:
    """Records are found by their Ids, short or long."""
    ids = by_rest(client, contacts)["Id"].to_pylist()[:3]
    wanted = build_soql(contacts.schema, cursor=contacts.cursor, ids=[ids[0][:15], *ids[1:]])
    (table,) = rest.read_rest(client, wanted, contacts.schema)
    assert sorted(table["Id"].to_pylist()) == ids


def test_every_reply_gives_the_orgs_clock(client: SalesforceClient) -> None:
    """The org's clock comes with every reply."""
    assert abs(client.server_time() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("answer", ["unauthorized", "redirect", "html"])
def test_an_org_that_moves_is_followed(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution, answer: str
) -> None:
    """Whatever the former address answers, one new sign-in tells the present one, and reading goes on there."""
    expected = by_rest(client, contacts)
    sandbox.salesforce.switch(moved=answer)
    assert by_rest(client, contacts).equals(expected)
    assert client.instance_url == sandbox.salesforce_url.replace("localhost", "127.0.0.1")


@pytest.mark.parametrize("form", ["list", "object", "html"])
def test_a_401_with_any_body_is_a_refused_session(sandbox: Sandbox, client: SalesforceClient, form: str) -> None:
    """A 401 is a 401 whatever its body: one new sign-in, then the end."""
    sandbox.salesforce.switch(unauthorized=True, unauthorized_body=form)
    with pytest.raises(SalesforceRefusedError, match="401"):
        client.limits()
    assert client.calls == 4


def test_the_advice_names_an_app_that_is_not_installed(
    sandbox: Sandbox, connect: Callable[..., SalesforceClient]
) -> None:
    """The advice says what an administrator has to do."""
    sandbox.salesforce.switch(app_installed=False)
    with pytest.raises(SignInError, match="Approve Uninstalled Connected Apps"):
        _ = connect().flow


def test_the_orgs_clock_counts_not_this_machines(sandbox: Sandbox, client: SalesforceClient) -> None:
    """Time is the org's, not this machine's."""
    sandbox.salesforce.switch(clock_skew_seconds=-7200.0)
    assert abs(client.server_time() - (datetime.now(UTC) - timedelta(hours=2))) < timedelta(minutes=1)


def test_another_stamp_replaces_one_that_cannot_be_filtered(sandbox: Sandbox, client: SalesforceClient) -> None:
    """The next best stamp is windowed on."""
    sandbox.salesforce.switch(unfilterable_fields=["Lead.SystemModstamp"])
    found = resolve(client, "Lead", ["LastName"])
    assert found.cursor == "LastModifiedDate"
    until = datetime.now(UTC)
    window = Window(since=until - timedelta(days=4000), until=until)
    soql_text = build_soql(found.schema, cursor=found.cursor, window=window)
    assert sum(table.num_rows for table in rest.read_rest(client, soql_text, found.schema)) > 0


def test_a_field_that_queries_refuse_is_named(sandbox: Sandbox, client: SalesforceClient, contacts: Resolution) -> None:
    """A field that vanishes between describe and query is named with what to do."""
    sandbox.salesforce.switch(hidden_fields=["Contact.Birthdate"], hidden_fields_described=True)
    with pytest.raises(SalesforceRefusedError, match="field-level security"):
        by_rest(client, contacts)


def test_a_path_through_a_hidden_parent_is_unknown(sandbox: Sandbox, client: SalesforceClient) -> None:
    """A path through an object that the user may not see is unknown, the rest of the mapping stays known."""
    sandbox.salesforce.switch(hidden_objects=["Account"])
    found = resolve(client, "Contact", ["Account.Name", "LastName"])
    assert "LastName" in found.schema.fields
    assert found.unknown == {"Account.Name": ("Account is hidden from the integration user: check its permissions",)}


def test_both_apis_agree_about_deleted_records_without_fields(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """Both APIs agree about deleted records that have lost what may be empty."""
    sandbox.salesforce.switch(blank_deleted=True)
    table = by_rest(client, contacts)
    assert pa.compute.sum(table["IsDeleted"]).as_py() > 0
    assert table.equals(by_bulk(client, contacts))


def test_an_expired_locator_is_an_error_that_may_pass(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """Pages that expired under the reader end the read as something that may succeed later."""
    sandbox.salesforce.switch(page_rows=100, expire_locator_next=1)
    with pytest.raises(SalesforceUnavailableError, match="INVALID_QUERY_LOCATOR"):
        by_rest(client, contacts)
    assert by_rest(client, contacts).num_rows >= 300


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


def test_too_many_long_calls_are_not_an_exhausted_quota(sandbox: Sandbox, client: SalesforceClient) -> None:
    """The quota's code with the other cause is not mistaken for the daily calls."""
    sandbox.salesforce.switch(concurrent_next=1)
    with pytest.raises(QuotaError) as refused:
        client.limits()
    assert refused.value.limit == "ConcurrentRequests"


def test_permanent_random_failures_lose_no_row(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """One failure in three requests, all day long, costs time and no row."""
    expected = by_rest(client, contacts)
    sandbox.salesforce.switch(fail_every=3, fail_retry_after="2", page_rows=60)
    assert by_rest(client, contacts).equals(expected)
    assert by_bulk(client, contacts).equals(expected)
