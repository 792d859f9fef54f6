"""The route of the language itself: transforms with their options, and the words that keys allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request

from salesforce_daktela.mapping.language.grammar import MAPPING, RULE
from salesforce_daktela.mapping.language.rules import USERS
from salesforce_daktela.mapping.language.value_kinds import Choice, Keys
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.transforms.definition import UNSET, OneOf, Option, Transform
from salesforce_daktela.mapping.transforms.registry import BUILT_IN, load_project_transforms
from salesforce_daktela.steps.setup.drafted import mapping_names
from salesforce_daktela.ui.drafting import DraftDep
from salesforce_daktela.ui.map_data.transform_words import does
from salesforce_daktela.ui.wording import Words, words_of

router = APIRouter()
TYPES: Mapping[object, str] = {str: "str", int: "int", float: "float", bool: "bool", dict: "table"}


@router.get("/syncs/{sync}/grammar")
def tell_grammar(request: Request, draft: DraftDep, mapping: str = "") -> dict[str, Any]:
    """Return what a rule may say; ``lookups`` are those of ``mapping``, which may look up the mappings before it."""
    try:
        own = load_project_transforms(draft.environment.transforms_folder())
    except MappingError:
        own = {}  # the document's problems name the file
    return {
        "transforms": transforms_reply(BUILT_IN, own, words_of(request)),
        "settings": _choices(MAPPING),
        "rule": _choices(RULE),
        "lookups": [USERS, *_before(mapping_names(draft.texts), mapping)],
    }


def transforms_reply(
    built_in: Mapping[str, Transform], own: Mapping[str, Transform], words: Words
) -> list[dict[str, Any]]:
    """Return all transforms, the project's ``own`` last."""
    return [_transform(each, words, own=each.name in own) for each in (*built_in.values(), *own.values())]


def _transform(found: Transform, words: Words, *, own: bool) -> dict[str, Any]:
    return {
        "name": found.name,
        "doc": does(found.name, words),
        "takes": found.takes,
        "main": found.main,
        "own": own,
        "options": [_option(name, option) for name, option in found.options.items()],
    }


def _option(name: str, option: Option) -> dict[str, Any]:
    """An option that takes any single value is one of texts to a person."""
    needed = option.default is UNSET
    return {
        "name": name,
        "type": TYPES.get(option.type, "str"),
        "required": needed,
        "default": None if needed else option.default,
        "choices": list(option.check.choices) if isinstance(option.check, OneOf) else None,
    }


def _choices(keys: Keys) -> dict[str, dict[str, list[str] | None]]:
    return {
        name: {"choices": list(kind.choices) if isinstance(kind, Choice) else None} for name, kind in keys.kinds.items()
    }


def _before(names: Sequence[str], mapping: str) -> Sequence[str]:
    return names[: names.index(mapping)] if mapping in names else names
