"""Finds every phone number in a text and writes each in one format, by a library that is slow to import."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumber, PhoneNumberMatcher

from salesforce_daktela.mapping.transforms.definition import PartialResult, UnfitValueError

FORMATS = {
    "e164": phonenumbers.PhoneNumberFormat.E164,
    "international": phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    "national": phonenumbers.PhoneNumberFormat.NATIONAL,
}
ABROAD = re.compile(r"(^|[,;/|\r\n])(\s*)00(?=[1-9])")
"""The prefix of another country, where a number begins."""
SECOND = re.compile(r"[\\/]\s*x", re.IGNORECASE)
"""The library stops at this separator and ignores everything after it."""
LONGEST_EXTENSION = 6
"""Digits. The library takes up to twenty digits for an extension, even if they are a second number."""
LETTERED = re.compile("(?:.*?[A-Za-z]){3}", re.DOTALL)
"""In a text with three letters the library takes those behind a digit for keys: ``030 1234 Fax`` is 030 1234329."""
LONGEST_TEXT = 250
INVALID = "phone_invalid"


def phone_numbers(text: str, region: str | None, style: str) -> str | PartialResult:
    """Return the number that a text is, or all that it holds. ``style`` is one of ``FORMATS``, or ``00``.

    Raises UnfitValueError for a text without a number.
    """
    text = ABROAD.sub(r"\1\2+", text)
    if len(text) > LONGEST_TEXT:
        raise UnfitValueError(INVALID)
    single = _single(text, region)
    return _several(text, region, style) if single is None else _spelled(single, region, style)


def _single(text: str, region: str | None) -> PhoneNumber | None:
    """Return the number if the whole text is one number, else None."""
    number = _valid(text, region)
    if number is None or number.extension or SECOND.search(text):
        return None
    head, slash, _ = text.rpartition("/")
    return None if slash and _valid(head, region) else number


def _several(text: str, region: str | None, style: str) -> PartialResult:
    """Return every number of a text. Digits outside of numbers do not fit. Extensions are left out."""
    whole = _valid(text, region)
    if whole is not None and whole.extension and len(whole.extension) <= LONGEST_EXTENSION:
        return PartialResult(values=(_spelled(whole, region, style),), left_out=1)
    found: list[PhoneNumber] = []
    left_out, unfit, end, between = 0, 0, 0, ""
    for match in _matches(text, region):
        found.append(match.number)
        between += text[end : match.start] + " "
        end = match.end
        extension = match.number.extension or ""
        if len(extension) > LONGEST_EXTENSION:
            second = _valid(extension, region)
            found += [] if second is None else [second]
            unfit += second is None
        else:
            left_out += bool(extension)
    unfit += len(re.findall(r"\d+", re.sub(r"(?<=\d)[^\w,;/|]+(?=\d)", "", between + text[end:])))
    if not found:
        raise UnfitValueError(INVALID)
    spelled = tuple(_spelled(number, region, style) for number in found)
    return PartialResult(values=spelled, left_out=left_out, unfit=unfit, code=INVALID)


def _matches(text: str, region: str | None) -> list[phonenumbers.PhoneNumberMatch]:
    """Return the library's matches. A few digits after the last slash do not belong to the number before it."""
    matches = list(PhoneNumberMatcher(text, region, leniency=Leniency.VALID))
    head = text.rpartition("/")[0]
    if len(matches) == 1 and head and _valid(head, region):
        return list(PhoneNumberMatcher(head, region, leniency=Leniency.VALID))
    return matches


def _valid(text: str, region: str | None) -> PhoneNumber | None:
    """Return the number that a text is, None where it is none and where letters stand for some of its digits."""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    if LETTERED.match(text) and str(number.national_number) not in phonenumbers.normalize_digits_only(text):
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _spelled(number: PhoneNumber, region: str | None, style: str) -> str:
    """Write a number. The national form of another country's may be the number of somebody in ``region``."""
    bare = PhoneNumber(
        country_code=number.country_code,
        national_number=number.national_number,
        italian_leading_zero=number.italian_leading_zero,
        number_of_leading_zeros=number.number_of_leading_zeros,
    )
    if style == "00":
        return "00" + phonenumbers.format_number(bare, FORMATS["e164"]).removeprefix("+")
    if style == "national" and region and number.country_code != phonenumbers.country_code_for_region(region):
        style = "international"
    return str(phonenumbers.format_number(bare, FORMATS[style]))
