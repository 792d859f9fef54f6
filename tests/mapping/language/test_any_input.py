"""Whatever stands in a file, loading it ends in a sync or in a MappingError."""

from __future__ import annotations

import contextlib
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.problems import MappingError
from tests.mapping.conftest import WriteSync

yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["{Id}", "Email"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
PIECES = """a: |- { } [ ] : - , # & * ! ' " % @ ` ? > | ~ null true 1 fields: transforms: values: lookup: from:
customFields.x: title: key: {Id} << --- ..."""
pieces = st.sampled_from([*PIECES.split(), "\n", "\t", "  "])


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], max_examples=150)
@given(text=st.text(max_size=60) | st.lists(pieces, max_size=25).map(" ".join))
def test_no_text_whatever_makes_the_loader_fail_otherwise(write_sync: WriteSync, text: str) -> None:
    """Any file gives a sync or a MappingError that names the file."""
    folder = write_sync(contacts="x")
    (folder / "contacts.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(MappingError, match=r"contacts\.yaml"):
        load_sync(folder)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    key=st.sampled_from(
        ["salesforce", "daktela", "key", "where", "match", "on_delete", "mark", "reject_above", "title", "account",
         "from", "value", "lookup", "transforms", "values", "default", "truncate", "phone", "default:"]
    ),
    value=yaml_values,
)  # fmt: skip
def test_no_value_under_a_known_key_makes_the_loader_fail_otherwise(
    write_sync: WriteSync, key: str, value: object
) -> None:
    """Each key copes with every type of value."""
    dumped = StringIO()
    inside = {
        "from": {"from": value}, "value": {"value": value}, "lookup": {"from": "A", "lookup": value},
        "transforms": {"from": "A", "transforms": value}, "values": {"from": "A", "values": value},
        "default": {"from": "A", "default": value}, "truncate": {"from": "A", "transforms": [{"truncate": value}]},
        "phone": {"from": "A", "transforms": [{"phone": value}]},
        "default:": {"from": "A", "transforms": [{"default": value}]},
    }  # fmt: skip
    mapping: dict[str, object] = {
        "salesforce": "Contact",
        "daktela": "contacts",
        "key": "{Id}",
        "fields": {"title": "A", "lastname": "A"},
    }
    fields = mapping["fields"]
    assert isinstance(fields, dict)
    if key in inside:
        fields["customFields.x"] = inside[key]
    elif key in ("title", "account"):
        fields[key] = value
    else:
        mapping[key] = value
    YAML(typ="safe", pure=True).dump(mapping, dumped)
    folder = write_sync(contacts="x")
    (folder / "contacts.yaml").write_bytes(dumped.getvalue().encode("utf-8", "surrogatepass"))
    with contextlib.suppress(MappingError):
        load_sync(folder)
