"""What the routes answer, as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.mapping.editing.document import rule_document, to_document
from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.problems import MappingError, MappingProblem
from salesforce_daktela.mapping.target import TargetField
from salesforce_daktela.steps.setup.drafted import SUFFIX, DraftedMapping, drafted_mapping, mapping_names
from salesforce_daktela.steps.setup.offered_fields import OfferedField
from salesforce_daktela.steps.setup.problem_places import place_of
from salesforce_daktela.steps.setup.suggesting import Suggestion, Why
from salesforce_daktela.ui.map_data.meanings import meaning_of, option_label
from salesforce_daktela.ui.wording import Words

Json = dict[str, Any]


def document_reply(
    texts: Mapping[str, str],
    name: str,
    problems: Iterable[MappingProblem],
    draft: Mapping[str, object],
    words: Words,
) -> Json:
    """Return the form of a mapping with the problems of its rows, and those of other files apart.

    ``form`` is None for a file that is not YAML of ours: its problems say where. ``draft`` tells of the draft.
    """
    file = f"{name}{SUFFIX}"
    try:
        form = to_document(read_form(texts[file], file=file))
    except MappingError:
        form = None
    targets = [] if form is None else [str(row["target"]) for row in form["rows"]]
    ours = [each for each in problems if _stem(each) == name]
    return {
        **draft,
        "form": form,
        "problems": [problem_reply(each, targets, words) for each in ours],
        "elsewhere": [
            {"file": each.position.file.rpartition("/")[2], **problem_reply(each, [], words)}
            for each in problems
            if _stem(each) != name
        ],
        "mappings": [_brief(name, drafted_mapping(texts, name)) for name in mapping_names(texts)],
    }


def problem_reply(
    problem: MappingProblem, targets: Iterable[str], words: Words, *, live: bool = False, warning: bool = False
) -> Json:
    """Return a problem with its place in the form; of what was found live, lines are not known."""
    place = place_of(problem, list(targets))
    return {
        "target": place.target,
        "key": place.key,
        "what": words.sentence(problem.what),
        "advice": words.sentence(problem.advice),
        "line": None if live else problem.position.line,
        "severity": "warning" if warning else "error",
    }


def trouble_reply(exc: PipelineError, words: Words, key: str | None = None) -> Json:
    """Return an error of ours as a problem of one key, or of everything."""
    return {
        "target": None,
        "key": key,
        "what": words.sentence(exc.what),
        "advice": words.sentence(exc.advice),
        "line": None,
        "severity": "error",
    }


def salesforce_reply(fields: Iterable[OfferedField], read_at: datetime) -> Json:
    """Return Salesforce's fields."""
    return {
        "read_at": read_at.isoformat(),
        "fields": [
            {
                "path": field.path,
                "label": field.label,
                "type": field.type,
                "custom": field.custom,
                "picklist": [{"value": each.value, "label": each.label} for each in field.picklist],
                "parent": field.parent,
            }
            for field in fields
        ],
    }


def daktela_reply(fields: Iterable[TargetField], read_at: datetime, words: Words) -> Json:
    """Return Daktela's fields."""
    return {"read_at": read_at.isoformat(), "fields": daktela_fields_reply(fields, words)}


def daktela_fields_reply(fields: Iterable[TargetField], words: Words) -> list[Json]:
    """Return the list of fields, those that Daktela requires first."""
    return [
        {
            "target": field.path,
            "label": field.title or field.path.removeprefix("customFields."),
            "type": field.type,
            "required": field.required,
            "options": [{"value": value, "label": option_label(field, value, words)} for value in field.options or {}],
            "length": field.max_length,
            "multiple": field.multiple,
            "meaning": meaning_of(field, words),
        }
        for field in sorted(fields, key=lambda field: not field.required)
    ]


def suggestion_reply(found: Suggestion, words: Words) -> Json:
    """Return a suggestion: its whole rule, and for a person where the value comes from and why."""
    source = found.rule.get("from")
    return {
        "target": found.target,
        "from": " + ".join(map(str, source)) if isinstance(source, list) else "" if source is None else str(source),
        "rule": rule_document(found.rule),
        "why": _why(found, words),
    }


def _why(found: Suggestion, words: Words) -> str:
    _ = words.gettext
    match found.why:
        case Why.SHIPPED:
            return _("The mapping that comes with this program does it this way.")
        case Why.REFERENCE:
            return _("%(field)s refers to records of a mapping before this one.") % {"field": found.field}
        case Why.OWNER:
            return _("The owner's e-mail address finds the Daktela user.")
        case Why.SAME_NAME:
            return _("It has the same name: %(field)s.") % {"field": found.field}
        case Why.LIKE_NAME:
            return _("It has a similar name: %(field)s.") % {"field": found.field}
        case Why.ONLY_OF_TYPE:
            return _("%(field)s is the only field of this type.") % {"field": found.field}


def _stem(problem: MappingProblem) -> str:
    return problem.position.file.rpartition("/")[2].removesuffix(SUFFIX)


def _brief(name: str, mapping: DraftedMapping | None) -> Json:
    entity = None if mapping is None or mapping.entity is None else mapping.entity.value
    return {"name": name, "sobject": "" if mapping is None else mapping.sobject, "entity": entity}
