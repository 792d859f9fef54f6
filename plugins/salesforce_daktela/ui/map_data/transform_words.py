"""What each transform does, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.ui.wording import Words


def does(name: str, words: Words) -> str:
    """Return a sentence about a transform; one that is not built in is the project's own."""
    _ = words.gettext
    return {**_of_text(words), **_of_types(words), **_of_lists(words)}.get(name, _("A function of this project."))


def _of_text(words: Words) -> Mapping[str, str]:
    _ = words.gettext
    return {
        "trim": _("Removes blanks at both ends."),
        "collapse": _("Removes blanks at both ends, and makes one of several inside."),
        "lower": _("Small letters."),
        "upper": _("Capital letters."),
        "title_case": _("A capital letter at the start of each word."),
        "truncate": _("Keeps at most so many characters."),
        "prefix": _("Puts a text in front."),
        "strip_prefix": _("Takes a text away from the front."),
        "regex": _("Replaces what a regular expression finds, or keeps only that."),
        "html_to_text": _("Makes plain text of HTML; plain text stays as it is."),
    }


def _of_types(words: Words) -> Mapping[str, str]:
    _ = words.gettext
    return {
        "phone": _("Checks each phone number and writes it in one way."),
        "email": _("Checks an e-mail address, and writes its domain in small letters of ASCII."),
        "url": _("Checks a web address, and adds https:// where it is missing."),
        "date": _("Reads a date by its format, and writes it as another one."),
        "datetime": _("Reads a date with a time, and writes it in a time zone."),
        "number": _("Reads a number, and rounds it."),
        "boolean": _("Writes yes or no in words of your choice."),
        "values": _("Replaces values by a table."),
    }


def _of_lists(words: Words) -> Mapping[str, str]:
    _ = words.gettext
    return {
        "split": _("Makes several values of one text."),
        "join": _("Makes one text of several values."),
        "first": _("Keeps the first of several values."),
        "last": _("Keeps the last of several values."),
        "unique": _("Keeps each value once."),
        "default": _("Stands in for an empty value at this point."),
    }
