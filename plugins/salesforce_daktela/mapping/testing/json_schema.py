"""The test files of a mapping as a JSON Schema for editors, draft 7; the reader decides. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from salesforce_daktela.mapping.language.json_schema import DRAFT_7, SCALAR
from salesforce_daktela.mapping.language.value_kinds import Schema
from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.mapping.testing.case import CUSTOM, NAME
from salesforce_daktela.mapping.testing.reading import EXPECTATIONS, FILE, TEST
from salesforce_daktela.sync.codes import REJECTS

TEXTS: Schema = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}]}


def tests_schema(mapping: MappingSpec) -> Schema:
    """Return the schema of the files that test one mapping; it needs neither system."""
    parents: Schema = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
    targets = [rule.target for rule in mapping.fields]
    names: Schema = {"anyOf": [{"enum": targets}, {"type": "array", "items": {"enum": targets}}]}
    sent = _object([NAME, *targets, CUSTOM.rstrip(".")], {})
    codes: Schema = {"anyOf": [{"enum": sorted(REJECTS)}, {"type": "string"}]}
    test = TEST.schema(
        {
            "salesforce": _row(["Id", *mapping.paths()]),
            "parents": parents,
            "daktela": sent,
            "fields": sent,
            "keeps": names,
            "problems": _object([NAME, *targets], codes),
            "waits": names,
            "becomes": _object(list(mapping.becomes), {"type": "string"}),
        }
    )
    test["anyOf"] = [{"required": [key]} for key in EXPECTATIONS]
    listed: Schema = {"type": "array", "minItems": 1, "items": test}
    return {
        "$schema": DRAFT_7,
        "title": f"tests of {mapping.name}.yaml",
        **FILE.schema({"mapping": {"const": mapping.name}, "parents": parents, "tests": listed}),
    }


def _row(paths: Sequence[str]) -> Schema:
    """Paths with dots, or parents as objects of their own."""
    parents = {path.partition(".")[0] for path in paths if "." in path}
    nested: Schema = {name: {"type": ["object", "null"]} for name in sorted(parents)}
    return {"type": "object", "additionalProperties": False, "properties": {**dict.fromkeys(paths, TEXTS), **nested}}


def _object(names: Sequence[str], of: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(names, of)}
