"""The mapping language as a JSON Schema, with the names that two live systems offer. Pure.

Draft 7, which editors with YAML support understand. It is a help for the writer: the loader decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from salesforce_daktela.mapping.language.grammar import MAPPING, RULE, SYNC
from salesforce_daktela.mapping.language.rules import USERS
from salesforce_daktela.mapping.language.value_kinds import Schema
from salesforce_daktela.mapping.model import LINK, Entity, MappingSpec
from salesforce_daktela.mapping.target import REQUIRED, TargetField, TargetSchema
from salesforce_daktela.mapping.transforms.definition import UNSET, Option, Transform

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DEEP_PATH = r"[A-Za-z]\w*(\.[A-Za-z]\w*){2,5}"
"""Paths through more than one parent, which are not listed."""
SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
TYPES: Mapping[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object"}


def mapping_schema(
    mapping: MappingSpec,
    *,
    source: Mapping[str, str],
    target: TargetSchema,
    transforms: Mapping[str, Transform],
    parents: Sequence[str],
) -> Schema:
    """Return the schema of one mapping file.

    ``source`` describes each Salesforce path, ``parents`` are the mappings before this one. Where ``target`` is
    incomplete, any custom field is allowed.
    """
    return {
        "$schema": DRAFT_7,
        "title": f"{mapping.sobject} to {mapping.entity.value}",
        **MAPPING.schema(_properties(mapping, source, target, parents)),
        "definitions": {
            "path": {"enum": [LINK, *source], "enumDescriptions": ["the record's address", *source.values()]},
            "template": {"type": "string", "pattern": _template_pattern(source)},
            "source": {"anyOf": [{"$ref": "#/definitions/path"}, _deep_path(), {"$ref": "#/definitions/template"}]},
            "sources": {"anyOf": [_source(), {"type": "array", "minItems": 1, "items": _source()}]},
            "transform": _transform_schema(transforms),
            "rule": _rule(parents),
        },
    }


def sync_schema() -> Schema:
    """Return the schema of ``sync.yaml``."""
    return {"$schema": DRAFT_7, "title": "sync.yaml", **SYNC.schema()}


def _properties(
    mapping: MappingSpec, source: Mapping[str, str], target: TargetSchema, parents: Sequence[str]
) -> dict[str, Schema]:
    """Narrower schemas, for keys whose possible values the two systems tell."""
    return {
        "salesforce": {"const": mapping.sobject},
        "match": {"type": ["array", "string"], "items": {"enum": sorted(target.fields)}},
        "once": {"type": ["array", "string"], "items": {"enum": sorted(target.fields)}},
        "fields": _targets(mapping.entity, target, {"$ref": "#/definitions/rule"}),
        "mark": _marks(target),
        "becomes": {
            "type": "object",
            "properties": {parent: {"enum": [path for path in source if "." not in path]} for parent in parents},
            "additionalProperties": False,
        },
    }


def _targets(entity: Entity, target: TargetSchema, rule: Schema) -> Schema:
    schema: Schema = {
        "type": "object",
        "required": list(REQUIRED[entity]),
        "properties": {path: {"description": _about(found), "allOf": [rule]} for path, found in target.fields.items()},
        "additionalProperties": False,
    }
    if not target.complete:
        schema["patternProperties"] = {r"^customFields\.[A-Za-z0-9_-]+$": rule}
    return schema


def _marks(target: TargetSchema) -> Schema:
    known: Schema = {"type": "object", "properties": dict.fromkeys(target.fields, SCALAR)}
    return known if not target.complete else {**known, "additionalProperties": False}


def _about(found: TargetField) -> str:
    """What an editor shows beside a Daktela field."""
    pieces = [found.title, found.type.lower()]
    if found.max_length is not None:
        pieces.append(f"at most {found.max_length} characters")
    if found.multiple:
        pieces.append("takes several values")
    if found.options:
        pieces.append(f"one of {', '.join(found.options)}")
    return ", ".join(piece for piece in pieces if piece)


def _rule(parents: Sequence[str]) -> Schema:
    several = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}]}
    call = {"$ref": "#/definitions/transform"}
    known: Schema = {
        "from": {"$ref": "#/definitions/sources"},
        "value": several,
        "lookup": {"anyOf": [{"enum": [USERS, *parents]}, _some_of(parents)]},
        "transforms": {"anyOf": [call, {"type": "array", "items": call}]},
        "values": {"type": "object", "minProperties": 1, "additionalProperties": SCALAR},
        "default": SCALAR,
    }
    long = {**RULE.schema(known), "oneOf": [{"required": ["from"]}, {"required": ["value"]}]}
    return {"anyOf": [{"$ref": "#/definitions/sources"}, long]}


def _some_of(parents: Sequence[str]) -> Schema:
    return {"type": "array", "items": {"enum": list(parents)}, "minItems": 1, "uniqueItems": True}


def _transform_schema(transforms: Mapping[str, Transform]) -> Schema:
    bare = [name for name, found in transforms.items() if not _needed(found)]
    calls = {name: _options(found) for name, found in transforms.items()}
    return {
        "anyOf": [
            {"enum": bare},
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
                "properties": calls,
            },
        ]
    }


def _needed(found: Transform) -> list[str]:
    return [name for name, option in found.options.items() if option.default is UNSET]


def _options(found: Transform) -> Schema:
    """A map of options, or the bare value of the main one."""
    if found.main == "table":
        return {"type": "object", "additionalProperties": SCALAR}
    named: Schema = {
        "type": "object",
        "additionalProperties": False,
        "required": _needed(found),
        "properties": {name: _option(option) for name, option in found.options.items()},
    }
    choices = [named, {"type": "null"}] if not _needed(found) else [named]
    return {"anyOf": [*choices, *([_option(found.options[found.main])] if found.main is not None else [])]}


def _option(option: Option) -> Schema:
    kinds = option.type if isinstance(option.type, tuple) else (option.type,)
    return {"type": [TYPES[kind] for kind in kinds if kind in TYPES]}


def _template_pattern(source: Mapping[str, str]) -> str:
    """A text with at least one field in braces, each of them known; doubled braces stand for themselves."""
    known = "|".join([re.escape(LINK), *(path.replace(".", r"\.") for path in source), DEEP_PATH])
    plain = r"([^{}]|\{\{|\}\})*"
    return rf"^{plain}(\{{({known})\}}{plain})+$"


def _deep_path() -> Schema:
    return {"type": "string", "pattern": f"^{DEEP_PATH}$"}


def _source() -> Schema:
    return {"$ref": "#/definitions/source"}
