"""What the table of fields says: rows, comboboxes, sources."""

from __future__ import annotations

from salesforce_daktela.ui.map_page.texts import Texts, plural
from salesforce_daktela.ui.wording import Words


def table(words: Words) -> Texts:
    """The heading, the filters, a field."""
    _, ngettext = words.gettext, words.ngettext
    return {
        "column.daktela": _("Daktela field"),
        "column.salesforce": _("From Salesforce"),
        "column.rule": _("What happens on the way"),
        "required": _("required"),
        "field.unlisted": _("Daktela does not list this field"),
        "field.length": plural(lambda n: ngettext("%(count)d character", "%(count)d characters", n)),
        "field.options": plural(lambda n: ngettext("%(count)d option", "%(count)d options", n)),
        "field.multiple": _("several values"),
        "filter": _("Which fields are shown"),
        "filter.all": _("All"),
        "filter.mapped": _("Mapped"),
        "filter.unmapped": _("Unmapped"),
        "filter.problems": _("With problems"),
        "rows.search": _("Search the fields"),
        "rows.shown": plural(lambda n: ngettext("%(count)d field shown", "%(count)d fields shown", n)),
        "rows.none": _("No field fits the filter and the search."),
        "rows.missing": plural(
            lambda n: ngettext(
                "A required field is not mapped yet: %(fields)s.", "Required fields are not mapped yet: %(fields)s.", n
            )
        ),
        "newField.label": _("A custom field that is not listed"),
        "add": _("Add"),
    }


def rows(words: Words) -> Texts:
    """A row, its suggestion, what cannot be shown."""
    _ = words.gettext
    return {
        "row.more": _("Details"),
        "row.less": _("Close"),
        "row.moreOf": _("Details of %(field)s"),
        "row.lessOf": _("Close the details of %(field)s"),
        "row.remove": _("Do not map"),
        "row.removeOf": _("Do not map %(field)s"),
        "row.required": _("Daktela asks for this field in every record. Choose where it comes from."),
        "row.twice": _("This field is mapped twice. Remove one of the two."),
        "row.alsoFills": _("The same source also fills %(fields)s."),
        "suggestion.badge": _("Suggestion"),
        "suggestion.take": _("Take"),
        "suggestion.takeFor": _("Take the suggestion for %(field)s"),
        "suggestion.leave": _("Leave"),
        "suggestion.leaveFor": _("Leave the suggestion for %(field)s"),
        "summary.lookup": _("reference: %(to)s"),
        "summary.default": _("default: %(value)s"),
        "summary.on_missing": _("not found: %(value)s"),
        "summary.when_empty": _("empty: %(value)s"),
        "summary.on_error": _("does not fit: %(value)s"),
        "policy.short.park": _("waits"),
        "policy.short.drop": _("not sent"),
        "policy.short.reject": _("record rejected"),
        "policy.short.clear": _("cleared in Daktela"),
        "policy.short.keep": _("kept in Daktela"),
        "unshown.badge": _("Text in the file"),
        "unshown.row": _(
            "This field is written in a way that this page cannot show. Its text is in the details and stays as it is."
        ),
        "unshown.text": _(
            "Line %(line)d of the file has no control here. It stays as it is; change it in a text editor:"
        ),
        "unshown.file": _(
            "These lines of the file have no control here. They stay as they are; change them in a text editor:"
        ),
    }


def boxes(words: Words) -> Texts:
    """The comboboxes and the samples."""
    _, ngettext = words.gettext, words.ngettext
    return {
        "box.label": _("Salesforce field for %(field)s"),
        "box.labelMore": _("Source %(number)d for %(field)s"),
        "box.placeholder": _("Not mapped: search by label or API name"),
        "box.list": _("Salesforce fields"),
        "box.parent": _("parent: open"),
        "box.as.template": _("As a template:"),
        "box.as.constant": _("As a constant:"),
        "box.as.path": _("As a field that is not listed:"),
        "box.found": plural(lambda n: ngettext("%(count)d field", "%(count)d fields", n)),
        "box.foundFirst": plural(
            lambda n: ngettext(
                "%(count)d field, the first %(shown)d are shown", "%(count)d fields, the first %(shown)d are shown", n
            )
        ),
        "box.none": _("No field has this in its names."),
        "box.reading": _("Reading the fields of %(parent)s …"),
        "box.choose": _("Choose with the arrow keys, then press Enter."),
        "box.template": _("Put into the template. Press Enter to take the template."),
        "box.notTaken": _("Not taken: %(text)s"),
        "link.label": _("Address of the record in Salesforce"),
        "sample.title": _("From the sample record"),
        "sample.empty": _("empty in the sample record"),
        "samples.label": _("Sample record"),
        "samples.placeholder": _("Id or name, else the first"),
        "samples.show": _("Show"),
        "samples.of": _("Samples are of %(record)s"),
    }


def sources(words: Words) -> Texts:
    """Where a value comes from."""
    _, ngettext = words.gettext, words.ngettext
    return {
        "part.sources": _("Where it comes from"),
        "sources.more": plural(lambda n: ngettext("and %(count)d more:", "and %(count)d more:", n)),
        "sources.template": _("template"),
        "sources.add": _("Add another source"),
        "sources.several": _("Several sources: the values that are not empty, in this order."),
        "sources.help": _(
            "Fields of a parent by a dot: Account.Name. Several fields in one text by braces: {FirstName} {LastName}."
        ),
        "sources.up": _("Move %(name)s up"),
        "sources.down": _("Move %(name)s down"),
        "sources.remove": _("Remove %(name)s"),
        "constant.badge": _("Constant"),
        "constant.label": _("Constant for %(field)s"),
        "constant.labelOf": _("Constant %(number)d for %(field)s"),
        "constant.more": _("Add another value"),
        "constant.explained": _("Every record gets the same value."),
        "constant.use": _("Use a constant"),
        "constant.instead": _("Use a field instead"),
        "option.unknown": _("%(value)s (Daktela does not offer it)"),
        "part.lookup": _("Reference"),
        "lookup.explained": _(
            "Where the field names another object of Daktela: in which mapping the Salesforce Id is looked up, "
            "or a user by e-mail address."
        ),
        "lookup.users": _("users (by e-mail address)"),
    }
