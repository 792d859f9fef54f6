"""A mapping of a draft against both live systems, whatever mistakes the loader still finds in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.editing.form import Row, rule
from salesforce_daktela.mapping.editing.new_file import new_mapping
from salesforce_daktela.mapping.language.mapping_file import parse_mapping
from salesforce_daktela.mapping.language.section import Section
from salesforce_daktela.mapping.language.soql_where import where_problem
from salesforce_daktela.mapping.language.text_checks import sobject_problem
from salesforce_daktela.mapping.language.yaml_reader import read_text
from salesforce_daktela.mapping.model import Entity, MappingSpec
from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.mapping.target import REQUIRED
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.mapping.transforms.registry import BUILT_IN
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.preflight.check import check_live
from salesforce_daktela.steps.preflight.forms import Forms
from salesforce_daktela.steps.preflight.other_model import other_model
from salesforce_daktela.steps.setup.drafted import DraftedMapping
from salesforce_daktela.steps.setup.problem_places import place_of

KEY = "sf_{Id}"
STAND_IN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveProblems:
    """What would stop a run, and what would not."""

    errors: tuple[MappingProblem, ...] = ()
    warnings: tuple[MappingProblem, ...] = ()


def check_drafted(
    mapping: DraftedMapping,
    before: Mapping[str, str],
    salesforce: SalesforceClient,
    daktela: DaktelaClient,
    *,
    database: str,
    timezone: str,
    transforms: Mapping[str, Transform],
    remembered: tuple[str, Ledger] | None = None,
) -> LiveProblems:
    """Return what both systems find wrong in the rows that the loader takes, and the memory in the model.

    ``before`` are the mappings that this one may look up, with their Salesforce objects; what they write is left to the
    loader. ``transforms`` are the project's own, ``remembered`` the sync and the ledger that has its memory. Lines are
    not those of the file. Raises TransportError when a system does not answer.
    """
    readable = _readable(mapping, before, transforms)
    if readable is None:
        return LiveProblems()
    spec, stand_ins = readable
    forms = Forms(daktela=daktela)
    moved = None if remembered is None else other_model(remembered[0], spec, remembered[1])
    errors, warnings = check_live(spec, database, timezone, salesforce, forms, transforms=transforms, objects=before)
    errors = errors if moved is None else (moved, *errors)
    targets = {rule.target for rule in spec.fields}
    return LiveProblems(
        errors=tuple(each for each in errors if place_of(each, targets).target not in stand_ins),
        warnings=tuple(each for each in warnings if place_of(each, targets).target not in stand_ins),
    )


def _readable(
    mapping: DraftedMapping, before: Collection[str], transforms: Mapping[str, Transform]
) -> tuple[MappingSpec, frozenset[str]] | None:
    """The mapping without the rows that the loader refuses, and the required fields that were filled in for them."""
    if mapping.entity is None or sobject_problem(mapping.sobject) is not None:
        return None
    known = {**BUILT_IN, **transforms}
    _, problems = _parsed(mapping, mapping.entity, before, known)
    wrong = {place_of(problem, mapping.targets).target for problem in problems}
    kept = [row for row in mapping.rows if row.target not in wrong]
    missing = [target for target in REQUIRED[mapping.entity] if target not in {row.target for row in kept}]
    stand_ins = [Row(target=target, constant=STAND_IN) for target in missing]
    spec, _ = _parsed(replace(mapping, rows=(*kept, *stand_ins)), mapping.entity, before, known)
    return None if spec is None else (spec, frozenset(missing))


def _parsed(
    mapping: DraftedMapping, entity: Entity, before: Collection[str], transforms: Mapping[str, Transform]
) -> tuple[MappingSpec | None, list[MappingProblem]]:
    fields: dict[str, Value] = {row.target: rule(row) for row in mapping.rows}
    where = mapping.where if mapping.where and where_problem(mapping.where) is None else None
    settings: dict[str, Value] = {} if where is None else {"where": where}
    text = new_mapping(sobject=mapping.sobject, entity=entity, key=KEY, fields=fields, settings=settings)
    problems: list[MappingProblem] = []
    data = read_text(text, mapping.name, problems)
    if data is None:
        return None, problems
    section = Section(data, mapping.name, problems)
    spec = parse_mapping(section, mapping.name, transforms=transforms, lookups=dict.fromkeys(before))
    return spec, problems
