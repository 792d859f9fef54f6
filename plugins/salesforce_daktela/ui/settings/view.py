"""What the page of a sync's settings shows, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.mapping.problems import MappingProblem, one_line
from salesforce_daktela.ui.settings.fields import PATHS, is_flag
from salesforce_daktela.ui.settings.words import about, group_titles, label_of
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """One field. ``usual`` is what holds while it is empty; ``problem`` may be empty."""

    path: str
    label: str
    about: str
    usual: str
    value: str
    flag: bool
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingGroup:
    """Fields below one heading."""

    title: str
    fields: tuple[SettingField, ...]


def show_settings(values: Mapping[str, str], problems: Sequence[MappingProblem], words: Words) -> list[SettingGroup]:
    """Return the fields by their groups."""
    wrong = field_problems(problems, words)
    shown = [_field(path, values[path], wrong.get(path, ""), words) for path in PATHS]
    return [
        SettingGroup(title=title, fields=tuple(field for field in shown if field.path.rpartition(".")[0] == group))
        for group, title in group_titles(words).items()
    ]


def field_problems(problems: Sequence[MappingProblem], words: Words) -> dict[str, str]:
    """Return the problems of ``sync.yaml`` by the field at which they stand."""
    found: dict[str, str] = {}
    for problem in problems:
        if problem.position.file.endswith(f"/{SYNC_FILE}") and problem.path in PATHS:
            said = ": ".join(words.sentence(text) for text in (problem.what, problem.advice) if text)
            found.setdefault(problem.path, one_line(said))
    return found


def _field(path: str, value: str, problem: str, words: Words) -> SettingField:
    said, usual = about(path, words)
    return SettingField(
        path=path,
        label=label_of(path, words),
        about=said,
        usual=usual,
        value=value,
        flag=is_flag(path),
        problem=problem,
    )
