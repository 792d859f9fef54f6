"""Transforms of this project: every public function is one, by its name."""


def ico(value: str) -> str:
    """A Czech company number with its leading zeros: ``2795281`` becomes ``02795281``."""
    digits = "".join(letter for letter in value if letter.isdigit())
    if not 0 < len(digits) <= 8:
        raise ValueError("a company number has at most eight digits")
    return digits.zfill(8)
