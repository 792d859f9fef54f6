"""The CRM databases to choose from, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.steps.setup.ends import DatabasesFound
from salesforce_daktela.ui.connection_fields import System, choice_of, fields_to_change, place_of
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A CRM database; ``label`` is its title with its name."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The databases there are. Where there are none to choose from, ``note`` says why, and the name is typed.

    ``suggested`` is the one to begin with, empty for none. ``missing`` says that the present one is not there.
    ``what`` and ``advice`` are the failure; ``field`` is where to change it.
    """

    databases: tuple[Choice, ...] = ()
    suggested: str = ""
    missing: str = ""
    note: str = ""
    what: str = ""
    advice: str = ""
    field: str = ""


def show_choices(found: DatabasesFound, present: str, of_connection: str | None, words: Words) -> Choices:
    """Return the choice; ``present`` is what ``sync.yaml`` names, ``of_connection`` what the connection does."""
    _ = words.gettext
    if not found.told:
        note = _("Daktela does not list its CRM databases to this user. Type the name of the database.")
        return Choices(note=note, suggested=present or of_connection or "")
    names = [each.name for each in found.databases]
    only = names[0] if len(names) == 1 else ""
    wanted = present or (of_connection if of_connection in names else "") or only
    missing = _("Daktela has no CRM database %(name)s any more, or never had it.") % {"name": present}
    return Choices(
        databases=tuple(
            Choice(value=each.name, label=each.name if each.title == each.name else f"{each.title} ({each.name})")
            for each in found.databases
        ),
        suggested=wanted if wanted in names else "",
        missing=missing if present and present not in names else "",
    )


def show_trouble(trouble: PipelineError, present: str, words: Words) -> Choices:
    """Return why Daktela could not be asked; the name can be typed all the same."""
    _ = words.gettext
    fields, advice = fields_to_change(System.DAKTELA, trouble), words.sentence(trouble.advice)
    return Choices(
        note=_("Daktela could not be asked for its CRM databases."),
        suggested=present,
        what=words.sentence(": ".join(text for text in (trouble.where, trouble.what) if text)),
        advice=advice[:1].upper() + advice[1:],
        field=place_of(fields[0]) if fields else choice_of(System.DAKTELA),
    )
