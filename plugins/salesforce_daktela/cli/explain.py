"""``explain``: why is this record in Daktela as it is, or not at all?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from salesforce_daktela.cli.environment import Environment
from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import (
    IdArgument,
    JsonOption,
    SyncOption,
    chosen_syncs,
    current_ledger,
    opened,
    print_answer,
)
from salesforce_daktela.cli.output import print_json, print_line, print_table
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from salesforce_daktela.salesforce.wire.ids import typed_id
from salesforce_daktela.steps.mapping_tests.writing import as_test as write_test
from salesforce_daktela.steps.record.explain import Explainer
from salesforce_daktela.steps.record.explanation import Explanation, ReferenceTrace

AsTestOption = Annotated[
    bool, typer.Option("--as-test", help="Print a test of the mapping, with invented values in place of the record's.")
]


@exits
def explain(
    ctx: typer.Context,
    id_: IdArgument,
    sync: SyncOption = None,
    as_test: AsTestOption = False,
    as_json: JsonOption = False,
) -> bool:
    """Show one record: values, transforms, what a run would do, what Daktela and the ledger know; changes nothing.

    Shows values of the record, to whoever types this and nobody else: nothing of it is logged. Ends with 1 when no
    mapping reads the record, Salesforce does not have it, or it would be rejected.
    """
    environment = opened(ctx)
    record = typed_id(id_)
    ledger = current_ledger(environment)
    specs = chosen_syncs(environment, sync)
    found = [one for spec in specs for one in _explainer(environment, spec, ledger).explain(record)]
    if as_test:
        return _print_tests(environment, specs, found, as_json=as_json)
    answer = {"id": record, "explanations": [asdict(one) for one in found]}
    print_answer(ledger, answer, lambda: _show_all(found), as_json=as_json)
    return bool(found) and all(one.values and one.intention.outcome != "rejected" for one in found)


def _print_tests(
    environment: Environment, specs: Sequence[SyncSpec], found: Sequence[Explanation], *, as_json: bool
) -> bool:
    """Print YAML as it is, so that it can go into a file."""
    transforms, by_name = load_project_transforms(environment.transforms_folder()), {spec.name: spec for spec in specs}
    tests = [write_test(by_name[one.sync], one, transforms) for one in found if one.values]
    if as_json:
        print_json({"tests": [asdict(test) for test in tests]})
    for test in tests if not as_json else ():
        print_line(f"# {test.file}")
        typer.echo(test.text, nl=False)
    return bool(tests)


def _explainer(environment: Environment, spec: SyncSpec, ledger: Ledger) -> Explainer:
    return Explainer(
        spec=spec,
        salesforce=environment.salesforce(spec.salesforce_conn_id),
        daktela=environment.daktela(spec),
        ledger=ledger,
        database=environment.daktela_database(spec.daktela_conn_id),
        transforms=load_project_transforms(environment.transforms_folder()),
    )


def _show_all(found: list[Explanation]) -> None:
    for one in found:
        _show(one)
    if not found:
        print_line("no mapping reads the object of this Id")


def _show(one: Explanation) -> None:
    title = f"sync {one.sync}, mapping {one.mapping}"
    print_table(f"{title}: Salesforce", ("field", "value"), [(path, _text(v)) for path, v in one.values.items()])
    steps = [
        (trace.target if number == 0 else "", name, _text(value), trace.problem if name == "result" else "")
        for trace in one.fields
        for number, (name, value) in enumerate(trace.steps)
    ]
    print_table(f"{title}: fields", ("Daktela field", "step", "value", "problem"), steps)
    intention = one.intention
    print_line(f"a run would now: {' '.join((intention.outcome or 'follow the policy', intention.verb)).strip()}")
    if intention.why:
        print_line(f"because: {intention.why}")
    if intention.body is not None:
        print_table(f"{title}: request for {intention.name}", ("field", "sent"), _flat(intention.body))
    parents = [(each.target, each.to, each.value, each.name or _nothing_yet(each)) for each in one.references]
    print_table(f"{title}: references", ("field", "to", "from", "Daktela gets"), parents)
    print_table(f"{title}: Daktela holds", ("field", "value"), _flat(one.daktela or {}))
    beside = [(each.path, _text(each.sent), _text(each.held), each.how or "equal") for each in one.compared]
    print_table(f"{title}: both", ("field", "would be sent", "Daktela holds", ""), beside)
    entry = {} if one.entry is None else asdict(one.entry)
    print_table(f"{title}: ledger", ("", "value"), [(key, _text(value)) for key, value in entry.items()])
    print_table(f"{title}: history", ("when", "what"), one.history)
    past = [(each.at, each.run_id, each.outcome, f"{each.code} {each.field}".strip()) for each in one.outcomes]
    print_table(f"{title}: runs", ("when", "run", "outcome", "reason"), past)


def _nothing_yet(reference: ReferenceTrace) -> str:
    return "waits for it" if reference.waits else "nothing"


def _flat(record: dict[str, Any]) -> list[tuple[str, str]]:
    """Fields and values, custom fields by their paths; without Daktela's own, which begin with an underscore."""
    rows: list[tuple[str, str]] = []
    for key, value in record.items():
        if key == "customFields" and isinstance(value, dict):
            rows += [(f"customFields.{name}", _text(held)) for name, held in value.items()]
        elif not key.startswith("_"):
            rows.append((key, _text(value)))
    return rows


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or value)
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value) or "empty"
    if isinstance(value, bytes):
        return value.hex()
    return "null" if value is None else str(value)
