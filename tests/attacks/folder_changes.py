"""What careless, confused and hostile hands do to the files of a sync: one change of one folder."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.attacks.sync_folders import SyncFolder

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
