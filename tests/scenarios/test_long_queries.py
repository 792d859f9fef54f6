"""A mapping so wide that its queries hardly fit a request, or do not: records are read by their Ids all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import pytest

from salesforce_daktela.errors import ConfigurationError, QuotaError
from salesforce_daktela.salesforce.schema.describe import describe
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.reconciling import counts_of, reconcile
from tests.scenarios.scenario_runner import Runner, counts, rewrite

CONTACTS = RunRequest(mappings=("accounts", "contacts"))


def parents(runner: Runner, sobject: str, before: tuple[str, ...] = ()) -> Iterator[str]:
    """Paths to texts of parents and of theirs."""
    described: Any = describe(runner.salesforce, sobject)
    for found in described["fields"]:
        if before and found["type"] == "string":
            yield ".".join([*before, found["name"]])
    for found in described["fields"]:
        if len(before) < 4 and found.get("relationshipName") and len(found["referenceTo"]) == 1:
            yield from parents(runner, found["referenceTo"][0], (*before, found["relationshipName"]))


def widened(runner: Runner, length: int) -> None:
    """Map so many encoded characters of parents into one field."""
    paths: list[str] = []
    for path in dict.fromkeys(parents(runner, "Contact")):
        if len(quote_plus(", ".join(paths))) >= length:
            break
        paths.append(path)
    assert len(quote_plus(", ".join(paths))) >= length
    template = "".join(f"{{{path}}}" for path in paths)
    rewrite(runner.folder / "contacts.yaml", "  firstname:", f'  customFields.note: "{template}"\n  firstname:')
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: keep\nreread: never")


@pytest.mark.parametrize("length", [13_000, 14_500], ids=["few Ids fit", "none fits"])
def test_records_are_read_by_their_ids(runner: Runner, sandbox: Sandbox, length: int) -> None:
    """Named ones, those that are due in a run, and those that a comparison looks at again; quiet runs go on."""
    widened(runner, length)
    sandbox.salesforce.switch(bulk_empty_body=True)
    everybody = [row["Id"] for row in alive(sandbox, "Contact")]
    assert sum(runner.run(CONTACTS)["contacts"].outcomes.values()) == len(everybody)
    named = RunRequest(mode=Mode.RECORDS, ids=tuple(everybody), mappings=("contacts",))
    assert sum(runner.run(named)["contacts"].outcomes.values()) == len(everybody)
    runner.ledger.rereads.ask("default", "contacts", everybody, datetime.now(UTC))
    assert runner.run(CONTACTS)["contacts"].failure == ""
    contact = next(each for each in everybody if sandbox.daktela.get("contacts", f"sf_contact_{each}"))
    sandbox.daktela.delete("contacts", f"sf_contact_{contact}")
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == {"gone": 1}


def test_where_bulk_is_refused_the_error_says_what_to_do(runner: Runner, sandbox: Sandbox) -> None:
    """Neither way is left for the records that a run names."""
    widened(runner, 14_500)
    sandbox.salesforce.switch(bulk_refused=("*",))
    ids = (alive(sandbox, "Contact")[0]["Id"],)
    with pytest.raises(ConfigurationError, match="map fewer fields of parents"):
        counts(runner.run(RunRequest(mode=Mode.RECORDS, ids=ids, mappings=("contacts",))))


def test_a_window_that_bulk_refuses_says_what_to_do(runner: Runner, sandbox: Sandbox) -> None:
    """Neither way is left for a window, either: nothing that a repeated task could mend."""
    widened(runner, 14_500)
    sandbox.salesforce.switch(bulk_refused=("*",))
    with pytest.raises(ConfigurationError, match=r"query of Contact is too long for REST, .* map fewer fields of par"):
        runner.run(CONTACTS)


@pytest.mark.parametrize("refusal", ["jobs", "storage"])
def test_a_window_waits_for_jobs_that_are_used_up(runner: Runner, sandbox: Sandbox, refusal: str) -> None:
    """They come back within a day: the run is deferred, as where calls are used up."""
    widened(runner, 14_500)
    sandbox.salesforce.switch(bulk_refusal=refusal)
    with pytest.raises(QuotaError, match="the run is deferred; Bulk takes jobs again within 24 hours") as refused:
        runner.run(CONTACTS)
    assert refused.value.limit == "DailyBulkV2QueryJobs"


def test_a_filter_too_long_to_be_counted(runner: Runner, sandbox: Sandbox) -> None:
    """Its window is read by Bulk, and so are named records."""
    condition = f"LastName != '{'ž' * 3_000}'"
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", f'on_delete: keep\nwhere: "{condition}"')
    everybody = tuple(row["Id"] for row in alive(sandbox, "Contact"))
    assert sum(runner.run(CONTACTS)["contacts"].outcomes.values()) == len(everybody)
    named = RunRequest(mode=Mode.RECORDS, ids=everybody, mappings=("contacts",))
    assert sum(runner.run(named)["contacts"].outcomes.values()) == len(everybody)
