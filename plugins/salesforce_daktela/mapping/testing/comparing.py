"""What a mapping has made of a test's row, beside what the test expects. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from salesforce_daktela.mapping.testing.case import CUSTOM, NAME, Expected, Sent
from salesforce_daktela.sync.codes import meaning

NOT_SENT = "not sent"
EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """``sent`` are the fields by path, those that are cleared among them; problems are codes by field.

    A record with problems or with references that it waits for is not sent at all.
    """

    name: str | None
    sent: Mapping[str, Sent]
    problems: Mapping[str, str] = field(default_factory=dict)
    waits: tuple[str, ...] = ()
    becomes: Mapping[str, str] = field(default_factory=dict)
    dropped: int = 0
    shortened: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that came out differently; both sides as text for people."""

    field: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, got {self.got}"


def flat(body: Mapping[str, Any]) -> dict[str, Sent]:
    """Return a payload's fields by path."""
    plain = {key: value for key, value in body.items() if key != CUSTOM.rstrip(".")}
    custom = body.get(CUSTOM.rstrip("."), {})
    return {**plain, **{f"{CUSTOM}{name}": tuple(texts) for name, texts in custom.items()}}


def differences(expected: Expected, made: Made) -> tuple[Difference, ...]:
    """Return the fields in which a test fails, by name; none when it passes."""
    told = [
        *_codes(expected.problems, made.problems),
        *_waits(expected, made),
        *_named("becomes", expected.becomes, made.becomes),
        *_counts(expected, made),
    ]
    if not told and expected.sent is not None:
        told += _fields(expected, made)
    told += _kept(expected, made)
    return tuple(sorted(told, key=lambda found: found.field))


def _codes(expected: Mapping[str, str], got: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*expected, *got}):
        if expected.get(name) != got.get(name):
            code = got.get(name)
            told = "no problem" if code is None else f"problem {code} ({meaning(code).what})"
            wanted = f"problem {expected[name]}" if name in expected else "no problem"
            yield Difference(field=name, expected=wanted, got=told)


def _waits(expected: Expected, made: Made) -> Iterator[Difference]:
    words = {True: "that the record waits for its parent", False: "that nothing is waited for"}
    for name in sorted({*expected.waits, *made.waits}):
        wanted = name in expected.waits
        if wanted is not (name in made.waits):
            got = "it is sent" if wanted else "the record waits for its parent: name it under `parents`"
            yield Difference(field=name, expected=words[wanted], got=got)


def _named(prefix: str, expected: Mapping[str, str], got: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*expected, *got}):
        if expected.get(name) != got.get(name):
            yield Difference(
                field=f"{prefix}.{name}", expected=expected.get(name, "nothing"), got=got.get(name, "nothing")
            )


def _counts(expected: Expected, made: Made) -> Iterator[Difference]:
    for name, wanted, got in (
        ("dropped", expected.dropped, made.dropped),
        ("shortened", expected.shortened, made.shortened),
    ):
        if wanted is not None and wanted != got:
            yield Difference(field=name, expected=str(wanted), got=str(got))


def _fields(expected: Expected, made: Made) -> Iterator[Difference]:
    """Fields that a test does not name may be cleared or left out; those that it names as empty are cleared."""
    wanted = dict(expected.sent or {})
    if NAME in wanted and wanted.pop(NAME) != made.name:
        yield Difference(field=NAME, expected=_told((expected.sent or {})[NAME]), got=_told(made.name))
    for path, value in sorted(wanted.items()):
        if path not in made.sent:
            yield Difference(field=path, expected=_told(value), got=NOT_SENT)
        elif (value or None) != (made.sent[path] or None):
            yield Difference(field=path, expected=_told(value), got=_told(made.sent[path]))
    for path, got in sorted(made.sent.items() if expected.whole else ()):
        if path not in wanted and got:
            yield Difference(field=path, expected=EMPTY, got=_told(got))


def _kept(expected: Expected, made: Made) -> Iterator[Difference]:
    for path in expected.keeps:
        if path in made.sent:
            yield Difference(field=path, expected=NOT_SENT, got=_told(made.sent[path]))


def _told(value: Sent) -> str:
    if not value:
        return EMPTY
    return repr(value) if isinstance(value, str) else f"[{', '.join(map(repr, value))}]"
