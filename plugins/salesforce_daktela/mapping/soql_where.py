"""Whether a ``where`` is one SOQL condition and nothing more. Pure."""

from __future__ import annotations

import re

STRING = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)
CLAUSES = re.compile(
    r"\b(order\s+by|group\s+by|having|limit|offset|for\s+(?:view|update|reference)|with\s+\w+|all\s+rows)\b",
    re.IGNORECASE,
)
LONGEST = 4_000


def where_problem(where: str) -> tuple[str, str] | None:
    """Return what is wrong and what to do, None for a plausible condition. Salesforce judges the rest."""
    bare = STRING.sub("''", where)
    if not where.strip():
        return "is empty", "remove the line to take every record"
    if len(where) > LONGEST:
        return f"is longer than {LONGEST} characters", "shorten it"
    if "'" in bare.replace("''", ""):
        return "has an open quote", "close it; a quote inside a text is written \\'"
    if '"' in bare:
        return "has double quotes", "SOQL puts texts in single quotes"
    if not _balanced(bare):
        return "has unbalanced parentheses", "close every parenthesis that is opened"
    if re.match(r"\s*where\b", bare, re.IGNORECASE):
        return "begins with WHERE", "write the condition only"
    if ";" in bare or "--" in bare or "/*" in bare:
        return "holds more than a condition", "write the condition only"
    clause = CLAUSES.search(re.sub(r"\([^()]*\)", "()", bare))
    if clause is not None:
        return f"holds {clause.group().upper()}", "write the condition only: windows and paging are the pipeline's work"
    return None


def _balanced(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return False
    return depth == 0
