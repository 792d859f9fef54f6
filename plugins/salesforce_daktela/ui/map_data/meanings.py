"""What Daktela's own fields mean, in words. Pure."""

from __future__ import annotations

from salesforce_daktela.mapping.target import Provenance, TargetField
from salesforce_daktela.ui.wording import Words


def meaning_of(field: TargetField, words: Words) -> str:
    """Return a sentence for a field."""
    _ = words.gettext
    if field.provenance is Provenance.RECORD:
        return _("A field of your own, on the form of these records.")
    if field.provenance is Provenance.POOL:
        return _("A field of your own, from Daktela's list of fields: whether it is on the form is not known yet.")
    return {
        "title": _("The name that agents see in lists and when somebody calls."),
        "firstname": _("The first name."),
        "lastname": _("The last name."),
        "account": _("The company it belongs to: a record that another mapping loads."),
        "contact": _("The person it belongs to: a record that another mapping loads."),
        "user": _("The Daktela user who looks after it, found by e-mail address."),
        "description": _("Free text beside the record."),
        "sla": _("The service level that counts for it."),
        "type": _("The type of CRM record; it decides which form the record has."),
        "stage": _("Whether it is open or closed."),
        "status": _("The status within its type."),
        "ticket": _("The ticket it belongs to."),
        "record_type": _("The type of dial list record; it decides the queue and the form."),
        "database": _("The campaign database of the record, another one than the CRM database."),
        "action": _("Where the record stands. The dialler changes it: have it among the fields sent once."),
        "nextcall": _("When to call. The dialler changes it: have it among the fields sent once."),
    }.get(field.path, "")


def option_label(field: TargetField, value: str, words: Words) -> str:
    """Return what a choice of a field is called: an own field's in Daktela's words, a dial list's in ours."""
    title = (field.options or {})[value]
    if field.path != "action":
        return title
    _ = words.gettext
    return {
        "0": _("Not assigned"),
        "1": _("Ready"),
        "2": _("Rescheduled by the dialler"),
        "5": _("Done"),
        "6": _("Rescheduled by an agent"),
    }.get(value, title)
