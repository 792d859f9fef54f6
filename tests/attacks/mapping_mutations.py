"""Sync folders as they come out of careless, confused and hostile hands: valid ones, changed in one to four places."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
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
PYTHON = (
    b"def broken(:\n", b"raise SystemExit(3)\n", b"import nothing_of_this_name\n",
    b"1/0\n", b"raise RuntimeError('a\\nb\\x1b[31m')\n", b"def trim(value: str) -> str:\n    return value\n",
    b"def f(value):\n    return value\n", b"def f(value: Nope) -> str:\n    return value\n",
    b"def f(a: str, b: str) -> str:\n    return a\n", b"def f(value: str, *, o: list) -> str:\n    return value\n",
    b"def f(*values: str) -> str:\n    return ''\n", b"\xff\xfe not utf-8\n", b"\x00\n", b"",
    b"def f(value: 'str | ') -> str:\n    return value\n", b"def f(value: '1/0') -> str:\n    return value\n",
    b"def f(value: str, *, o: 'int' = 'x') -> str:\n    return value\n", b"x = [0] * 3\nf = lambda value: value\n",
    b"class E(Exception):\n    def __str__(self):\n        raise ValueError\nraise E\n",

       b"def f(value: str) -> str:\n    raise OSError(value)\n\n\ndef g(value: str) -> object:\n    return object()\n",
    b"import sys\nsys.setrecursionlimit(10**6) if False else None\ndef r():\n    r()\nr()\n",
    b"async def f(value: str) -> str:\n    return value\n", b"def f(value: str, /, *, o: int | None = None) -> str:\n"
    b"    return value\n", b"\tdef f():\n  pass\n", b"globals()['f\\n'] = 1\n", b"f" * 3000 + b" = 1\n",
    b"import types\nname = 'a\\nb: c'\nf = types.FunctionType((lambda value: value).__code__, globals(), name)\n",
    b"from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n",
    b"exec('def g(value: str) -> str:\\n    return value')\n",
)  # fmt: skip
NAMES = (
    "demo",
    "Demo",
    "a b",
    "..data",
    "x" * 60,
    "\u017elu\u0165",
    "demo.yaml",
    "-rf",
    "a:b",
    "demo\n",
    "~",
    "sync",
    "%2e%2e",
)
FILES = (
    "extra.yaml", "UPPER.yaml", "..yaml", ".hidden.yaml", "a b.yaml", "\u017e.yaml", "users.yaml", "old.yml", "x.YAML",
    "accounts.yml", "line\nbreak.yaml", "\x1b[31m.yaml", "x" * 200 + ".yaml", "sync.yml", "con.yaml", "-.yaml",
)  # fmt: skip
BYTES = (
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00", b"\x1b[2J", b"\x07", b"\r", b"\r\n", b"\t", b"\xc2\x85",
    b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc3", b"---\n", b"...\n", b"%YAML 1.1\n", b"%TAG ! x\n",
    b"'", b'"', b"{", b"}", b"[", b"]", b":", b"- ", b"#", b"&a ", b"*a ", b"!x ", b"|\n", b">\n", b"? ", b"\n\n", b" ",
    "\u00a0".encode(), b"<<: *a\n", b"@", b"`", b"%", b"  ", b",", b"=",
)  # fmt: skip


def sync_folder(random: Random) -> SyncFolder:
    """One folder, changed in one to four places."""
    made = SyncFolder(transforms={"own.py": TRANSFORM.encode()})
    trees = _shipped() if random.random() < 0.1 else _rich()
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        tree = random.choice(list(trees.values()))
        random.choice(TREE_CHANGES)(random, tree) if random.random() < 0.75 else None
    made.files = {f"{name}.yaml": emit(tree).encode("utf-8", "surrogatepass") for name, tree in trees.items()}
    if random.random() < 0.35:
        random.choice(FOLDER_CHANGES)(random, made)
    return made


def _shipped() -> dict[str, MapNode]:
    return {path.stem: _tree(path.read_text("utf-8")) for path in sorted(SHIPPED.glob("*.yaml"))}


def _rich() -> dict[str, MapNode]:
    shipped = _shipped()
    return {"sync": _tree(RICH_SYNC), "rich": _tree(RICH), "accounts": shipped["accounts"]}


def _tree(text: str) -> MapNode:
    found: MapNode = _node(YAML(typ="safe", pure=True).load(text))
    return found


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
    _transform, _swell, _bomb,
)  # fmt: skip


def _spoil_bytes(random: Random, made: SyncFolder) -> None:
    name = random.choice(list(made.files))
    content = bytearray(made.files[name])
    for _ in range(random.choice((1, 1, 2, 8))):
        start = random.randrange(len(content) + 1)
        action = random.randrange(5)
        if action == 0:
            content[start:start] = random.choice(BYTES)
        elif action == 1:
            del content[start : start + random.choice((1, 5, 200))]
        elif action == 2 and start < len(content):
            content[start] = random.randrange(256)
        elif action == 3:
            content[start:start] = content[: random.choice((10, 100, 1000))]
        else:
            content = bytearray(bytes(content).replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b"\n\t"))))
    made.files[name] = bytes(content)


def _replace_file(random: Random, made: SyncFolder) -> None:
    name = random.choice(list(made.files))
    content = made.files[name]
    made.files[name] = random.choice(
        (
            b"", b"\n", b"#", b"---\n", b"\xef\xbb\xbf", b"null", b"[]", b"- a\n- b\n", b"a", b"{}", b"\x00" * 100,
            content.decode("utf-8", "replace").encode("utf-16"), b"\xef\xbb\xbf" + content,
            content + b"---\n" + content,
            b"#" * 300_000, content + b"#" * 250_000, b"a: " * 50_000, b"[" * 100_000, b"{a: [" * 5_000, b"- " * 5_000,
            b"a: b\n" * 20_000, b"? " * 2_000, b"'" * 9_999, random.randbytes(2_000), b"'" + b"a\n" * 20_000,
            b"\n" * 100_000 + content, b"&a " * 1000, b"!!a " * 1000, content.replace(b":", b" :"),
        )
    )  # fmt: skip


def _rename_folder(random: Random, made: SyncFolder) -> None:
    made.name = random.choice(NAMES)


def _add_file(random: Random, made: SyncFolder) -> None:
    made.files[random.choice(FILES)] = random.choice(list(made.files.values()))


def _drop_file(random: Random, made: SyncFolder) -> None:
    del made.files[random.choice(list(made.files))]


def _folder_as_file(random: Random, made: SyncFolder) -> None:
    made.folders.append(random.choice((*made.files, "x.yaml", "sync.yaml")))


def _link(random: Random, made: SyncFolder) -> None:
    targets = (
        "/etc/passwd",
        "/dev/zero",
        "/dev/null",
        "../..",
        ".",
        "nowhere",
        "sync.yaml",
        "../../../x",
        "/proc/self/mem",
    )
    made.links[random.choice((*made.files, "linked.yaml"))] = random.choice(targets)


def _loop(random: Random, made: SyncFolder) -> None:
    name = random.choice(list(made.files))
    made.links[name] = name


def _own_transform(random: Random, made: SyncFolder) -> None:
    name = random.choice(("own.py", "more.py", "json.py", "a b.py", "\u017e.py", "1.py", "line\nbreak.py"))
    made.transforms[name] = random.choice(PYTHON)


FOLDER_CHANGES: tuple[Callable[[Random, SyncFolder], None], ...] = (
    _spoil_bytes, _spoil_bytes, _spoil_bytes, _replace_file, _replace_file, _rename_folder, _add_file, _drop_file,
    _folder_as_file, _link, _loop, _own_transform, _own_transform,
)  # fmt: skip
