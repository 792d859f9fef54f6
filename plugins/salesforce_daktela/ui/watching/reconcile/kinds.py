"""The kinds of what a comparison finds, as headings and in sentences. Pure."""

from __future__ import annotations

from salesforce_daktela.sync.findings import FindingKind
from salesforce_daktela.ui.wording import Words

ALWAYS = (
    FindingKind.RIGHT,
    FindingKind.MISSING,
    FindingKind.DIFFERENT,
    FindingKind.EXTRA,
    FindingKind.GONE,
)
"""Columns that are shown with zeros, too: their absence says something."""


def kind_names(words: Words) -> dict[FindingKind, str]:
    """The kinds as headings."""
    _ = words.gettext
    return {
        FindingKind.RIGHT: _("Right"),
        FindingKind.MISSING: _("Missing"),
        FindingKind.DIFFERENT: _("Different"),
        FindingKind.EXTRA: _("Extra"),
        FindingKind.GONE: _("Gone"),
        FindingKind.UNREMEMBERED: _("Unremembered"),
        FindingKind.LEFT_OVER: _("Left over"),
        FindingKind.PENDING: _("Pending"),
        FindingKind.REJECTED: _("Rejected"),
        FindingKind.PARKED: _("Parked"),
        FindingKind.KEPT: _("Kept"),
        FindingKind.MARKED: _("Marked"),
        FindingKind.UNCLAIMED: _("Unclaimed"),
    }


def kind_meanings(words: Words) -> dict[FindingKind, str]:
    """What each kind means, and what a repair does with it."""
    _ = words.gettext
    return {
        FindingKind.RIGHT: _("As it should be."),
        FindingKind.MISSING: _(
            "In Salesforce and not in Daktela. A repair creates it, adopts what match finds, "
            "or makes it an open reject."
        ),
        FindingKind.DIFFERENT: _("Daktela's fields are not what the mapping says. A repair writes them."),
        FindingKind.EXTRA: _(
            "Ours in Daktela, and deleted in Salesforce or out of the filter. "
            "A repair follows on_delete and on_filter_exit."
        ),
        FindingKind.GONE: _("Loaded once, and no longer in Daktela. It is not created again; a repair notes that."),
        FindingKind.UNREMEMBERED: _("Right in Daktela and not in the ledger. A repair remembers it."),
        FindingKind.LEFT_OVER: _(
            "In the ledger and in neither system. A repair forgets it, once no run can load it any more."
        ),
        FindingKind.PENDING: _("Changed since the watermark: the next run loads it."),
        FindingKind.REJECTED: _("Refused for its values, or by Daktela. Later runs try open rejects again."),
        FindingKind.PARKED: _("Waits for its parent."),
        FindingKind.KEPT: _(
            "Deleted, merged or out of the filter in Salesforce, and kept in Daktela, as the mapping says."
        ),
        FindingKind.MARKED: _(
            "Deleted or out of the filter in Salesforce, and marked in Daktela, as the mapping says."
        ),
        FindingKind.UNCLAIMED: _(
            "Named like ours, and the ledger does not know it as ours, or as one that is gone. Look at it in Daktela."
        ),
    }
