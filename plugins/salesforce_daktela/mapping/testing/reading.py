"""Reads the files of a sync's folder ``tests``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from salesforce_daktela.mapping.language.grammar import read_keys
from salesforce_daktela.mapping.language.section import Section, kind_of, scalar
from salesforce_daktela.mapping.language.value_kinds import Anything, Keys, NameList, Number, Text
from salesforce_daktela.mapping.language.yaml_reader import read_yaml
from salesforce_daktela.mapping.model import MappingSpec, Position, SyncSpec
from salesforce_daktela.mapping.problems import MappingProblem, nearest
from salesforce_daktela.mapping.render import render
from salesforce_daktela.mapping.testing.case import CUSTOM, NAME, Expected, MappingTest, Sent, Written

FOLDER = "tests"
COUNT = Number(least=0, most=10_000, whole=True)
TEST = Keys(
    {
        "name": Text(),
        "salesforce": Keys({}),
        "parents": Keys({}),
        "daktela": Keys({}),
        "fields": Keys({}),
        "keeps": NameList(),
        "problems": Keys({}),
        "waits": NameList(),
        "becomes": Keys({}),
        "dropped": COUNT,
        "shortened": COUNT,
    },
    required=("name", "salesforce"),
)
FILE = Keys({"mapping": Text(), "parents": Keys({}), "tests": Anything()}, required=("tests",))
EXPECTATIONS = ("daktela", "fields", "problems", "waits", "becomes")


def read_tests(spec: SyncSpec, problems: list[MappingProblem]) -> list[MappingTest]:
    """Return the tests of all files, by name of the file; mistakes go to ``problems``, with line and column."""
    folder, found = Path(spec.folder) / FOLDER, list[MappingTest]()
    shown = f"{Path(spec.folder).parent.name}/{Path(spec.folder).name}/{FOLDER}"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix == ".yaml":
            found += _file(path, f"{shown}/{path.name}", spec, problems)
        elif path.suffix == ".yml":
            what, advice = "is not read, because names of test files end in .yaml", f"rename it to {path.stem}.yaml"
            at = Position(f"{shown}/{path.name}", 1, 1)
            problems.append(MappingProblem(position=at, path="", what=what, advice=advice))
    return found


def _file(path: Path, shown: str, spec: SyncSpec, problems: list[MappingProblem]) -> list[MappingTest]:
    data = read_yaml(path, shown, problems, columns=True)
    if data is None:
        return []
    section = Section(data, shown, problems, columns=True)
    values = read_keys(section, FILE)
    known = {mapping.name: mapping for mapping in spec.mappings}
    name = values.get("mapping", path.stem)
    if name not in known:
        key = "mapping" if "mapping" in section.data else None
        section.refuse(key, f"there is no mapping {name} in sync.yaml", f"write `mapping:`; {nearest(name, known)}")
        return []
    common = _parents(values.get("parents"))
    read = [_test(item, known[name], common) for item in _items(section, values.get("tests"))]
    found = [test for test in read if test is not None]
    _refuse_equal_names(section, found)
    return found


def _items(section: Section, tests: Any) -> Iterator[Section]:
    if tests is not None and not (isinstance(tests, CommentedSeq) and tests):
        section.refuse("tests", f"expected a list of tests, found {kind_of(tests)}", "write each as `- name: ...`")
        return
    for number, item in enumerate(tests or (), 1):
        if isinstance(item, CommentedMap):
            yield section.below(f"tests[{number}]", item)
        else:
            section.refuse("tests", f"test {number} has no keys", "write it as `- name: ...`, the other keys below")


def _test(section: Section, mapping: MappingSpec, common: Mapping[str, str | None]) -> MappingTest | None:
    before = len(section.problems)
    values = read_keys(section, TEST)
    row = _row(values["salesforce"], mapping) if "salesforce" in values else {}
    expected = _expected(section, values, mapping)
    parents = {**common, **_parents(values.get("parents"))}
    if len(section.problems) > before:
        return None
    return MappingTest(
        name=values["name"],
        mapping=mapping.name,
        row=row,
        parents={value: name for value, name in parents.items() if name is not None},
        expected=expected,
        position=section.position("name"),
    )


def _refuse_equal_names(section: Section, tests: list[MappingTest]) -> None:
    seen: dict[str, MappingTest] = {}
    for test in tests:
        first = seen.setdefault(test.name, test)
        if first is not test:
            what = f"the name {test.name!r} is in line {first.position.line} already"
            problem = MappingProblem(position=test.position, path="name", what=what, advice="give each test its own")
            section.problems.append(problem)


def _row(section: Section, mapping: MappingSpec) -> dict[str, Written]:
    """The row by path; parents may be written with dots or as keys of their own."""
    known = {path.lower(): path for path in ("Id", *mapping.paths())}
    found: dict[str, Written] = {}
    for path, written in _flat(section, "", known):
        if path.lower() in known:
            spelled = known[path.lower()]
            if spelled in found:
                what = f"{spelled} is given twice"
                problem = MappingProblem(
                    position=written.position, path=written.path, what=what, advice="keep one of them"
                )
                section.problems.append(problem)
            found[spelled] = written
    return found


def _flat(section: Section, prefix: str, known: Mapping[str, str]) -> Iterator[tuple[str, Written]]:
    for key in section.keys():  # noqa: SIM118 Section is no dict: keys() also checks them
        value, path = section.data[key], f"{prefix}{key}"
        below = [name for name in known if name.startswith(f"{path.lower()}.")]
        if isinstance(value, CommentedMap):
            yield from _flat(section.below(key, value), f"{path}.", known)
        elif path.lower() in known:
            shown = ".".join(piece for piece in (section.path, key) if piece)
            yield path, Written(value=value, position=section.position(key), path=shown)
        elif not (below and value is None):
            section.refuse(key, f"the mapping does not read {path}", nearest(path, known.values()))


def _parents(section: Section | None) -> dict[str, str | None]:
    """Names by Id or e-mail address; one without a name is unknown in this test, whatever the file says."""
    found: dict[str, str | None] = {}
    if section is None:
        return found
    for key in section.keys():  # noqa: SIM118 Section is no dict: keys() also checks them
        name = section.data[key]
        if name is None or (isinstance(name, str) and name.strip()):
            found[key] = name and str(name)
        else:
            section.refuse(key, f"expected a name in Daktela, found {kind_of(name)}", "leave it empty if unknown")
    return found


def _expected(section: Section, values: Mapping[str, Any], mapping: MappingSpec) -> Expected:
    if not any(key in values for key in EXPECTATIONS):
        section.refuse("name", "the test expects nothing", f"add one of {', '.join(EXPECTATIONS)}")
    if "daktela" in values and "fields" in values:
        section.refuse("fields", "a test has either `daktela` or `fields`", "remove one of them")
    targets = [rule.target for rule in mapping.fields]
    sent = values.get("daktela", values.get("fields"))
    for key in ("keeps", "waits"):
        for name in values.get(key, ()):
            if name not in targets:
                section.refuse(key, f"the mapping does not fill {name}", nearest(name, targets))
    return Expected(
        sent=None if sent is None else _sent(sent, targets),
        whole="daktela" in values,
        keeps=values.get("keeps", ()),
        problems=_texts(values.get("problems"), [NAME, *targets]),
        waits=values.get("waits", ()),
        becomes=_texts(values.get("becomes"), list(mapping.becomes)),
        dropped=values.get("dropped"),
        shortened=values.get("shortened"),
    )


def _sent(section: Section, targets: list[str]) -> dict[str, Sent]:
    """Fields by path; ``customFields`` may be written as keys of their own."""
    found: dict[str, Sent] = {}
    for key in section.keys():  # noqa: SIM118 Section is no dict: keys() also checks them
        value = section.data[key]
        if key == CUSTOM.rstrip(".") and isinstance(value, CommentedMap):
            inner = section.below(key, value)
            found |= {f"{CUSTOM}{name}": _value(inner, name, custom=True) for name in inner.keys()}  # noqa: SIM118
        elif key in (NAME, *targets):
            found[key] = _value(section, key, custom=key.startswith(CUSTOM))
        else:
            section.refuse(key, f"the mapping does not fill {key}", nearest(key, [NAME, *targets]))
    return found


def _value(section: Section, key: str, *, custom: bool) -> Sent:
    value = section.data[key]
    listed = list(value) if isinstance(value, CommentedSeq) else [value]
    if isinstance(value, CommentedSeq) and not custom:
        section.refuse(key, "expected one text, found a list", "only custom fields hold several")
    try:
        plain = [scalar(item) for item in listed]
    except ValueError as exc:
        section.refuse(key, str(exc), "write the text that Daktela gets, in quotes")
        return None
    texts = tuple(render(item, UTC) for item in plain if item is not None)
    return texts if custom else next(iter(texts), None)


def _texts(section: Section | None, known: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    if section is None:
        return found
    for key in section.keys():  # noqa: SIM118 Section is no dict: keys() also checks them
        if key not in known:
            section.refuse(key, f"unknown name {key}", nearest(key, known))
        elif not isinstance(section.data[key], str):
            section.refuse(key, f"expected a text, found {kind_of(section.data[key])}", "put it in quotes")
        else:
            found[key] = str(section.data[key])
    return found
