"""What Daktela's own fields and their choices are called on the page Map."""

from __future__ import annotations

from salesforce_daktela.daktela.schema.standard_fields import STANDARD
from salesforce_daktela.mapping.target import TargetField
from salesforce_daktela.ui.map_data.meanings import meaning_of, option_label
from salesforce_daktela.ui.wording import Language, words_in

ENGLISH, CZECH = words_in(Language.ENGLISH), words_in(Language.CZECH)


def test_each_choice_of_a_dial_list_has_its_czech() -> None:
    """They are numbers in Daktela's API, so the words are ours."""
    action = next(field for field in STANDARD["campaignsRecords"] if field.path == "action")
    titles = action.options or {}
    assert {value: option_label(action, value, ENGLISH) for value in titles} == titles
    assert all(option_label(action, value, CZECH) not in titles.values() for value in titles)


def test_choices_of_other_fields_are_called_as_daktela_calls_them() -> None:
    """Also those of an own field that happens to have the same values."""
    field = TargetField(path="customFields.action", options={"1": "Zavolat"})
    assert option_label(field, "1", CZECH) == "Zavolat"


def test_each_field_of_daktela_s_own_has_a_meaning() -> None:
    """Whoever maps a model for the first time reads what its fields are for."""
    fields = [field for fields in STANDARD.values() for field in fields]
    assert [field.path for field in fields if not meaning_of(field, ENGLISH)] == []
