"""Replies as proxies, other versions, half a network and bad days make them out of honest ones."""

from __future__ import annotations

import copy
import gzip
import json
from random import Random
from typing import Any

from tests.attacks.answering import Reply

PERSONAL = "Ørsted Příkladný <jan.prikladny@personal.example>"
"""Stands for every value of a customer; it must not come out in any message."""

STATUSES = (
    200, 200, 200, 201, 202, 203, 204, 206, 207, 226, 299, 300, 301, 302, 303, 304, 307, 308, 400, 400, 401, 402, 403,
    404, 404, 405, 406, 408, 409, 410, 413, 414, 415, 418, 420, 422, 422, 425, 429, 431, 451, 499, 500, 500, 501, 502,
    503, 504, 507, 520, 599, 600, 999,
)  # fmt: skip
LEAVES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.5, 10**30, float("nan"), float("inf"), "", " ", "0", "1", "null", "true", [], {},
    [None], [[]], [{}], {"": None}, {"name": None}, {"name": PERSONAL}, PERSONAL, [PERSONAL], {PERSONAL: PERSONAL},
    {"data": []}, {"data": None}, {"data": {}}, {"error": PERSONAL}, "\ud83d", "\x00", "x" * 70_000,
    [[[[[[[[[[]]]]]]]]]],
    ["a", 1, None, {"a": []}], {"message": PERSONAL, "code": 7}, {"primary": [PERSONAL], "form": {"title": PERSONAL}},
)  # fmt: skip
ERRORS: tuple[Any, ...] = (
    PERSONAL, [PERSONAL], {"primary": [PERSONAL], "form": {"title": PERSONAL}}, {"form": {PERSONAL: [PERSONAL]}},
    {"form": {"customFields": {"email": [PERSONAL]}}}, {"form": {"customFields.email": {PERSONAL: PERSONAL}}},
    {"message": PERSONAL, "code": 1}, {"a": {"b": {"c": True}}}, {"name": "taken"}, [["x"], [None]], 1, True,
    {"form": {"name": [PERSONAL]}}, {"form": {"user": "?"}}, [{"propertyPath": "title", "message": PERSONAL}],
)  # fmt: skip
BODIES = (
    b"", b" ", b"null", b"[]", b"{}", b"true", b"0", b'""', b"<html><body>Bad Gateway</body></html>", b"OK",
    b"{", b'{"a":',
    b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"[" * 20_000, b'{"a":' * 20_000, b"\x00" * 10, b'{"result": NaN}',
    b'{"result": 1e999}', b'{"error": [], "result": {}}', b'{"error": [], "result": true}', b'{"result": null}',
    b'{"result": {"data": []}}', b'{"error": [], "error": ["no"], "result": {"name": "a", "name": "b"}}',
    b"9" * 5_000, b'{"result": ' + b"9" * 5_000 + b"}", b"Infinity", b"\xc3\x28", b'"' + PERSONAL.encode() + b'"',
)  # fmt: skip
RAW = (
    b"", b"\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200\r\n", b"HTTP/1.1 abc Said\r\n\r\n",
    b"SSH-2.0-Open\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", b"HTTP/9.9 200 OK\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", b"HTTP/1.1 204 No\r\nContent-Length: 9\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 200 OK\nA\n\n{}",
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.0 200 OK\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate, gzip, br\r\n\r\n\x00\x00", b"<html>", b"\x00" * 100,
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {"Content-Type": "text/html"}, {"Content-Type": ""}, {"Content-Type": "application/json; charset=utf-16"},
    {"Content-Type": "application/json; charset=nonsense"}, {"Content-Encoding": "identity"},
    {"Retry-After": "0"}, {"Retry-After": "-5"}, {"Retry-After": "nan"}, {"Retry-After": "1e400"},
    {"Retry-After": "soon"}, {"Retry-After": "Wed, 99 Foo 2026 25:00:00 GMT"}, {"Retry-After": "²"},
    {"Retry-After": "Thu, 01 Jan 1970 00:00:00 -9999"}, {"Retry-After": "9" * 400},
    {"Location": "https://evil.example/"},
    {"Location": "/api/v6/contacts.json"}, {"Location": "//"}, {"Set-Cookie": "c_user=other; Path=/"},
    {"Date": "nonsense"},
    {"Date": "Sun, 00 Xyz 99999 00:00:00"}, {"Sforce-Limit-Info": "api-usage=x/y"},
    {"Sforce-Limit-Info": "api-usage=9/0"},
    {"Sforce-Limit-Info": "api-usage=" + "9" * 5_000 + "/1"}, {"Date": "Wed, 25 Nov 2026 10:00:00 +9999"},
    {"X": PERSONAL},
)  # fmt: skip


def spoiled(random: Random, honest: Reply, body: Any) -> Reply:
    """An honest reply with the JSON ``body``, changed in one to three ways."""
    reply = Reply(status=honest.status, body=honest.body, headers=dict(honest.headers))
    changed = copy.deepcopy(body)
    for _ in range(random.choice((1, 1, 2, 3))):
        action = random.randrange(10)
        if action == 0:
            reply.status = random.choice(STATUSES)
        elif action <= 3 or (action == 9 and not _rows(changed)):
            changed = mutated(random, changed)
            reply.body = dumped(random, changed)
        elif action == 9:
            del _rows(changed)[random.randrange(len(_rows(changed))) :]
            reply.body = dumped(random, changed)
        elif action == 4 and isinstance(changed, dict):
            changed[random.choice(("error", "errors", "violations", "error", "message"))] = random.choice(ERRORS)
            reply.body = dumped(random, changed)
        elif action == 5:
            reply.headers.update(random.choice(HEADERS))
        elif action == 6:
            reply.body = random.choice(BODIES)
        elif action == 7:
            reply.body = _damaged(random, reply)
        else:
            _broken(random, reply)
    return reply


def _rows(body: Any) -> list[Any]:
    """The rows of a listing of Daktela, none of any other body."""
    result = body.get("result") if isinstance(body, dict) else None
    data = result.get("data") if isinstance(result, dict) else None
    return data if isinstance(data, list) else []


def mutated(random: Random, value: Any) -> Any:
    """A JSON value with one of its nodes replaced, removed, wrapped, repeated, or renamed."""
    places = list(_places(value))
    if not places or random.random() < 0.05:
        return random.choice(LEAVES)
    container, key = random.choice(places)
    action = random.randrange(6)
    if action == 0:
        del container[key]
    elif action == 1:
        container[key] = [container[key]]
    elif action == 2 and isinstance(container, dict):
        renamed = random.choice(
            (str(key).upper(), str(key).title(), f"{key} ", "data", "name", "result", "error", PERSONAL)
        )
        container[renamed] = container.pop(key)
    elif action == 3 and isinstance(container, list):
        container.append(copy.deepcopy(container[key]))
    elif action == 4 and isinstance(container[key], str):
        text = container[key]
        container[key] = random.choice(
            (text.upper(), text.lower(), f" {text}", f"{text}x", text[:-1], text + "\u0301", [text])
        )
    else:
        container[key] = copy.deepcopy(random.choice(LEAVES))
    return value


def _places(value: Any) -> Any:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        yield value, key
        yield from _places(inner)


def dumped(random: Random, value: Any) -> bytes:
    """JSON as various servers write it."""
    text = json.dumps(value, ensure_ascii=random.random() < 0.5, indent=random.choice((None, None, 2)))
    encoding = random.choice(("utf-8", "utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))
    return text.encode(encoding, "replace" if encoding == "latin-1" else "surrogatepass")


def _damaged(random: Random, reply: Reply) -> bytes:
    body = bytearray(reply.body)
    if not body:
        return b"?"
    start = random.randrange(len(body))
    action = random.randrange(4)
    if action == 0:
        return bytes(body[:start])
    if action == 1:
        body[start] = random.randrange(256)
        return bytes(body)
    if action == 2:
        reply.headers["Content-Encoding"] = "gzip"
        packed = gzip.compress(bytes(body))
        return packed if random.random() < 0.5 else packed[: len(packed) // 2]
    return bytes(body + body)


def _broken(random: Random, reply: Reply) -> None:
    if random.random() < 0.5:
        reply.raw = random.choice(RAW)
    else:
        reply.cut = random.randrange(len(reply.sent()) + 1)
