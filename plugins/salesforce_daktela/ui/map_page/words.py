"""The texts of the table's scripts in the language of the page: gettext finds them here, the page carries them."""

from __future__ import annotations

from salesforce_daktela.ui.map_page import file_words, row_words, rule_words
from salesforce_daktela.ui.map_page.texts import Texts
from salesforce_daktela.ui.wording import Words

GROUPS = (
    row_words.table,
    row_words.rows,
    row_words.boxes,
    row_words.sources,
    rule_words.tables,
    rule_words.transforms,
    rule_words.rule,
    rule_words.choices,
    file_words.selection,
    file_words.removals,
    file_words.conversions,
    file_words.thresholds,
    file_words.policies,
    file_words.counts,
    file_words.draft,
)


def texts_of(words: Words) -> Texts:
    """Return every text that the scripts say."""
    return {key: text for group in GROUPS for key, text in group(words).items()}
