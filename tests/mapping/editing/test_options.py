"""Options of transforms by their names, whichever way the file writes them."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.editing.form import Call, read_form
from salesforce_daktela.mapping.editing.options import TABLE, call_with, options_of
from salesforce_daktela.mapping.transforms.registry import BUILT_IN
from tests.attacks.sync_folders import RICH
from tests.mapping.editing.test_one_change import FILES


@pytest.mark.parametrize(
    ("call", "options"),
    [
        (Call("trim"), {}),
        (Call("truncate", 5), {"length": 5}),
        (Call("truncate", {"length": 5}), {"length": 5}),
        (Call("regex", {"pattern": "a", "replace": "b"}), {"pattern": "a", "replace": "b"}),
        (Call("values", {"1": "one"}), {"table": {"1": "one"}}),
        (Call("boolean", {"true": "Ano", "false": "Ne"}), {"true": "Ano", "false": "Ne"}),
    ],
)
def test_options_are_read_by_name_and_written_as_they_were(call: Call, options: dict[str, Value]) -> None:
    """A value alone is the main option."""
    transform = BUILT_IN[call.name]
    assert options_of(call, transform) == options
    assert call_with(options, transform, before=call) == call


def test_a_new_call_is_written_the_short_way() -> None:
    """As the reference does."""
    assert call_with({"length": 5}, BUILT_IN["truncate"]) == Call("truncate", 5)
    assert call_with({}, BUILT_IN["trim"]) == Call("trim")
    assert call_with({"table": {"a": "b"}}, BUILT_IN["values"]) == Call("values", {"a": "b"})
    assert call_with({"decimals": 2, "decimal_comma": True}, BUILT_IN["number"]) == (
        Call("number", {"decimals": 2, "decimal_comma": True})
    )


def test_a_value_alone_for_a_transform_without_a_main_option_is_no_option() -> None:
    """The loader refuses it as well."""
    with pytest.raises(ValueError, match="trim takes no such value"):
        options_of(Call("trim", 1), BUILT_IN["trim"])


@pytest.mark.parametrize("text", [RICH, *FILES])
def test_the_calls_of_whole_files_come_back(text: str) -> None:
    """The shipped ones and the docs'."""
    for row in read_form(text).rows:
        for call in row.transforms:
            assert call_with(options_of(call, BUILT_IN[call.name]), BUILT_IN[call.name], before=call) == call


def test_a_transform_that_takes_a_table_has_no_other_option() -> None:
    """What stands below its name is the table, with no place for another option, and the pages offer all of them."""
    assert [list(found.options) for found in BUILT_IN.values() if found.main == TABLE] == [[TABLE]]
