"""Any chain of transforms: what is accepted works on values of its source's type, and what is refused does not."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.engine.compatibility import refuse_unfit
from salesforce_daktela.mapping.engine.part_columns import PartColumns
from salesforce_daktela.mapping.engine.pipeline import compile_rule
from salesforce_daktela.mapping.model import Entity, FieldPath, FieldRule, MappingSpec, Position, TransformCall
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.sources import parse_template
from salesforce_daktela.mapping.transforms.definition import UNSET, Transform, kind_of
from salesforce_daktela.mapping.transforms.registry import BUILT_IN, load_project_transforms
from tests.mapping.conftest import ID, schema_of

TEXTS = ("a", "Jan <b>x</b>", "602 123 456", "jan@firma.cz", "firma.cz", "2026-03-29", "true", "12.5", "a; b")
VALUES: dict[FieldKind, tuple[Any, ...]] = {
    FieldKind.TEXT: TEXTS,
    FieldKind.TIME: ("09:30:00.000Z", "23:59:59"),
    FieldKind.MULTIPICKLIST: ("a;b", "1;2", *TEXTS),
    FieldKind.BOOLEAN: (True, False),
    FieldKind.INTEGER: (0, 1, 602123456),
    FieldKind.NUMBER: (0.0, 12.5, 602123456.0),
    FieldKind.DATE: (date(2026, 3, 29),),
    FieldKind.DATETIME: (datetime(2026, 3, 29, 1, 30, tzinfo=UTC),),
}
OPTIONS: dict[str, tuple[dict[str, Any], ...]] = {
    "truncate": ({"length": 3},),
    "prefix": ({"text": "1"},),
    "strip_prefix": ({"text": "1"},),
    "regex": ({"pattern": "."}, {"pattern": "[^0-9]", "replace": ""}),
    "phone": ({"region": "CZ"},),
    "date": ({}, {"output": "%d.%m.%Y"}),
    "datetime": ({}, {"output": "%d.%m.%Y %H:%M"}, {"output": "%H:%M"}),
    "number": ({"decimals": 2},),
    "values": tuple(
        {"table": table, "default": default}
        for table in ({"a": "b", "2": "c"}, {"a": 5}, {"true": True, "a": 1.5})
        for default in ("a", 7, None)
    ),
    "default": tuple({"value": value} for value in ("x", 5, 1.5, True)),
}
OWN = """
from datetime import date, datetime
from typing import Any

def _of(kind, value):
    if type(value) not in kind:
        raise TypeError
    return value

def year(value: date) -> int:
    return _of([date], value).year

def whole(value: int) -> str:
    return str(_of([int], value))

def half(value: float) -> float:
    return _of([float, int], value) / 2

def yes(value: bool) -> bool:
    return not _of([bool], value)

def moment(value: datetime) -> datetime:
    return _of([datetime], value)

def days(value: list[date]) -> list[date]:
    return [_of([date], each) for each in value]

def words(value: list[str]) -> list[str]:
    return [_of([str], each) for each in value]

def anything(value: Any) -> Any:
    return "a"
"""
HERE = Position("contacts.yaml", 1)
ZONE = ZoneInfo("Europe/Prague")


@cache
def transforms() -> dict[str, Transform]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "own.py").write_text(OWN)
        return {**BUILT_IN, **load_project_transforms(Path(folder))}


def usual(transform: Transform) -> dict[str, Any]:
    return {name: option.default for name, option in transform.options.items() if option.default is not UNSET}


@st.composite
def calls(draw: st.DrawFn) -> TransformCall:
    name = draw(st.sampled_from(sorted(transforms().keys() - {"anything"})))
    options = {**usual(transforms()[name]), **draw(st.sampled_from(OPTIONS.get(name, ({},))))}
    return TransformCall(name=name, options=options, position=HERE)


chains = st.lists(calls(), min_size=1, max_size=4)


def refused_at(chain: list[TransformCall], kind: FieldKind) -> int | None:
    """The place of the first transform that the check refuses."""
    for length in range(1, len(chain) + 1):
        spec = mapping(chain[:length])
        try:
            refuse_unfit(spec, schema_of(spec, {"A": kind}), transforms(), instance_url="")
        except MappingError:
            return length - 1
    return None


def mapping(chain: list[TransformCall]) -> MappingSpec:
    rule = FieldRule(target="title", sources=(FieldPath("A"),), transforms=tuple(chain), position=HERE)
    return MappingSpec(
        name="contacts",
        sobject="Contact",
        entity=Entity.CONTACTS,
        key=parse_template("sf_{Id}"),
        fields=(rule,),
        position=HERE,
    )


def mapped(chain: list[TransformCall], kind: FieldKind) -> tuple[list[Any], Mapping[int, str]]:
    """The single values that a chain makes of those of a kind, before they become texts, and its problems.

    Nothing is checked before.
    """
    spec = mapping(chain)
    schema = schema_of(spec, {"A": kind})
    rows = [{"Id": ID, "IsDeleted": False, "A": value} for value in (*VALUES[kind], None)]
    columns = PartColumns(pa.Table.from_pylist(rows, schema=arrow_schema(schema)), schema, "")
    pipeline = compile_rule(spec.fields[0], transforms(), ZONE, schema)
    steps: list[list[Any]] = []
    _, batch = pipeline.run(columns.cells, columns.rows, lambda _, cells: steps.append(list(cells)))
    made = [value for cell in steps[-1] for value in (cell if isinstance(cell, tuple) else (cell,))]
    return [value for value in made if value is not None], batch.problems


@settings(max_examples=200, deadline=None)
@given(chain=chains, kind=st.sampled_from(list(FieldKind)))
def test_no_accepted_chain_meets_a_value_of_another_type(chain: list[TransformCall], kind: FieldKind) -> None:
    """A value may be unfit, such as a text that is no number. No transform breaks down on its type."""
    assume(refused_at(chain, kind) is None)
    broken = {f"{call.name}_failed" for call in chain}
    assert not broken & set(mapped(chain, kind)[1].values())


@settings(max_examples=200, deadline=None)
@given(chain=chains, kind=st.sampled_from(list(FieldKind)))
def test_no_chain_that_works_is_refused(chain: list[TransformCall], kind: FieldKind) -> None:
    """Where a value of the wrong type arrives at the transform that is refused, it makes a problem of it.

    But for two that go on: ``html_to_text`` leaves what is no text as it is, and to ``url`` 12.5 looks like a host.
    """
    place = refused_at(chain, kind)
    assume(place is not None and chain[place].name not in ("html_to_text", "url"))
    arriving, before = mapped(chain[:place], kind)
    accepts = transforms()[chain[place or 0].name].accepts
    assume(any(kind_of(value) not in accepts for value in arriving) or kind is FieldKind.TIME)
    assume(kind is not FieldKind.TIME or place == 0)
    assert len(mapped(chain[: (place or 0) + 1], kind)[1]) > len(before)


@pytest.mark.parametrize("kind", list(FieldKind))
def test_what_gives_anything_is_not_judged(kind: FieldKind) -> None:
    """Only its author knows what comes out of it."""
    assert refused_at([call("anything"), call("lower")], kind) is None
    assert refused_at([call("anything"), call("default", value=5), call("lower")], kind) is None


def call(name: str, **options: Any) -> TransformCall:
    return TransformCall(name=name, options={**usual(transforms()[name]), **options}, position=HERE)
