"""Real records before and after a mapping that nobody has saved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.steps.setup.preview import MOST, Preview, Previewer
from salesforce_daktela.steps.setup.save import check_files
from sandbox.testing import Sandbox
from tests.scenarios.conftest import ledger_url as ledger_url
from tests.scenarios.conftest import runner as runner
from tests.scenarios.conftest import sandbox as sandbox
from tests.scenarios.scenario_runner import Runner


def new_contact(sandbox: Sandbox, **values: object) -> str:
    row = {"FirstName": " Božena ", "LastName": "O'Němcová_100%", "Email": "Bozena@Firma.CZ", **values}
    earlier = datetime.now(UTC) - timedelta(minutes=1)
    return sandbox.salesforce.records.create("Contact", row, at=earlier)


def preview(runner: Runner, wanted: str = "", change: tuple[str, str] = ("", "")) -> Preview:
    """The draft is the folder's text with one change; the folder itself stays."""
    text = (runner.folder / "contacts.yaml").read_text()
    spec = check_files(runner.folder, {"contacts.yaml": text.replace(*change) if change[0] else text})
    return Previewer(
        spec=spec,
        mapping=spec.mapping("contacts"),
        salesforce=runner.salesforce,
        daktela=runner.daktela,
        database="sales",
        transforms={},
    ).preview(wanted)


def test_the_first_records_with_each_step(runner: Runner, sandbox: Sandbox) -> None:
    """Ten of them, each with its name, its values and the result of each transform; nothing is written."""
    before = sandbox.daktela.count("contacts")
    found = preview(runner)
    assert len(found.records) == MOST
    assert all(one.passes and one.label and len(one.id) == 18 for one in found.records)
    steps = {trace.target: [name for name, _ in trace.steps] for trace in found.records[0].fields}
    assert steps["customFields.email"] == ["source", "email", "lower", "result"]
    assert sandbox.daktela.count("contacts") == before


def test_the_draft_decides_not_the_folder(runner: Runner, sandbox: Sandbox) -> None:
    """What nobody has saved is what is shown."""
    id_ = new_contact(sandbox)
    (shown,) = preview(runner, id_, ("FirstName, transforms: [trim]", "FirstName, transforms: [trim, upper]")).records
    traces = {trace.target: trace for trace in shown.fields}
    assert traces["firstname"].steps == (
        ("source", " Božena "),
        ("trim", "Božena"),
        ("upper", "BOŽENA"),
        ("result", "BOŽENA"),
    )
    assert shown.payload.body()["firstname"] == "BOŽENA"


def test_a_search_is_a_text_whatever_signs_it_holds(runner: Runner, sandbox: Sandbox) -> None:
    """Anywhere in the name; a quote ends nothing, and a per cent sign stands for itself."""
    id_ = new_contact(sandbox)
    for wanted in ("o'němcová_100%", "MCOVÁ_1", " Němcová_100 "):
        assert [one.id for one in preview(runner, wanted).records] == [id_]
    for wanted in ("O'NěmcováX100", "' OR Name != '", "\\' OR Name LIKE '%"):
        assert preview(runner, wanted).records == ()


def test_ids_are_read_whatever_the_filter_says(runner: Runner, sandbox: Sandbox) -> None:
    """And told apart: what does not pass, and what is not there."""
    id_ = new_contact(sandbox)
    gone = "003000000000999AAA"
    found = preview(runner, f"{id_[:15]}, {gone}", ("fields:", "where: \"FirstName = 'Karel'\"\nfields:"))
    assert [(one.id, one.passes) for one in found.records] == [(id_, False)]
    assert found.missing == (gone,)


def test_problems_stand_at_their_field(runner: Runner, sandbox: Sandbox) -> None:
    """As a run would reject the record."""
    (shown,) = preview(runner, new_contact(sandbox, Email="nobody at all")).records
    assert {trace.target: trace.problem for trace in shown.fields}["customFields.email"] == "email_invalid"
    assert [problem.field for problem in shown.payload.problems] == ["customFields.email"]


def test_a_mapping_that_does_not_fit_says_where(runner: Runner) -> None:
    """As the preflight of a run does."""
    with pytest.raises(ConfigurationError, match=r"contacts.yaml:8: .*Frstname"):
        preview(runner, change=("from: FirstName", "from: Frstname"))
