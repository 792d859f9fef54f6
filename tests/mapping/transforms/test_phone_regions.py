"""Which regions a phone number may be read for."""

from __future__ import annotations

import phonenumbers
import pytest

from salesforce_daktela.mapping.transforms.phone import STYLES, TRANSFORMS
from salesforce_daktela.mapping.transforms.phone_numbers import FORMATS

REGION = TRANSFORMS[0].options["region"]


def test_every_region_of_the_library_may_be_written() -> None:
    """They are found without importing it."""
    assert REGION.check is not None
    assert not [region for region in phonenumbers.SUPPORTED_REGIONS if REGION.check(region)]


@pytest.mark.parametrize("region", ["XX", "cz", "CZE", "800", "001", "data", "", "../CZ"])
def test_no_other_may(region: str) -> None:
    """Nor a service's number that belongs to no country, though the library has data of those as well."""
    assert REGION.check is not None
    assert REGION.check(region) == "write a country code of two capital letters, for example CZ"


def test_every_style_has_a_format() -> None:
    """The style ``00`` is our own."""
    assert {*FORMATS, "00"} == set(STYLES)
