"""What the details of a field say: value tables, transforms, choices."""

from __future__ import annotations

from salesforce_daktela.ui.map_page.texts import Texts, plural
from salesforce_daktela.ui.wording import Words


def tables(words: Words) -> Texts:
    """Value tables."""
    _, ngettext = words.gettext, words.ngettext
    return {
        "part.values": _("Value table"),
        "values.explained": _(
            "Translates single values. Values that the table does not have become the default, or do not fit."
        ),
        "values.picklist": _(
            "The values of the Salesforce field on the left, what Daktela gets on the right. "
            "Values without a translation become the default, or do not fit."
        ),
        "values.from": _("Value in Salesforce"),
        "values.to": _("Value in Daktela"),
        "values.for": _("Value in Daktela for %(value)s"),
        "values.none": _("not translated"),
        "values.add": _("Add the pair"),
        "values.remove": _("Remove the translation of %(value)s"),
        "values.newKey": _("another value"),
        "values.newValue": _("its value in Daktela"),
        "summary.values": plural(lambda n: ngettext("table of %(count)d value", "table of %(count)d values", n)),
    }


def transforms(words: Words) -> Texts:
    """Transforms."""
    _ = words.gettext
    return {
        "part.transforms": _("Transforms"),
        "transforms.none": _("None: the value is sent as it is."),
        "transforms.add": _("Add a transform"),
        "transforms.choose": _("Choose a transform"),
        "transforms.own": _("Your own"),
        "transforms.unknown": _("There is no such transform."),
        "transforms.asText": _("Its options are written in a way that this page cannot show. They stay as they are:"),
        "transforms.missing": _("The option %(option)s is missing."),
        "transforms.up": _("Move %(name)s up"),
        "transforms.down": _("Move %(name)s down"),
        "transforms.remove": _("Remove %(name)s"),
        "left": _("left out"),
        "leftAs": _("left out: %(value)s"),
    }


def rule(words: Words) -> Texts:
    """The keys of a rule."""
    _ = words.gettext
    return {
        "key.from": _("Source"),
        "key.value": _("Constant"),
        "key.transforms": _("Transforms"),
        "key.values": _("Value table"),
        "key.default": _("Default"),
        "key.lookup": _("Reference"),
        "key.on_missing": _("Reference not found"),
        "key.when_empty": _("Empty values"),
        "key.on_error": _("Values that do not fit"),
        "part.empty": _("Empty values and misfits"),
        "rule.default": _("Default, where nothing is left"),
        "rule.default.none": _("no default"),
        "rule.when_empty": _("An empty value"),
        "rule.on_error": _("A value that does not fit"),
        "rule.on_missing": _("A reference that cannot be found"),
    }


def choices(words: Words) -> Texts:
    """The words that a key takes."""
    _ = words.gettext
    return {
        "rule.when_empty.left": _("left out: clears the field in Daktela"),
        "rule.when_empty.clear": _("clears the field in Daktela"),
        "rule.when_empty.keep": _("keeps what is in Daktela"),
        "rule.on_error.left": _("left out: rejects the record"),
        "rule.on_error.reject": _("rejects the record"),
        "rule.on_error.drop": _("drops the value, sends the rest"),
        "rule.on_missing.left": _("left out: the record waits; a user is dropped"),
        "rule.on_missing.park": _("the record waits for it"),
        "rule.on_missing.drop": _("drops the reference, sends the rest"),
        "rule.on_missing.reject": _("rejects the record"),
    }
