"""The pages that watch a sync, as each of them lists them. Pure, but for the rights' type."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from salesforce_daktela.ui.rights import Rights
from salesforce_daktela.ui.wording import Words


class Watching(StrEnum):
    """The pages in their order; the value is the last piece of the page's address."""

    STATUS = "status"
    RUNS = "runs"
    REJECTS = "rejects"
    PARKED = "parked"
    RECORD = "record"
    RECONCILE = "reconcile"
    NUMBERS = "numbers"
    ANSWERS = "answers"
    SCHEMA = "schema"


READY: tuple[Watching, ...] = (
    Watching.STATUS,
    Watching.RUNS,
    Watching.REJECTS,
    Watching.PARKED,
    Watching.RECORD,
    Watching.RECONCILE,
    Watching.NUMBERS,
    Watching.ANSWERS,
    Watching.SCHEMA,
)
"""The pages that exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLink:
    """One page in the navigation. ``missing`` says which right the person lacks, empty if none."""

    page: Watching
    label: str
    current: bool
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchNav:
    """The navigation between one sync's pages. ``sets_up`` is whether the person may open its set-up."""

    sync: str
    links: tuple[WatchLink, ...]
    sets_up: bool

    @property
    def ready(self) -> tuple[str, ...]:
        """The pages that the person may open, as a link to them ends."""
        return tuple(link.page.value for link in self.links if not link.missing)

    @property
    def current(self) -> WatchLink:
        """The page that this is."""
        return next(link for link in self.links if link.current)


def show_watch(
    sync: str, current: Watching, rights: Rights, words: Words, *, ready: Collection[Watching] = READY
) -> WatchNav:
    """Return the navigation for one page."""
    links = tuple(
        WatchLink(
            page=page, label=label_of(page, words), current=page is current, missing=_missing(page, rights, words)
        )
        for page in Watching
        if page in ready or page is current
    )
    return WatchNav(sync=sync, links=links, sets_up=rights.edit)


def label_of(page: Watching, words: Words) -> str:
    """Return a page's name."""
    _ = words.gettext
    return {
        Watching.STATUS: _("Status"),
        Watching.RUNS: _("Runs"),
        Watching.REJECTS: _("Rejects"),
        Watching.PARKED: _("Parked"),
        Watching.RECORD: _("Record"),
        Watching.RECONCILE: _("Reconcile"),
        Watching.NUMBERS: _("Numbers"),
        Watching.ANSWERS: _("Answers"),
        Watching.SCHEMA: _("Schema"),
    }[page]


def _missing(page: Watching, rights: Rights, words: Words) -> str:
    _ = words.gettext
    if page is Watching.RECORD and not rights.edit:
        return _("This page shows values of records. It needs the right to edit the sync's DAG.")
    return ""
