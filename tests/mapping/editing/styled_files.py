"""Mapping files as their authors write them: the same tree in every style that YAML has for it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.attacks.sync_folders import MapNode

PLAIN = re.compile(r"[A-Za-z$][\w$.%/()-]*(?: [\w$.%/()-]+)*")
WORDS = frozenset(("true", "false", "null"))


@dataclass(slots=True)
class Style:
    """How one author writes; ``text`` returns a tree as a file."""

    random: Random
    width: int = 2
    remarks: int = 0
    ends: str = "\n"
    chance_of_remark: float = 0.2
    _lines: list[str] = field(default_factory=list)

    def text(self, tree: MapNode) -> str:
        """One file, byte order mark and all."""
        random = self.random
        self.width = random.choice((2, 2, 3, 4))
        self.chance_of_remark = random.choice((0.0, 0.15, 0.4))
        self.ends = random.choice(("\n", "\n", "\r\n"))
        lines = [self.flow(tree)] if random.random() < 0.05 else self.block_map(tree, 0)
        head = ["---"] if random.random() < 0.1 else []
        tail = ["..."] if random.random() < 0.1 else self.remark("") if random.random() < 0.3 else []
        text = self.ends.join([*self.remark(""), *head, *lines, *tail])
        bom = "\ufeff" if random.random() < 0.15 else ""
        return bom + text + (self.ends if random.random() < 0.85 else "")

    def block_map(self, node: MapNode, indent: int) -> list[str]:
        """Keys below each other."""
        lines: list[str] = []
        for key, value in node.pairs:
            lines += self.remark(" " * indent)
            name = self.scalar(key)
            if self.random.random() < 0.03 and not isinstance(value, MapNode | list):
                lines += [f"{' ' * indent}? {name}", f"{' ' * indent}: {self.flow(value)}"]
            else:
                lines += self.below(f"{' ' * indent}{name}:", value, indent, in_map=True)
        return lines

    def block_list(self, node: Sequence[Any], indent: int) -> list[str]:
        """Items below each other."""
        lines: list[str] = []
        for value in node:
            lines += self.remark(" " * indent)
            if isinstance(value, MapNode) and value.pairs and self.random.random() < 0.4:
                inner = self.block_map(value, indent + 2)
                while inner[0].strip() == "" or inner[0].lstrip().startswith("#"):
                    lines.append(inner.pop(0).strip())
                lines += [f"{' ' * indent}- {inner[0].lstrip()}", *inner[1:]]
            else:
                lines += self.below(f"{' ' * indent}-", value, indent, in_map=False)
        return lines

    def below(self, start: str, value: Any, indent: int, *, in_map: bool) -> list[str]:
        """A key or a dash with its value, on its line or under it."""
        roll = self.random.random()
        if isinstance(value, MapNode) and value.pairs and roll < (0.9 if indent == 0 else 0.35):
            return [start + self.end_remark(), *self.block_map(value, indent + self.width)]
        if isinstance(value, list) and value and roll < 0.3:
            deeper = indent if in_map and self.random.random() < 0.3 else indent + self.width
            return [start + self.end_remark(), *self.block_list(value, deeper)]
        if isinstance(value, MapNode | list) and roll > 0.85:
            return [f"{start} {self.spread(value, indent + self.width)}{self.end_remark()}"]
        if isinstance(value, str) and value.startswith('"') and roll < 0.08:
            return self.text_block(start, json.loads(value), indent + self.width)
        if value == "null" and roll < 0.5:
            return [start + self.end_remark()]
        return [f"{start}{' ' * self.random.choice((1, 1, 1, 3))}{self.flow(value)}{self.end_remark()}"]

    def text_block(self, start: str, text: str, indent: int) -> list[str]:
        """A text in lines of its own, if it is one that can be written so."""
        if not text.isprintable() or not text.strip() or text != text.strip():
            return [f"{start} {json.dumps(text)}"]
        kept = self.random.random() < 0.2
        return [f"{start} {'|+' if kept else '|-'}{self.end_remark()}", " " * indent + text, *([""] if kept else [])]

    def flow(self, node: Any) -> str:
        """On one line."""
        blank = " " if self.random.random() < 0.1 else ""
        if isinstance(node, MapNode):
            inner = ", ".join(f"{self.scalar(key)}: {self.flow(value)}" for key, value in node.pairs)
            return f"{{{blank}{inner}{',' if inner and self.random.random() < 0.05 else ''}{blank}}}"
        if isinstance(node, list):
            return f"[{blank}{', '.join(self.flow(value) for value in node)}{blank}]"
        return self.scalar(node)

    def spread(self, node: Any, indent: int) -> str:
        """In brackets over several lines, with remarks between."""
        pad, (opened, closed) = " " * indent, ("{}" if isinstance(node, MapNode) else "[]")
        pairs = node.pairs if isinstance(node, MapNode) else [("", value) for value in node]
        entries = [(f"{self.scalar(key)}: " if key else "") + self.flow(value) for key, value in pairs]
        last = "," if entries and self.random.random() < 0.5 else ""
        lines = [opened + self.end_remark()]
        for n, entry in enumerate(entries):
            lines += [*self.remark(pad), f"{pad}{entry}{',' if n < len(entries) - 1 else last}{self.end_remark()}"]
        return self.ends.join([*lines, f"{pad}{closed}"])

    def scalar(self, spelled: str) -> str:
        """A word in one of the quotes that leave it what it is."""
        if not spelled.startswith('"'):
            return self.random.choice(("~", "null")) if spelled == "null" else spelled
        text, roll = str(json.loads(spelled)), self.random.random()
        if PLAIN.fullmatch(text) and text not in WORDS and roll < 0.7:
            return text
        if text.isprintable() and roll < 0.85:
            return "'" + text.replace("'", "''") + "'"
        return spelled

    def remark(self, pad: str) -> list[str]:
        """A line with a comment, a blank line, or none; no two comments are alike."""
        lines: list[str] = []
        if self.random.random() < self.chance_of_remark:
            self.remarks += 1
            lines.append(f"{pad}# remark {self.remarks}: with, signs {{")
        if self.random.random() < self.chance_of_remark / 2:
            lines.append("")
        return lines

    def end_remark(self) -> str:
        """A comment at a line's end, or none."""
        if self.random.random() >= self.chance_of_remark:
            return ""
        self.remarks += 1
        return f"  # at the end {self.remarks}"
