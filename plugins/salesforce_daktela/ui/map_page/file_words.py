"""What the page says of the file as a whole: its settings, the draft."""

from __future__ import annotations

from salesforce_daktela.ui.map_page.texts import Texts, plural
from salesforce_daktela.ui.wording import Words


def selection(words: Words) -> Texts:
    """The settings that say which records meet which objects, and what they mean."""
    _ = words.gettext
    return {
        "setting.key": _("Name in Daktela"),
        "setting.key.about": _(
            "Letters, digits, _ and - around {Id}. Once records are written, leave it: they keep their names, and "
            "would be created again if the ledger were lost."
        ),
        "setting.where": _("Which records"),
        "setting.where.about": _("A condition in SOQL, without WHERE. Empty: every record."),
        "setting.match": _("Adopt what is in Daktela already"),
        "setting.match.about": _(
            "Mapped fields by which a record that is in Daktela already is found; the first that finds one decides."
        ),
        "setting.match.left": _("Nothing is adopted."),
        "match.add": _("Choose a mapped field"),
        "setting.once": _("Sent once"),
        "setting.once.about": _("Fields that a record gets when it is created, and that no later change touches."),
        "setting.once.left": _("Every field follows Salesforce."),
        "setting.hands_off": _("Left alone"),
        "setting.hands_off.about": _(
            "Records of a dial list whose action is one of these are neither changed nor removed. "
            "This is changed in the file."
        ),
        "setting.hands_off.left": _("left out: calls in progress (3)"),
    }


def removals(words: Words) -> Texts:
    """The settings for records that have gone, and what they mean."""
    _ = words.gettext
    return {
        "setting.on_delete": _("Deleted in Salesforce"),
        "setting.on_delete.about": _("What happens in Daktela to a record that was deleted or merged in Salesforce."),
        "setting.on_filter_exit": _("No longer among the records"),
        "setting.on_filter_exit.about": _("What happens to a record that no longer meets the condition above."),
        "setting.mark": _("What marking writes"),
        "setting.mark.about": _("Daktela fields and their values, needed where a policy says “mark it”."),
        "setting.max_removals": _("Most removals of one run"),
        "setting.max_removals.about": _("Above this number of records to mark or delete, the run stops and asks."),
        "setting.on_gone": _("Gone in Daktela"),
        "setting.on_gone.about": _("What happens to a record that somebody deleted in Daktela."),
    }


def conversions(words: Words) -> Texts:
    """The settings for converted leads, and what they mean."""
    _ = words.gettext
    return {
        "setting.becomes": _("Carried on by"),
        "setting.becomes.about": _(
            "For leads: the mapping whose record carries on the object of a converted one, "
            "and the field that holds its Id."
        ),
        "becomes.mapping": _("Mapping"),
        "becomes.field": _("Salesforce field"),
        "setting.on_both": _("Both have an object"),
        "setting.on_both.about": _(
            "What happens when the other record has an object of its own. "
            "Merging cannot be undone, so each run that would merge asks first and names the pairs."
        ),
    }


def thresholds(words: Words) -> Texts:
    """How often everything is read and how many rejects are borne, and what these settings mean."""
    _ = words.gettext
    return {
        "setting.reread": _("Read everything again"),
        "setting.reread.about": _(
            "For what changes without a stamp: formulas, roll-ups, fields of parents. "
            "A span such as 12h or 7d, or never."
        ),
        "setting.reject_above": _("Rejected records at most"),
        "setting.reject_above.about": _("The share of newly rejected records above which a run fails."),
    }


def policies(words: Words) -> Texts:
    """The words of the policies."""
    _ = words.gettext
    return {
        "setting.on_delete.left": _("left out: keep it"),
        "setting.on_filter_exit.left": _("left out: as when deleted"),
        "setting.on_gone.left": _("left out: keep it away"),
        "setting.on_both.left": _("left out: keep both and say so"),
        "policy.merge": _("merge them once somebody agrees"),
        "policy.keep": _("keep"),
        "policy.mark": _("mark it"),
        "policy.delete": _("delete it"),
        "policy.recreate": _("create it again at its next change"),
    }


def counts(words: Words) -> Texts:
    """Counts, reading, suggestions."""
    _, ngettext = words.gettext, words.ngettext
    return {
        "count.ask": _("Count the records"),
        "count.asked": _("Counting …"),
        "count.known": plural(
            lambda n: ngettext("%(count)d record in Salesforce", "%(count)d records in Salesforce", n)
        ),
        "read.at": _("Fields read %(at)s"),
        "read.again": _("Read again"),
        "suggestion.all": plural(lambda n: ngettext("Take %(count)d suggestion", "Take all %(count)d suggestions", n)),
    }


def draft(words: Words) -> Texts:
    """The draft and what goes wrong with it."""
    _, ngettext = words.gettext, words.ngettext
    return {
        "file.unreadable": _("This file cannot be shown as a table. Mend it in a text editor:"),
        "file.line": _("line %(line)d"),
        "file.elsewhere": plural(
            lambda n: ngettext(
                "%(count)d problem in the sync's other files", "%(count)d problems in the sync's other files", n
            )
        ),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "undo.elsewhere": _("That step was in another file of this sync. Nothing differs here."),
        "saving.kept": _("Kept in your draft"),
        "saving.waiting": _("Keeping the draft …"),
        "saving.sending": _("Keeping the draft …"),
        "saving.failed": _("The last change is not kept"),
        "saving.conflict": _("The last change is not kept"),
        "saving.signedOut": _("The last change is not kept"),
        "conflict.said": _(
            "This mapping was changed meanwhile, in another window or by somebody who has saved. Your last change here "
            "is not kept yet."
        ),
        "conflict.theirs": _("Show the other change"),
        "conflict.mine": _("Keep mine"),
        "trouble.again": _("Try again"),
        "trouble.giveUp": _("Give this change up"),
        "trouble.close": _("Close"),
        "trouble.unreached": _("Airflow cannot be reached."),
        "trouble.status": _("Airflow answered with status %(status)d."),
    }
