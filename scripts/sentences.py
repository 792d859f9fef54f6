"""Every sentence of an error or a problem as a template for the translators: `make catalogues` runs it.

A sentence reaches ``what``, ``where`` and ``advice`` by variables, tables and functions; so each text of the rooms
below counts that has two words, apart from documentation, log lines, queries and tables of codes. It is better to
translate one text too many than to show one in English. A place in a template is named after what fills it:
``f"there is no host {self.host}"`` is ``there is no host {host}``.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

PACKAGE = Path(__file__).parents[1] / "plugins" / "salesforce_daktela"
ROOMS = (
    "connection_failures.py",
    "mapping",
    "salesforce",
    "daktela",
    "ledger",
    "staging",
    "sync",
    "steps",
    "airflow",
    "ui/connect/reading.py",
    "ui/environment.py",
    "ui/errors.py",
    "ui/kept.py",
    "ui/map_data",
    "ui/origin.py",
    "ui/outside.py",
    "ui/save",
    "ui/settings/fields.py",
    "ui/syncs/reading.py",
    "ui/watching/ledger_reading.py",
    "ui/watching/record/reading.py",
    "ui/watching/schema/page.py",
)
"""Whose errors the pages show."""

APART = (
    "airflow/__init__.py",
    "airflow/channels.py",
    "airflow/dag_mark.py",
    "airflow/notifiers.py",
    "airflow/operators/approve.py",
    "airflow/operators/load.py",
    "airflow/operators/parts_operator.py",
    "airflow/page_links.py",
    "airflow/provider_info.py",
    "airflow/retry_policy.py",
    "airflow/sync_dags",
    "ledger/records/erasure.py",
    "ledger/store/database_errors.py",
    "ledger/store/overview.py",
    "mapping/editing/diffs.py",
    "mapping/language/json_schema.py",
    "mapping/testing",
    "steps/mapping_tests",
    "steps/plan/mapping_plan.py",
    "steps/reconcile/comparer.py",
    "steps/reconcile/expected_parents.py",
    "steps/reconcile/reconciler.py",
    "steps/record/receipt.py",
    "steps/settle/reject_list.py",
    "steps/setup/objects.py",
    "steps/setup/suggesting.py",
    "sync/codes.py",
    "sync/failures_page.py",
    "sync/lag.py",
    "sync/metrics.py",
    "sync/notices.py",
    "sync/progress.py",
    "sync/report_schema.py",
    "sync/run_report.py",
    "ui/map_data/meanings.py",
)
"""What is in them for terminals, logs and text editors, or in the catalogue of the pages."""

FORMATTED = ("sync/drift.py", "steps/preflight/rights.py")
"""Modules whose plain texts have places, too: they are filled by ``format``."""

BESIDE = {
    "connection refused",
    "the file:{line}",
    "let that user write to it",
    "mount the folder so that Airflow's API server may write to it",
    "{status} about {named}",
    "{tasks} and {more} others",
    "could not find expected ':'",
    "expected '<document start>', but found {found}",
    "expected ',' or ']', but got {found}",
    "expected ',' or '}}', but got {found}",
    "expected <block end>, but found {found}",
    "expected a comment or a line break, but found {found}",
    "expected alphabetic or numeric character, but found {found}",
    "expected the node content, but found {found}",
    "found character {found} that cannot start any token",
    "found undefined alias {found}",
    "found unexpected document separator",
    "found unexpected end of stream",
    "found unknown escape character {found}",
    "invalid indentation or unclosed '[' or '{{'",
    "mapping keys are not allowed here",
    "mapping values are not allowed here",
    "sequence entries are not allowed here",
    "invalid group reference {group} at position {position}",
    "redefinition of group name {name} as group {group}; was group {before} at position {position}",
    "stray {sign} in format {format}",
    "while scanning a simple key",
    "{directive} is a bad directive in format {format}",
}
"""What Python and the library that reads YAML say about files, as far as people meet it, and what is put together."""

PLACE = re.compile(r"\{\w+\}")
WORD = re.compile(r"[a-z][a-z-]+")
CODE = re.compile(r"SELECT |PRAGMA |BEGIN IMMEDIATE|SET LOCAL|ALTER TABLE|attachment; |Bearer | (?:[|<>]|!?=) \S+$")
WORDS = {" and ", " or ", "booleans", "custom", "dates", "datetimes", "keys", "nothing", "numbers", "standard"}
"""Words that stand at places marked ``!t`` in translations."""

NEEDLES = {
    "; {earlier} more before that",
    "What to do: {link}",
    "declined by {answer}",
    "reading {name}",
    "{entity} of {place}",
    "{name}:{lineno} in {name2}",
    "{name}, extracted",
    "{name}, part {number}",
    "{text} (run {run})",
    "async api not enabled",
    "does not support query",
    "expired authorization code",
    "expired password",
    "implementation restriction",
    "invalid assertion",
    "ip restricted",
    "login rate exceeded",
    "max bulk v2 query",
    "must be installed",
    "no client credentials user",
    "not supported by the bulk api",
    "not supported in bulk",
    "not supported on this domain",
}
"""What replies of Salesforce are searched for, and what stands in logs and messages alone."""

NO_SENTENCES = re.compile(r"(?:log|logger|logging|re|self\.log)\.\w+|_|text|getattr|[^f].*\.split|repr|.*\.startswith")


def templates() -> set[str]:
    """Return the templates of all rooms."""
    found = WORDS | BESIDE
    for file in _files():
        formatted = file.relative_to(PACKAGE).as_posix() in FORMATTED
        for node in _texts(ast.parse(file.read_text(encoding="utf-8"))):
            template = str(node.value) if formatted and isinstance(node, ast.Constant) else _template(node)
            template = template.strip("\n")
            if _is_sentence(template):
                found.add(template)
    return found


def _is_sentence(template: str) -> bool:
    """Whether it has a word and something beside it, and is no code."""
    pieces = [piece.strip("`'\".,:;?()") for piece in PLACE.sub("{}", template).split()]
    said = len(pieces) > 1 and any(WORD.fullmatch(piece) for piece in pieces)
    return said and template not in NEEDLES and not CODE.search(template)


def _files() -> Iterator[Path]:
    for file in sorted(PACKAGE.rglob("*.py")):
        inside = file.relative_to(PACKAGE).as_posix()
        if inside.startswith(ROOMS) and not inside.startswith(APART):
            yield file


def _texts(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Texts below a node, without documentation, types, and what is handed to logs and to the like."""
    if isinstance(node, ast.Call) and NO_SENTENCES.fullmatch(ast.unparse(node.func).replace("\n", " ")):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node
    for name, below in ast.iter_fields(node):
        if name in ("annotation", "returns") or (isinstance(node, ast.JoinedStr) and name != "values"):
            continue
        for child in below if isinstance(below, list) else [below]:
            if isinstance(child, ast.AST) and not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
                yield from _texts(child)


def _template(node: ast.Constant | ast.JoinedStr) -> str:
    """The text with a named place for each value."""
    if isinstance(node, ast.Constant):
        return _bare(str(node.value))
    pieces, names = [], []
    for piece in node.values:
        if isinstance(piece, ast.FormattedValue):
            name = _name(piece.value)
            names.append(name)
            again = names.count(name)
            pieces.append(f"{{{name}{again if again > 1 else ''}}}")
        elif isinstance(piece, ast.Constant):
            pieces.append(_bare(str(piece.value)))
    return "".join(pieces)


def _bare(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _name(value: ast.expr) -> str:
    """What a value is called: the last name in it that says something."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr="value" | "name", value=ast.Name(id=name)):
            return name.lower().strip("_")
        case ast.Attribute(attr=name):
            return name.lower().strip("_")
        case ast.Call(func=ast.Attribute(attr="join"), args=[inner, *_]):
            return _name(inner)
        case ast.Call(args=[inner, *_]) | ast.Subscript(value=inner) | ast.GeneratorExp(elt=inner):
            return _name(inner)
        case ast.Call(func=ast.Attribute(value=inner)) | ast.BinOp(left=inner) | ast.IfExp(test=inner):
            return _name(inner)
    return "value"


def main() -> None:
    """Write the catalogue of templates to the standard output."""
    catalogue = Catalog(project="airflow-salesforce-daktela", fuzzy=False)
    for template in sorted(templates()):
        catalogue.add(template)
    write_po(sys.stdout.buffer, catalogue, sort_output=True, width=120)


if __name__ == "__main__":
    main()
