"""Run the tests of a sync's mappings: no connection, no ledger, the engine that runs use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping, compile_mapping
from salesforce_daktela.mapping.engine.trace import trace_row
from salesforce_daktela.mapping.model import MappingSpec, Position, SyncSpec
from salesforce_daktela.mapping.problems import MappingError, MappingProblem, in_order
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.testing.case import MappingTest
from salesforce_daktela.mapping.testing.comparing import Difference, Made, differences, flat
from salesforce_daktela.mapping.testing.coverage import Coverage, Item, coverage_of, exercised
from salesforce_daktela.mapping.testing.reading import read_tests
from salesforce_daktela.mapping.testing.typing_rows import row_table, source_schema
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.mapping.transforms.registry import BUILT_IN
from salesforce_daktela.salesforce.schema.field_kinds import KINDS
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, read_rows
from salesforce_daktela.steps.decide.references import USERS, Resolution, parent_key, resolve_row
from salesforce_daktela.steps.preflight.schema_lock import LOCK, read_lock
from salesforce_daktela.steps.transform.part import transform_table
from salesforce_daktela.sync.seen_schema import Side

ORG = "https://example.my.salesforce.com"
"""The org's address in tests: ``$Link`` begins with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedTest:
    """One test and how it failed; without differences it has passed."""

    test: MappingTest
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedSync:
    """``problems`` are mistakes in test files, ``coverage`` is by mapping, those without tests among them."""

    sync: str
    rows: tuple[TriedTest, ...]
    problems: tuple[MappingProblem, ...]
    coverage: Mapping[str, Coverage]

    @property
    def failed(self) -> tuple[TriedTest, ...]:
        """The tests that have not passed."""
        return tuple(row for row in self.rows if row.differences)

    @property
    def fine(self) -> bool:
        """Whether all tests could be read and have passed."""
        return not self.problems and not self.failed

    def counts(self) -> Mapping[str, int]:
        """How many tests each mapping has."""
        return Counter(row.test.mapping for row in self.rows)


def run_mapping_tests(spec: SyncSpec, transforms: Mapping[str, Transform]) -> TriedSync:
    """Run all tests of a sync; ``transforms`` are the project's own."""
    problems: list[MappingProblem] = []
    tests, locked = read_tests(spec, problems), _locked(spec, problems)
    rows: list[TriedTest] = []
    coverage: dict[str, Coverage] = {}
    for mapping in spec.mappings:
        own = [test for test in tests if test.mapping == mapping.name]
        items: list[Item] = []
        compiled = _compiled(spec, mapping, own, locked.get(mapping.name, {}), transforms, problems)
        if compiled is not None:
            rows += [row for test in own for row in _run(test, compiled, problems, items)]
        coverage[mapping.name] = coverage_of(mapping, items)
    return TriedSync(sync=spec.name, rows=tuple(rows), problems=in_order(problems), coverage=coverage)


def _locked(spec: SyncSpec, problems: list[MappingProblem]) -> dict[str, dict[str, FieldKind]]:
    """Kinds by mapping and path in lower case, none without a lock file."""
    try:
        seen = read_lock(spec.folder)
    except ConfigurationError as exc:
        problems.append(MappingProblem(position=Position(LOCK, 1), path="", what=exc.what, advice=exc.advice))
        return {}
    return {
        name: {
            path.lower(): KINDS.get(field.type, FieldKind.TEXT)
            for path, field in (sides[Side.SALESFORCE].fields.items() if Side.SALESFORCE in sides else ())
        }
        for name, sides in seen.items()
    }


def _compiled(
    spec: SyncSpec,
    mapping: MappingSpec,
    tests: Sequence[MappingTest],
    locked: Mapping[str, FieldKind],
    transforms: Mapping[str, Transform],
    problems: list[MappingProblem],
) -> CompiledMapping | None:
    if not tests:
        return None
    schema = source_schema(mapping, tests, locked, {**BUILT_IN, **transforms}, problems)
    try:
        return compile_mapping(
            mapping, schema, timezone=spec.timezone or "UTC", instance_url=ORG, project_transforms=transforms
        )
    except MappingError as exc:
        problems += exc.problems
        return None


def _run(
    test: MappingTest, compiled: CompiledMapping, problems: list[MappingProblem], items: list[Item]
) -> list[TriedTest]:
    """One result, none for a row that cannot be typed."""
    before = len(problems)
    row = row_table(test, compiled.schema, problems)
    if len(problems) > before:
        return []
    (payload,) = read_rows(transform_table(row, compiled))
    items += exercised(compiled.spec, test.expected, trace_row(compiled, row))
    made = made_of(compiled.spec, payload, test.parents)
    return [TriedTest(test=test, differences=differences(test.expected, made))]


def made_of(mapping: MappingSpec, payload: PayloadRow, parents: Mapping[str, str]) -> Made:
    """Return what a run would make of a row, with the names that ``parents`` have in Daktela by Id or address.

    Fields that are sent once are among them.
    """
    payload = payload.as_created()
    found = resolve_row(payload, _names(payload, parents))
    clearing = {rule.target for rule in mapping.fields if rule.when_empty == "clear"}
    cleared = dict.fromkeys(sorted(clearing.intersection(found.dropped)))
    problems = {each.field or "": each.code for each in (*payload.problems, *found.problems)}
    return Made(
        name=payload.name,
        sent=flat({**payload.body(), **cleared, **found.fields}),
        problems=problems,
        waits=() if problems else _waits(payload, found),
        becomes=payload.became,
        dropped=payload.dropped,
        shortened=payload.shortened,
    )


def _names(payload: PayloadRow, parents: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Names by what a reference looks up: any mapping that it names may have written the parent."""
    named: dict[str, dict[str, str]] = {}
    for to in {reference.to for reference in payload.references}:
        keys = {parent_key(to, value): name for value, name in parents.items() if (to == USERS) is ("@" in value)}
        named[to] = {key: name for key, name in keys.items() if key is not None}
    return named


def _waits(payload: PayloadRow, found: Resolution) -> tuple[str, ...]:
    if not found.waits:
        return ()
    settled = {*found.fields, *found.dropped}
    return tuple(each.field for each in payload.references if each.field not in settled)
