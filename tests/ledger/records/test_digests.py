"""Salted hashes: equal for equal payloads, of no use without the salt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_daktela.ledger.records.digests import LENGTH, digest


def test_a_digest_is_the_start_of_an_hmac() -> None:
    """Fixed for good: another algorithm would rewrite every record. Source: RFC 4231, test case 2."""
    assert digest(b"Jefe", "what do ya want for nothing?").hex() == "5bdcc146bf60754e6a042426089575c7"


@given(st.binary(min_size=1), st.text(), st.text())
def test_digests_are_equal_when_texts_are(salt: bytes, one: str, other: str) -> None:
    """The same payload again needs no call; a changed one is seen."""
    assert (digest(salt, one) == digest(salt, other)) is (one == other)


@pytest.mark.parametrize("text", ["", "a", "ž" * 10_000])
def test_a_digest_has_one_length(text: str) -> None:
    """Whatever the payload's."""
    assert len(digest(b"salt", text)) == LENGTH


def test_another_salt_gives_another_digest() -> None:
    """Guessing a value does not help whoever has only the hashes."""
    assert digest(b"one", "jana@example.cz") != digest(b"two", "jana@example.cz")
