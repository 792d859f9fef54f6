"""The steps from nothing to a running sync, as every page of one sync shows them. Pure, but for the rights' type."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from salesforce_daktela.ui.rights import Need, Rights
from salesforce_daktela.ui.wording import Words


class Step(StrEnum):
    """The steps in their order; the value is the last piece of the page's address."""

    CONNECT = "connect"
    AUTHORIZE = "authorize"
    DATABASE = "database"
    OBJECTS = "objects"
    MAP = "map"
    PREVIEW = "preview"
    SAVE = "save"
    PLAN = "plan"
    ACTIVATE = "activate"


READY: tuple[Step, ...] = (
    Step.CONNECT,
    Step.AUTHORIZE,
    Step.DATABASE,
    Step.OBJECTS,
    Step.MAP,
    Step.PREVIEW,
    Step.SAVE,
    Step.PLAN,
    Step.ACTIVATE,
)
"""The steps that have a page."""

NEEDS: Mapping[Step, tuple[Need, ...]] = {
    **dict.fromkeys(Step, (Need.EDIT,)),
    Step.AUTHORIZE: (Need.EDIT, Need.CONNECTIONS),
    Step.PLAN: (Need.READ,),
    Step.ACTIVATE: (Need.READ,),
}
"""What each step's page asks for. What a button on it needs beyond that stands at the button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayStep:
    """A step as the navigation shows it. ``missing`` says which right the person lacks, empty if none."""

    number: int
    step: Step
    label: str
    current: bool
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The navigation of one sync's pages; ``unsaved`` is whether the person's draft differs from the files."""

    sync: str
    steps: tuple[WayStep, ...]
    before: WayStep | None
    after: WayStep | None
    unsaved: bool

    @property
    def current(self) -> WayStep:
        """The step whose page this is."""
        return next(step for step in self.steps if step.current)

    def leads_to(self, step: str) -> bool:
        """Whether the person may open a step that another page leads to."""
        return any(each.step == step and not each.missing for each in self.steps)


def show_way(
    sync: str, current: Step, rights: Rights, words: Words, *, unsaved: bool = False, ready: Collection[Step] = READY
) -> Way:
    """Return the navigation for one page."""
    shown = [step for step in Step if step in ready or step is current]
    steps = tuple(
        WayStep(
            number=number,
            step=step,
            label=label_of(step, words),
            current=step is current,
            missing=_missing(step, rights, words),
        )
        for number, step in enumerate(shown, 1)
    )
    at = shown.index(current)
    return Way(
        sync=sync,
        steps=steps,
        before=steps[at - 1] if at else None,
        after=steps[at + 1] if at + 1 < len(steps) else None,
        unsaved=unsaved,
    )


def label_of(step: Step, words: Words) -> str:
    """Return a step's name."""
    _ = words.gettext
    return {
        Step.CONNECT: _("Connect"),
        Step.AUTHORIZE: _("Authorize"),
        Step.DATABASE: _("Database"),
        Step.OBJECTS: _("Objects"),
        Step.MAP: _("Map"),
        Step.PREVIEW: _("Preview"),
        Step.SAVE: _("Save"),
        Step.PLAN: _("Plan"),
        Step.ACTIVATE: _("Activate"),
    }[step]


def _missing(step: Step, rights: Rights, words: Words) -> str:
    _ = words.gettext
    match rights.lacks(*NEEDS[step]):
        case Need.READ:
            return _("This step needs the right to read the sync's DAG.")
        case Need.EDIT:
            return _("This step needs the right to edit the sync's DAG.")
        case Need.CONNECTIONS:
            return _("This step needs the right to edit connections.")
        case None:
            return ""
