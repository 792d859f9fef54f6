"""What was read is kept for a while, and not for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from time import sleep

import pytest

from salesforce_daktela.errors import TransportError

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported


def test_a_value_is_read_once_while_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Again when somebody asks for it, when it is old, and when what it is about changed."""
    from salesforce_daktela.ui import kept

    numbers = count()
    values = kept.Kept[int](2)

    def read() -> int:
        return next(numbers)

    first = values.get(("org", "Account"), read)
    assert values.get(("org", "Account"), read) == first
    assert values.get(("org", "Account"), read, fresh=True).value == 1
    assert values.get(("another org", "Account"), read).value == 2
    values.forget("org")
    assert (values.get(("another org", "Account"), read).value, values.get(("org", "Account"), read).value) == (2, 3)
    monkeypatch.setattr(kept, "KEPT", -1.0)
    assert [values.get(("old", "Lead"), read).value for _ in range(2)] == [4, 5]


def test_only_so_many_are_kept_those_asked_for_last() -> None:
    """The memory of a worker is bounded."""
    from salesforce_daktela.ui.kept import Kept

    numbers = count()
    values = Kept[int](2)
    for key in ("a", "b", "a", "c"):
        values.get((key,), lambda: next(numbers))
    assert [values.get((key,), lambda: next(numbers)).value for key in ("a", "c", "b")] == [0, 2, 3]


@pytest.mark.parametrize("fresh", [False, True])
def test_what_many_want_at_once_is_read_once(fresh: bool) -> None:
    """Ten people who open one page wait for one reading."""
    from salesforce_daktela.ui.kept import Kept

    numbers, values, together = count(), Kept[int](2), Barrier(10)

    def read() -> int:
        sleep(0.1)
        return next(numbers)

    def ask(_: int) -> int:
        together.wait()
        return values.get(("a",), read, fresh=fresh).value

    with ThreadPoolExecutor(10) as people:
        assert set(people.map(ask, range(10))) == {0}


def test_who_would_wait_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread of the API server is Airflow's."""
    from salesforce_daktela.ui import kept

    monkeypatch.setattr(kept, "TURN", 0.01)
    values = kept.Kept[int](2)
    with pytest.raises(TransportError, match="still waiting"), ThreadPoolExecutor(1) as another:
        values.get(("a",), lambda: another.submit(values.get, ("a",), lambda: 2).result().value)
    assert values.get(("a",), lambda: 1).value == 1


def test_what_fails_is_not_kept() -> None:
    """The next request asks again."""
    from salesforce_daktela.ui.kept import Kept

    values = Kept[int](2)
    with pytest.raises(ZeroDivisionError):
        values.get(("a",), lambda: 1 // 0)
    assert values.get(("a",), lambda: 1).value == 1


def test_a_connection_that_is_changed_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read through it before is not shown; its secrets are not in the mark."""
    from salesforce_daktela.ui.outside import mark_of

    monkeypatch.setenv("AIRFLOW_CONN_ORG", "salesforce://anna:first-secret@acme.my.salesforce.com")
    before = mark_of("org")
    assert "secret" not in before
    assert mark_of("org") == before
    monkeypatch.setenv("AIRFLOW_CONN_ORG", "salesforce://anna:second-secret@acme.my.salesforce.com")
    assert mark_of("org") != before
