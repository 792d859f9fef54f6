"""Checks of a ``where`` without asking Salesforce: that it is one condition, and whether its result is stable."""

from __future__ import annotations

import re
from collections.abc import Mapping

STRING = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)
CLAUSES = re.compile(
    r"\b(order\s+by|group\s+by|having|limit|offset|for\s+(?:view|update|reference)|with\s+\w+|all\s+rows)\b",
    re.IGNORECASE,
)
LONGEST = 4_000
NAME = re.compile(r"[a-z_]\w*(?:\.[a-z_]\w*)*", re.IGNORECASE)
RELATIVE = re.compile(r"yesterday|today|tomorrow|(?:last|this|next)_\w+|n_\w+_ago", re.IGNORECASE)


def where_problem(where: str) -> tuple[str, str] | None:
    """Return what is wrong and what to do, None for a plausible condition. Salesforce judges the rest."""
    bare = STRING.sub("''", where)
    if not where.strip():
        return "is empty", "remove the line to take every record"
    if len(where) > LONGEST:
        return f"is longer than {LONGEST} characters", "shorten it"
    if "'" in bare.replace("''", ""):
        return "has a quote that is not closed", "close it, and write \\' for a quote inside a text"
    if '"' in bare:
        return "has double quotes", "put texts in single quotes"
    if not _balanced(bare):
        return "has unbalanced parentheses", "close every parenthesis that is opened"
    if re.match(r"\s*where\b", bare, re.IGNORECASE):
        return "begins with WHERE", "write only the condition"
    if ";" in bare or "--" in bare or "/*" in bare:
        return "contains more than a condition", "write only the condition"
    clause = CLAUSES.search(re.sub(r"\([^()]*\)", "()", bare))
    if clause is not None:
        return (
            f"contains {clause.group().upper()}",
            "write only the condition: the pipeline adds windows and paging itself",
        )
    return None


def _balanced(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return False
    return depth == 0


def changes_without_stamp(where: str, sobject: str, own: Mapping[str, bool]) -> bool:
    """Whether the result of a condition can change for a record that gets no new change stamp.

    It can through fields of parents, formulas, roll-ups, relative dates and subqueries. ``own`` says of each field of
    ``sobject``, in lower case, whether it is calculated.
    """
    for name in NAME.findall(STRING.sub("''", where)):
        path = name.lower().removeprefix(f"{sobject.lower()}.")
        if "." in path or path == "select" or own.get(path, RELATIVE.fullmatch(path) is not None):
            return True
    return False
