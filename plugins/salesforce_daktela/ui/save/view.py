"""What the step Save shows, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from salesforce_daktela.mapping.editing.controls import SETTINGS, SYNC
from salesforce_daktela.mapping.editing.edits import EditError
from salesforce_daktela.mapping.editing.merging import merged
from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.steps.setup.folder import is_companion
from salesforce_daktela.ui.deployment import State
from salesforce_daktela.ui.diff_lines import DiffView, show_diff
from salesforce_daktela.ui.problem_lines import ProblemLine, problem_lines
from salesforce_daktela.ui.save.facts import FileFacts, SaveFacts
from salesforce_daktela.ui.wording import Words


class Kind(StrEnum):
    """What saving does to a file."""

    NEW = "new"
    CHANGED = "changed"
    DELETED = "deleted"
    CROSSED = "crossed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """One file. ``theirs`` is what somebody else changed meanwhile, ``why_not`` why both cannot be put together."""

    name: str
    kind: Kind
    label: str
    mine: DiffView
    theirs: DiffView | None
    why_not: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveView:
    """The page. ``can_save`` is whether one button is all that is left to do; ``waits`` whether Airflow's DAG is next.

    ``looks`` is whether how the DAG stands matters now: it does not before a save that can be made.
    """

    sync: str
    folder: str
    version: int
    files: tuple[FileView, ...]
    problems: tuple[ProblemLine, ...]
    unwritable: str
    crossed: bool
    can_save: bool
    kept: bool
    fingerprint: str
    looks: bool
    waits: bool
    state: State
    state_label: str
    state_words: str
    refused: tuple[str, ...]


def show_save(facts: SaveFacts, words: Words) -> SaveView:
    """Return the page for what was read."""
    files = tuple(_file(file, facts, words) for file in facts.files if file.open)
    crossed = any(file.kind is Kind.CROSSED for file in files)
    state = facts.deployment.state(facts.fingerprint)
    label, said = state_words(state, words)
    return SaveView(
        sync=facts.sync,
        folder=facts.folder,
        version=facts.version,
        files=files,
        problems=problem_lines(facts.problems, facts.texts),
        unwritable=facts.unwritable,
        crossed=crossed,
        can_save=bool(files) and not (facts.problems or crossed or facts.unwritable),
        kept=facts.kept,
        fingerprint=facts.fingerprint or "",
        looks=not files or bool(facts.unwritable) or state is State.BROKEN,
        waits=state is not State.DEPLOYED and (bool(facts.unwritable) or not files),
        state=state,
        state_label=label,
        state_words=said,
        refused=facts.deployment.refused if state is State.BROKEN else (),
    )


def state_words(state: State, words: Words) -> tuple[str, str]:
    """Return how Airflow's DAG stands to these files: a short and a long saying."""
    _ = words.gettext
    match state:
        case State.NONE:
            return _("Waiting for deployment"), _(
                "Airflow has not made a DAG of these files yet. Once they are saved, it does when it next reads your "
                "DAG file: within a minute, unless [dag_processor] min_file_process_interval says otherwise."
            )
        case State.WAITING:
            return _("Waiting for deployment"), _("Airflow's DAG was made from other files than these.")
        case State.BROKEN:
            return _("Refused"), _("Airflow's DAG processor refuses the files that it sees.")
        case State.DEPLOYED:
            return _("Deployed"), _("Airflow's DAG was made from exactly these files.")


def put_together(file: FileFacts) -> str:
    """Return their text with the draft's changes on top.

    Raises EditError and MappingError, which say why not.
    """
    if file.mine is None or file.base is None or file.present is None:
        raise EditError((), "is new, or gone, on one of the two sides", "take one of them")
    if is_companion(file.name):
        raise EditError((), "is no mapping file", "take one of them, and change it in a text editor")
    controls = SYNC if file.name == SYNC_FILE else SETTINGS
    return merged(file.base, file.mine, file.present, controls=controls, file=file.name)


def _file(file: FileFacts, facts: SaveFacts, words: Words) -> FileView:
    place = f"{facts.repository}/{file.name}"
    kind = _kind(file)
    return FileView(
        name=file.name,
        kind=kind,
        label=_label(kind, words),
        mine=show_diff(file.base, file.mine, place),
        theirs=show_diff(file.base, file.present, place) if kind is Kind.CROSSED else None,
        why_not=_why_not(file) if kind is Kind.CROSSED else "",
        deleted=file.mine is None,
    )


def _kind(file: FileFacts) -> Kind:
    if file.crossed:
        return Kind.CROSSED
    if file.mine is None:
        return Kind.DELETED
    return Kind.NEW if file.base is None else Kind.CHANGED


def _label(kind: Kind, words: Words) -> str:
    _ = words.gettext
    return {
        Kind.NEW: _("New file"),
        Kind.CHANGED: _("Changed"),
        Kind.DELETED: _("Will be deleted"),
        Kind.CROSSED: _("Changed by somebody else meanwhile"),
    }[kind]


def _why_not(file: FileFacts) -> str:
    try:
        put_together(file)
    except (EditError, MappingError) as exc:
        return str(exc)
    return ""
