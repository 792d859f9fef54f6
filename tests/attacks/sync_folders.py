"""A sync folder as a tree that can be changed and spelled out again, broken spellings included."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = PROJECT / "include" / "mappings" / "default"

Map: TypeAlias = "list[tuple[str, Node]]"
Node: TypeAlias = "str | list[Node] | MapNode"
"""A scalar as it is spelled in the file, a list, or keys with values: repeated keys and broken spellings included."""

RICH = """\
salesforce: Contact
daktela: contacts
key: "sf_rich_{Id}"
where: "Email != null AND (Name LIKE 'A%' OR NumberOfEmployees > 5)"
match: [customFields.email]
fields:
  title: "{FirstName} {LastName}"
  firstname: [FirstName, MiddleName]
  lastname: {from: LastName, transforms: [trim, {truncate: 128}], default: "(no name)"}
  account: {lookup: accounts, from: AccountId, on_missing: park}
  user: {lookup: users, from: Owner.Email, on_missing: drop}
  description: {from: Description, transforms: [html_to_text, {regex: {pattern: "a(b+)c", replace: "\\\\1"}}]}
  customFields.email: {from: Email, transforms: [lower, email], on_error: drop}
  customFields.born: {from: Birthdate__c, transforms: [{date: {format: "%d.%m.%Y", zone: Europe/Prague}}]}
  customFields.industry: {from: Account.Industry, values: {Banking: bank, Energy: utility}, default: other}
  customFields.tags: {from: Tags__c, transforms: [{split: ";"}, unique, {join: "|"}]}
  customFields.source: {value: salesforce}
once: [user, customFields.source]
on_delete: mark
mark: {customFields.note: gone}
on_filter_exit: keep
max_removals: 50
on_gone: keep
reread: 1d
reject_above: 1%
"""
RICH_SYNC = """\
salesforce_conn_id: salesforce_default
daktela_conn_id: daktela_default
database: sales
schedule: "*/15 * * * *"
timezone: Europe/Prague
mappings: [accounts, rich]
limits: {requests_per_second: 10, workers: 4, reserve_api_calls: 20%, overlap: 10m, lag: 5s, part_rows: 1000}
approve: {first_load: true, changes_above: 10%, removals: false}
retain: 1d
"""
TRANSFORM = '''\
"""A project's own."""


def shout(value: str, *, times: int = 1) -> str:
    """Louder."""
    return value.upper() * times
'''


@dataclass(slots=True)
class MapNode:
    """Keys in order; ``keys`` may repeat."""

    pairs: list[tuple[str, Any]]


@dataclass(slots=True)
class SyncFolder:
    """What is written to disk: files by name, links by name with their targets, folders, and transforms."""

    name: str = "demo"
    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    transforms: dict[str, bytes] = field(default_factory=dict)

    def write(self, home: Path) -> tuple[Path, Path]:
        """Write it below ``home``; return the sync's folder and that of the transforms."""
        folder, transforms = home / "mappings" / self.name, home / "transforms"
        folder.mkdir(parents=True)
        transforms.mkdir()
        for name in self.folders:
            (folder / name).mkdir()
        for where, files in ((folder, self.files), (transforms, self.transforms)):
            for name, content in files.items():
                if not (where / name).exists():
                    (where / name).write_bytes(content)
        for name, target in self.links.items():
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(target)
        return folder, transforms


def shipped_trees() -> dict[str, MapNode]:
    """The files of the shipped sync, by name."""
    return {path.stem: _tree(path.read_text("utf-8")) for path in sorted(SHIPPED.glob("*.yaml"))}


def rich_trees() -> dict[str, MapNode]:
    """A sync that uses everything the mapping language has."""
    shipped = shipped_trees()
    return {"sync": _tree(RICH_SYNC), "rich": _tree(RICH), "accounts": shipped["accounts"]}


def _tree(text: str) -> MapNode:
    found: MapNode = _node(_read(text))
    return found


@cache
def _read(text: str) -> Any:
    """What a text says, read once: thousands of folders begin with the same few files."""
    return YAML(typ="safe", pure=True).load(text)


def _node(value: Any) -> Any:
    if isinstance(value, dict):
        return MapNode([(json.dumps(key, ensure_ascii=False), _node(inner)) for key, inner in value.items()])
    if isinstance(value, list):
        return [_node(inner) for inner in value]
    return json.dumps(value, ensure_ascii=False)


def emit(node: Any, depth: int = 0) -> str:
    """A tree as YAML: two levels of lines, flow style below."""
    if isinstance(node, MapNode) and depth < 2 and node.pairs:
        pad = "  " * depth
        lines = []
        for key, value in node.pairs:
            below = isinstance(value, MapNode) and depth < 1 and value.pairs
            lines.append(f"{pad}{key}:{chr(10) if below else ' '}{emit(value, depth + 1 if below else 9)}")
        return "\n".join(lines) + ("\n" if depth == 0 else "")
    if isinstance(node, MapNode):
        return "{" + ", ".join(f"{key}: {emit(value, 9)}" for key, value in node.pairs) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(emit(value, 9) for value in node) + "]"
    return str(node)
