"""What careless, confused and hostile hands do to the YAML of a sync: one change of one tree."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.attacks.sync_folders import MapNode

SCALARS = (
    "", "null", "~", "true", "no", "Yes", "off", "0", "-1", "007", "0x1F", "0o17", "1_000", "1e400", "1e-400", ".nan",
    ".inf", "-.inf", "1.5", "99999999999999999999999999", "2026-02-30", "2026-11-25", "2026-11-25T10:00:00+01:00",
    "2026-11-25 10:00:61", "'open", '"open', '"\\x00"', '"\\u0000"', '"\\ud800"', '"\\U0001F600"', '"\\e[31m"',
    '"line\\nbreak"', '"\\u2028\\u2029\\u0085"', "'\u202e\u0645'", "\u0130stanbul", "'" + "x" * 300 + "'",
    "a: b", "- a",
    "*alias", "&anchor a", "&a [*a]", "!!python/object/apply:os.system [true]", "!!binary aGk=", "!!set {a, b}",
    "!tag x", "!!int '1'", "!!str 1", "<<", "{}", "[]", "[[[[]]]]", "{a: {b: {c: {d: e}}}}", "[1, 2.5, null, true]",
    "{? [a, b] : c}", "{1: 2, 1.5: 3, null: 4, true: 5}", "|\n    block", ">-\n    folded", "%", "@at", "`tick`", "\t",
    "'{Id}'", "'{}'", "'{'", "'}'", "'{{Id}}'", "'{Id}{Id}'", "'{A.B.C.D.E.F.G.H}'", "'{Id:>10}'", "'{0.__class__}'",
    "'{Id!r}'", "'%s'", "'{a b}'", "'$Link'", "'$$Link'", "'{$Link}'", "Id; DROP", "'x'' OR Id != '''", "../../etc",
    "/etc/passwd", "..", ".", "con", "a/b", "a\\b", "C:\\x", "'a\\0b'", "*/0 * * * *", "'* * 31 2 *'", "'@daily'",
    "'* * * * * *'", "'0-59/0 * * * *'", "Europe/Praha", "../../../etc/localtime", "posixrules", "101%", "-1%", "nan%",
    "inf%", "1e999%", "%", "1w", "99d", "-5m", "0s", "never", "users", "sync", "accounts", "contacts", "customFields.",
    "customFields.a.b", "customFields.\u017elu\u0165", "name", "database", "__proto__", "__class__",
    "where 1=1", "'Id != null LIMIT 1'", "'((('", "'--'", "\"Name = 'a\\\\'\"",
)  # fmt: skip
PATTERNS = (
    "(a+)+$", "(a|a)*b", "(.*)*x", "(?P<n>a)(?P<n>b)", "(", "[", "a{1000000000}", "(?<=a*)b", "\\\\1", "(?i", "x{2,1}",
    "(?:a?){64}a{64}", "(?#", "\\\\", "a**", "(?P=b)", "[z-a]", "(((((((((((((((((((((((((((((((((((((a)))))))))",
)  # fmt: skip
KEYS = (
    "from", "value", "lookup", "transforms", "values", "default", "on_missing", "on_error", "when_empty",
    "fields", "key",
    "where", "match", "mark", "mappings", "limits", "approve", "schedule", "name", "? [a]", "1", "1.5", "null", "true",
    "2026-11-25", ".nan", "<<", "'line\\nbreak'", '"\\e[0m"', "''", '"\\u0000"', "customFields.x",
    "customFields.", "Title",
    "title ", "\u017elu\u0165", "reject_abov", "*alias", "&a b", "!!null ''", "0x10", "-", "{a: b}",
    "'" + "k" * 2000 + "'",
)  # fmt: skip
TRANSFORMS = (
    "trim", "{trim: 1}", "{truncate: 0}", "{truncate: -1}", "{truncate: x}", "{truncate: 1e9}", "{truncate: .nan}",
    "{regex: {pattern: a, replace: '\\9'}}", "{regex: {}}", "{regex: [a]}", "{regex: {pattern: null}}", "{date: 5}",
    "{date: '%'}", "{date: '%Q %%'}", "{date: {zone: Mars/Base}}", "{date: {zone: null}}", "{date: '%d%d'}",
    "{datetime: {output: '%'}}", "{datetime: {format: '%Y', output: '%-'}}", "{number: {decimals: 10000000}}",
    "{number: true}", "{boolean: {true: 1}}", "{boolean: {yes: a, no: b}}", "{phone: {region: cz}}",
    "{phone: {region: ''}}", "{split: ''}", "{join: null}", "{values: {}}", "{values: {a: [b]}}", "{values: {[a]: b}}",
    "{values: {.nan: 1, 2026-01-01: x, null: y}}", "{default: [a]}", "{default: null}", "{shout: 5}", "{shout: 1e3}",
    "{shout: {times: x}}", "shout", "[trim]", "{trim: , lower: }", "null", "1", "{? {a: b} : c}", "{prefix: {text: 1}}",
    "__import__", "{strip_prefix: '\\ud83d'}",
)  # fmt: skip


def _places(node: Any) -> list[tuple[Any, int]]:
    """Every container with the position of each of its members."""
    if isinstance(node, MapNode):
        inner = [place for _, value in node.pairs for place in _places(value)]
        return [(node, index) for index in range(len(node.pairs))] + inner
    if isinstance(node, list):
        return [(node, index) for index in range(len(node))] + [place for value in node for place in _places(value)]
    return []


def _put(place: tuple[Any, int], value: Any) -> None:
    container, index = place
    if isinstance(container, MapNode):
        container.pairs[index] = (container.pairs[index][0], value)
    else:
        container[index] = value


def _replace(random: Random, tree: MapNode) -> None:
    if places := _places(tree):
        _put(random.choice(places), random.choice(SCALARS))


def _rename(random: Random, tree: MapNode) -> None:
    maps = [place for place in _places(tree) if isinstance(place[0], MapNode)]
    if maps:
        container, index = random.choice(maps)
        container.pairs[index] = (random.choice(KEYS), container.pairs[index][1])


def _remove(random: Random, tree: MapNode) -> None:
    if places := _places(tree):
        container, index = random.choice(places)
        del (container.pairs if isinstance(container, MapNode) else container)[index]


def _repeat(random: Random, tree: MapNode) -> None:
    if places := _places(tree):
        container, index = random.choice(places)
        members = container.pairs if isinstance(container, MapNode) else container
        members.insert(random.randrange(len(members) + 1), members[index])


def _add(random: Random, tree: MapNode) -> None:
    maps = [container for container, _ in _places(tree) if isinstance(container, MapNode)]
    if maps:
        random.choice(maps).pairs.append((random.choice(KEYS), random.choice(SCALARS)))


def _nest(random: Random, tree: MapNode) -> None:
    if places := _places(tree):
        deep, kind = random.choice((1, 3, 19, 21, 200, 3000)), random.choice(("[]", "{}"))
        text = "[" * deep + "]" * deep if kind == "[]" else "{a: " * deep + "1" + "}" * deep
        _put(random.choice(places), text)


def _pattern(random: Random, tree: MapNode) -> None:
    if places := _places(tree):
        pattern = json.dumps(random.choice(PATTERNS))
        _put(random.choice(places), f"{{from: LastName, transforms: [{{regex: {pattern}}}]}}")


def _transform(random: Random, tree: MapNode) -> None:
    if places := _places(tree):
        calls = ", ".join(random.choice(TRANSFORMS) for _ in range(random.choice((1, 1, 2, 30))))
        _put(random.choice(places), f"{{from: LastName, transforms: [{calls}]}}")


def _table(random: Random, tree: MapNode) -> None:
    """A table of values whose keys and values are whatever YAML makes of them."""
    if places := _places(tree):
        words = (*SCALARS, *KEYS, "1.10", "1.1", "+420", "~", "null", "a")
        table = ", ".join(f"{random.choice(words)}: {random.choice(words)}" for _ in range(random.choice((1, 2, 3))))
        rule = random.choice(("{from: LastName, values: {%s}}", "{from: LastName, transforms: [{values: {%s}}]}"))
        _put(random.choice(places), rule % table)


def _swell(random: Random, tree: MapNode) -> None:
    """Far more of something than anybody needs: members, letters, digits."""
    if places := _places(tree):
        size = random.choice((100, 3000, 60_000))
        text = random.choice(
            (f"'{'y' * size}'", "9" * size, "[" + "a," * min(size, 20_000) + "]", "'{Id}" * size + "'")
        )
        _put(random.choice(places), text)


def _bomb(random: Random, tree: MapNode) -> None:
    """The billion laughs: each line ten times the one before."""
    lines = [("a0", '&a0 ["lol"]')]
    lines += [(f"a{n}", f"&a{n} [{', '.join([f'*a{n - 1}'] * 10)}]") for n in range(1, random.choice((3, 10, 30)))]
    tree.pairs[:0] = lines


TREE_CHANGES: tuple[Callable[[Random, MapNode], None], ...] = (
    _replace, _replace, _replace, _replace, _rename, _rename, _remove, _repeat, _add, _nest, _pattern, _transform,
    _transform, _table, _swell, _bomb,
)  # fmt: skip
