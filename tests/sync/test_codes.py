"""The catalogue of codes holds every code that the source can give a record, and no other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.sync.codes import CAUSES, FAILED, KEPT, REJECTS, TRANSFORM_FAILED, Cause, meaning
from salesforce_daktela.sync.failures_page import failures_page
from salesforce_daktela.sync.left_alone import LeftAlone

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "plugins" / "salesforce_daktela"
ROOMS = ("airflow", "cli", "daktela", "ledger", "mapping", "salesforce", "staging", "steps", "sync")
MAKERS = {"Problem": "code", "PartialResult": "code", "UnfitValueError": 0}
"""What gives a record a code, and by which argument: its name or its place."""

BY_CODE = ("code", "CODE")
Given = ast.expr


def modules() -> Iterator[ast.Module]:
    """The source, without the pages, which give no codes."""
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


MODULES = list(modules())
CONSTANTS = {
    target.id: node.value.value
    for module in MODULES
    for node in module.body
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    for target in node.targets
    if isinstance(target, ast.Name)
}
"""Texts that have a name of their own, such as ``VANISHED``."""


def givers(module: ast.Module) -> Iterator[tuple[Given, list[ast.FunctionDef]]]:
    """Each expression that becomes a code, with the functions that it stands in, the innermost last."""
    yield from _givers(module, [])


def _givers(node: ast.AST, within: list[ast.FunctionDef]) -> Iterator[tuple[Given, list[ast.FunctionDef]]]:
    for found in _codes_of(node):
        yield found, within
    inner = [*within, node] if isinstance(node, ast.FunctionDef) else within
    for child in ast.iter_child_nodes(node):
        yield from _givers(child, inner)


def _codes_of(node: ast.AST) -> Iterator[Given]:
    """``Problem(code=x)``, ``UnfitValueError(x)``, ``problems.setdefault(row, x)``, ``problems[row] = x``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
        place = MAKERS[node.func.id]
        yield from [each.value for each in node.keywords if each.arg == place]
        yield from node.args[place : place + 1] if isinstance(place, int) else ()
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from [value for key, value in pairs if isinstance(key, ast.Constant) and key.value in BY_CODE]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault":
        yield from node.args[1:2] if _is_of_problems(node.func.value) else ()
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        yield from [node.value] if _is_of_problems(node.targets[0].value) else ()


def _is_of_problems(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "problems"


def texts_of(given: Given, within: list[ast.FunctionDef], module: ast.Module) -> set[str]:
    """The codes that an expression stands for; one handed on, such as ``exc.code``, is found where it was made."""
    if isinstance(given, ast.Constant):
        return {str(given.value)}
    if isinstance(given, ast.JoinedStr):
        return {"".join(str(piece.value) if isinstance(piece, ast.Constant) else "*" for piece in given.values)}
    if isinstance(given, ast.IfExp):
        return texts_of(given.body, within, module) | texts_of(given.orelse, within, module)
    if isinstance(given, ast.Name):
        return {CONSTANTS[given.id]} if given.id in CONSTANTS else _handed_in(given.id, within, module)
    return set()


def _handed_in(name: str, within: list[ast.FunctionDef], module: ast.Module) -> set[str]:
    """The codes that callers of the function around hand in by its parameter ``name``, or that a line of it sets."""
    found: set[str] = set()
    for function in within:
        names = [argument.arg for argument in function.args.args]
        for node in ast.walk(module):
            if name in names and isinstance(node, ast.Call) and getattr(node.func, "id", "") == function.name:
                found |= texts_of(node.args[names.index(name)], [], module)
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
                found |= texts_of(node.value, [], module)
    return found


def emitted() -> set[str]:
    """Every code that the source gives to a record; ``*_failed`` is that of a transform of any name."""
    return {
        code for module in MODULES for given, within in givers(module) for code in texts_of(given, within, module)
    } - {""}


def test_the_catalogue_holds_every_code_that_a_record_can_have() -> None:
    """And none that no line of the source gives."""
    found = emitted() | {reason.value for reason in LeftAlone}
    assert f"*{FAILED}" in found
    assert found - {f"*{FAILED}"} == REJECTS.keys() | KEPT.keys()


@pytest.mark.parametrize("code", ["ico_failed", "phone_failed"])
def test_a_transform_that_fails_has_a_code_of_its_name(code: str) -> None:
    """A project's own, or one of ours that meets what nobody thought of. Daktela's own failure is another."""
    assert meaning(code) is TRANSFORM_FAILED
    assert meaning("daktela_failed") is REJECTS["daktela_failed"]


def test_an_unknown_code_is_one_without_an_explanation() -> None:
    """A newer program may have left it in the ledger."""
    assert meaning("brand_new") is REJECTS["unexplained"]


def test_every_meaning_is_two_sentences() -> None:
    """What has happened, and what to do."""
    for found in (*REJECTS.values(), *CAUSES.values(), *KEPT.values(), TRANSFORM_FAILED):
        assert found.what.endswith(".")
        assert found.todo.endswith(".")
        assert "|" not in found.text


def test_every_cause_of_waiting_has_a_meaning() -> None:
    """So that a parent's state is never shown without what to do."""
    assert set(CAUSES) == set(Cause)
    assert len(RecordState) == 8, "a new state of a record needs a cause for children that wait for it"


def test_the_page_of_all_codes_is_made_from_the_catalogue() -> None:
    """``make docs`` makes it anew."""
    assert (ROOT / "docs" / "failures.md").read_text(encoding="utf-8") == failures_page()
