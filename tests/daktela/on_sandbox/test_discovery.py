"""What can be learnt of a database's fields, with whatever rights the user has."""

from __future__ import annotations

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.discovery import check_database, check_record_type, discover
from salesforce_daktela.daktela.wire.errors import DaktelaError
from salesforce_daktela.mapping.target import Provenance
from sandbox.daktela.instance import Instance
from tests.daktela.on_sandbox.examples import MakeClient

UNREADABLE = ["forbidden", "missing"]


def test_a_sample_and_the_pool_complete_each_other(client: DaktelaClient) -> None:
    """The form of a record first; what only the pool has is known by its provenance."""
    schema = discover(client, "contacts", database="sales")
    assert schema.complete
    assert schema.fields["customFields.email"].provenance is Provenance.RECORD
    assert schema.fields["customFields.complaint_code"].provenance is Provenance.POOL
    assert schema.fields["title"].required
    assert schema.fields["title"].max_length == 255


@pytest.mark.parametrize("detail", ["full", "short"])
def test_types_and_choices_are_known(daktela: Instance, client: DaktelaClient, detail: str) -> None:
    """Where an older instance's scheme tells little, the pool tells the rest."""
    daktela.switch(scheme_detail=detail)
    fields = discover(client, "contacts", database="sales").fields
    languages = fields["customFields.languages"]
    assert (languages.type, languages.multiple) == ("MULTISELECTBOX", True)
    assert languages.options is not None
    assert languages.options["cs"] == "Čeština"
    assert fields["customFields.job_title"].multiple is False


def test_each_database_has_its_own_form(client: DaktelaClient) -> None:
    """The sample comes from the database asked for."""
    sales = discover(client, "contacts", database="sales").fields
    support = discover(client, "contacts", database="support").fields
    assert sales["customFields.best_time"].provenance is Provenance.RECORD
    assert support["customFields.best_time"].provenance is Provenance.POOL
    assert support["customFields.support_level"].provenance is Provenance.RECORD


def test_each_record_type_has_its_own_form(client: DaktelaClient) -> None:
    """CRM records are scoped by type, not by database."""
    fields = discover(client, "crmRecords", database="sales", record_type="smlouva").fields
    assert fields["customFields.contract_number"].provenance is Provenance.RECORD
    assert fields["stage"].options == {"OPEN": "Open", "CLOSE": "Closed"}


def test_an_empty_database_is_known_by_the_pool(daktela: Instance, client: DaktelaClient) -> None:
    """Before the first load there is no record to look at."""
    daktela.reset(empty=True)
    schema = discover(client, "contacts", database="sales")
    assert schema.complete
    assert schema.fields["customFields.email"].provenance is Provenance.POOL


@pytest.mark.parametrize("setting", UNREADABLE)
def test_a_pool_that_may_not_be_read_leaves_the_sample(daktela: Instance, client: DaktelaClient, setting: str) -> None:
    """The right to formCrmFields is rare; its lack is no error."""
    daktela.switch(form_crm_fields_endpoint=setting)
    schema = discover(client, "contacts", database="sales")
    assert schema.complete
    assert "customFields.email" in schema.fields
    assert "customFields.complaint_code" not in schema.fields


@pytest.mark.parametrize("setting", UNREADABLE)
def test_without_sample_and_pool_the_schema_is_incomplete(
    daktela: Instance, client: DaktelaClient, setting: str
) -> None:
    """Only the documented fields are known, and it says so: a mapping's custom fields cannot be judged."""
    daktela.reset(empty=True)
    daktela.switch(form_crm_fields_endpoint=setting)
    schema = discover(client, "contacts", database="sales")
    assert not schema.complete
    assert not [path for path in schema.fields if path.startswith("customFields.")]
    assert "lastname" in schema.fields


def test_records_that_may_not_be_read_are_an_error(daktela: Instance, client: DaktelaClient) -> None:
    """A user without the right to contacts cannot load contacts."""
    daktela.switch(contacts_right="none")
    with pytest.raises(DaktelaError, match="full rights"):
        discover(client, "contacts", database="sales")


def test_a_bad_token_is_an_error(make_client: MakeClient) -> None:
    """A 401 is never read as "not available here"."""
    wrong = make_client(token="wrong-token-000")
    for ask in (lambda: discover(wrong, "contacts", database="sales"), lambda: check_database(wrong, "sales")):
        with pytest.raises(DaktelaError, match="paste a new one"):
            ask()


@pytest.mark.parametrize("shape", ["list", "map"])
@pytest.mark.parametrize(("name", "known"), [("sales", True), ("Sales", False), ("nowhere", False)])
def test_a_database_is_known_or_not(
    daktela: Instance, client: DaktelaClient, name: str, shape: str, known: bool
) -> None:
    """The answer lists what there is, for the message."""
    daktela.switch(data_shape=shape)
    found = check_database(client, name)
    assert (found.known, sorted(found.names)) == (known, ["sales", "support"])


@pytest.mark.parametrize("setting", UNREADABLE)
def test_catalogues_that_may_not_be_read_say_nothing(daktela: Instance, client: DaktelaClient, setting: str) -> None:
    """Neither yes nor no: the configured name is used, with a reason to show."""
    daktela.switch(crm_databases_endpoint=setting, crm_records_types_endpoint=setting)
    for found in (check_database(client, "sales"), check_record_type(client, "smlouva")):
        assert found.known is None
        assert found.reason


def test_record_types_are_checked_by_name(client: DaktelaClient) -> None:
    """Types are part of a mapping's identity."""
    assert check_record_type(client, "smlouva").known is True
    assert check_record_type(client, "contract").known is False
