"""The one catalogue of codes: why a record was rejected, why a child waits, and what to do about it. Pure data.

The English texts are the keys of the pages' catalogues (``make catalogues``), as the texts in the pages' code are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from salesforce_daktela.sync.left_alone import LeftAlone
from salesforce_daktela.sync.totals import CONVERTED_BOTH, MERGE_REFUSED, VANISHED

_: Final = str
"""Marks a text for the catalogues; who shows it has it translated."""


class Severity(StrEnum):
    """Where the remedy lies, from one record to something that may concern all of them."""

    RECORD = "record"
    MAPPING = "mapping"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a code says. ``what`` has happened and ``todo`` are sentences in English."""

    severity: Severity
    what: str
    todo: str

    @property
    def text(self) -> str:
        """Both sentences."""
        return f"{self.what} {self.todo}"


def _record(what: str, todo: str) -> Meaning:
    return Meaning(severity=Severity.RECORD, what=what, todo=todo)


def _mapping(what: str, todo: str) -> Meaning:
    return Meaning(severity=Severity.MAPPING, what=what, todo=todo)


def _system(what: str, todo: str) -> Meaning:
    return Meaning(severity=Severity.SYSTEM, what=what, todo=todo)


CORRECT_OR_DROP: Final = _("Correct it in Salesforce, or set on_error: drop to send the record without it.")
TELL_SUPPORT: Final = _("Tell Daktela's support the name of the record in Daktela.")

REJECTS: Mapping[str, Meaning] = {
    "boolean_invalid": _record(
        _("The value means neither yes nor no."),
        _("Correct it in Salesforce, or list its words in a value table."),
    ),
    "date_invalid": _record(_("The value is not a date in the transform's format."), CORRECT_OR_DROP),
    "datetime_invalid": _record(_("The value is not a date and time in the transform's format."), CORRECT_OR_DROP),
    "email_invalid": _record(_("The value is not an e-mail address."), CORRECT_OR_DROP),
    "html_unreadable": _record(
        _("The value is HTML that no parser reads, such as thousands of levels."), _("Correct it in Salesforce.")
    ),
    "number_invalid": _record(_("The value is not a number."), CORRECT_OR_DROP),
    "phone_invalid": _record(_("The value holds something that is not a phone number."), CORRECT_OR_DROP),
    "url_invalid": _record(_("The value is not a web address."), CORRECT_OR_DROP),
    "required_empty": _record(
        _("Daktela requires this field, and it is empty."), _("Fill it in Salesforce, or set a default.")
    ),
    "not_sendable": _record(
        _("The value cannot be written as a text, such as an infinite number."), _("Correct it in Salesforce.")
    ),
    "match_ambiguous": _record(
        _("Several objects of Daktela match the record, or several records match one object."),
        _("Merge the duplicates in either system, or make them differ."),
    ),
    "daktela_refused": _record(
        _("Daktela refuses the record, because of this field where it names one."),
        _("Correct the record, or mend its mapping; Daktela's form says what the field takes."),
    ),
    "key_invalid": _mapping(
        _("The name that the key makes is not 1 to 64 characters of A-Z a-z 0-9 _ -."),
        _("Mend key in the mapping."),
    ),
    "key_taken": _mapping(
        _("Another record, of this mapping or of another one of the sync, has the object of this name."),
        _("Mend key in the mapping, so that each record has a name of its own."),
    ),
    "option_unknown": _mapping(
        _("Daktela does not offer this value."),
        _("Translate it with a value table, or add it to the field in Daktela."),
    ),
    "other_database": _mapping(
        _("The object of this name is in another CRM database of Daktela."),
        _("Mend key in the mapping, so that both databases have names of their own."),
    ),
    "reference_invalid": _mapping(
        _("The value of a lookup is not a Salesforce Id, so no record will ever arrive for it."),
        _("Look up a field that holds Ids, or set on_missing: drop."),
    ),
    "reference_unknown": _mapping(
        _("What a lookup refers to is not in Daktela, and on_missing says reject."),
        _("Load the parent, or choose another on_missing."),
    ),
    "regex_endless": _mapping(
        _("The pattern did not finish within a second on this value."),
        _("Write it without nested repeats such as (a+)+."),
    ),
    "regex_no_match": _mapping(
        _("The pattern is not found in the value."), _("Mend the pattern, or set on_error: drop.")
    ),
    "value_unlisted": _mapping(_("The value table does not have this value."), _("Add it there, or set a default.")),
    "daktela_contradicts": _system(_("Daktela says that the record does not exist, and lists it."), TELL_SUPPORT),
    "daktela_failed": _system(
        _("Daktela, or a program before it, answered 500 to this record."),
        _("Nothing at first: later runs try it again. If it stays, tell Daktela's support its name in Daktela."),
    ),
    "daktela_blocked": _system(
        _("A program before Daktela, such as a web firewall, refuses the record, most likely for a text in it."),
        _("Ask whoever runs it to let requests to Daktela's API through, or change the text in Salesforce."),
    ),
    "daktela_unanswered": _system(
        _("Daktela takes other records, and again and again gives no clear answer when it is sent this one."),
        _("Later runs try it again. If it stays, tell Daktela's support its name in Daktela; the change may be there."),
    ),
    LeftAlone.EMPTIED: _system(
        _("A change made Daktela empty fields of the record that it did not name, among them when it is called."),
        _("Put the record back on its list by hand. No other record of a list that is still called is changed."),
    ),
    "name_ambiguous": _system(_("Daktela lists several objects of this name."), TELL_SUPPORT),
    "unexplained": _system(
        _("The record was rejected and no reason was given."),
        _("Try it again; if it comes back, report it with the log of its load task."),
    ),
    "unforeseen": _system(
        _("The pipeline itself failed on this record."),
        _("Report the kind of error and the place, which are in the log of the load task; it holds no values."),
    ),
    VANISHED: _system(
        _("It was loaded and is no longer in Daktela; with it the run would have given up more than max_removals."),
        _("Check the connection, and whether a backup was restored in Daktela; agree when a run asks."),
    ),
}
"""Why a record was rejected. A transform's own failure has a code beside these, see ``meaning``."""

FAILED: Final = "_failed"
TRANSFORM_FAILED: Final = _record(
    _("A transform could not use the value; the code begins with its name."),
    _("Correct the value in Salesforce, or mend the function."),
)
"""Codes that end in ``_failed`` and begin with the name of a transform, most often of the project's own."""


class Cause(StrEnum):
    """Why a child's parent is not in Daktela, from the parent's own state."""

    REJECTED = "parent_rejected"
    WAITS = "parent_waits"
    GONE = "parent_gone"
    REMOVED = "parent_removed"
    MERGED = "parent_merged"
    UNSURE = "parent_unsure"
    UNREAD = "parent_unread"
    UNMAPPED = "parent_unmapped"
    ARRIVED = "parent_arrived"


CAUSES: Mapping[Cause, Meaning] = {
    Cause.REJECTED: _record(
        _("Its parent is rejected."),
        _("Mend the parent: once it is loaded, the child follows by itself."),
    ),
    Cause.WAITS: _record(
        _("Its parent waits for a parent of its own."),
        _("Look at what the parent waits for: the end of the chain names the cause."),
    ),
    Cause.UNREAD: _mapping(
        _("Its parent was never read: the filter of its mapping leaves it out, or it is not in Salesforce for us."),
        _("Look at the parent's record; let where take it in, or set on_missing: drop for this lookup."),
    ),
    Cause.UNMAPPED: _mapping(
        _("No mapping of this sync brings its parent any more."),
        _("Put the mapping back, or read the child again in mode records."),
    ),
    Cause.GONE: _record(
        _("Somebody deleted its parent in Daktela."),
        _("Set on_gone: recreate for the parent's mapping, or on_missing: drop for this lookup."),
    ),
    Cause.REMOVED: _record(
        _("Its parent was deleted in Salesforce or left the filter, and was removed in Daktela."),
        _("Give the child another parent in Salesforce, or undelete the parent."),
    ),
    Cause.MERGED: _record(
        _("Its parent was merged into another record."),
        _("The child is loaded when Salesforce gives it the record that has won; give it one if it stays."),
    ),
    Cause.UNSURE: _record(
        _("Its parent is being written, or its first write has no answer yet."),
        _("Wait for the next run: it looks the parent up."),
    ),
    Cause.ARRIVED: _record(
        _("Its parent is in Daktela by now."),
        _("Nothing: the next run loads the child."),
    ),
}
"""Why children wait, by the state of the parent that is missing."""


KEPT: Mapping[str, Meaning] = {
    LeftAlone.HANDS_OFF: _record(
        _("The dialler or an agent has the record now, and hands_off leaves it alone."),
        _("Nothing: the next run looks at it again."),
    ),
    LeftAlone.DONE: _record(
        _("The record of the dial list is through, and deleting it would lose what came of its calls."),
        _("Nothing: nobody calls it again. Delete it in Daktela if its history may go."),
    ),
    LeftAlone.REPLACES: _system(
        _("This Daktela empties fields that a change does not name, and the record may be called at any moment."),
        _("Nothing: it is changed once it is through. Ask Daktela's support for an interface that keeps such fields."),
    ),
    CONVERTED_BOTH: _record(
        _("It was converted into a record that has an object of its own, so both objects stay."),
        _("Merge the two in Daktela if they are one person."),
    ),
    MERGE_REFUSED: _record(
        _("It was converted into a record that has an object of its own, and Daktela does not merge the two."),
        _("Merge them in Daktela by hand, and write on_both: keep if Daktela does not offer the call to the token."),
    ),
}
"""Why an object was kept, where no policy says so."""


def meaning(code: str) -> Meaning:
    """Return what a code of a record means. Of an unknown one, only an older or newer program knows more."""
    found = {**REJECTS, **KEPT}.get(code)
    if found is not None:
        return found
    return TRANSFORM_FAILED if code.endswith(FAILED) else REJECTS["unexplained"]
