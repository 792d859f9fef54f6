"""What holds for every response of the pages: headers, refusals, errors, and requests of other sites."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.conftest import HOST, Ask

JSON = {"language": "cs"}
PROBES = [
    ("/", {}),
    ("/", {"headers": {"Cookie": "a=b"}}),
    ("/nowhere", {}),
    ("/static/host.js", {}),
    ("/language", {"method": "POST", "json": JSON}),
]


@pytest.mark.parametrize(("path", "options"), PROBES)
def test_every_response_carries_the_headers(path: str, options: dict[str, object], ask: Ask) -> None:
    """Also refusals and static files: own scripts only, no frame of another site's."""
    headers = ask(path, **options).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_stay_in_no_store_of_the_browser(ask: Ask) -> None:
    """Static files may be kept, as long as the server confirms them."""
    assert ask("/").headers["Cache-Control"] == "no-store"
    assert ask("/static/host.js").headers["Cache-Control"] == "no-cache"


def test_a_frame_without_a_sign_in_offers_one(ask: Ask) -> None:
    """A page with the way back; a script gets JSON."""
    frame = ask("/", headers={"Cookie": "a=b"})
    assert frame.status_code == 401
    assert "You are signed out" in frame.text
    assert 'href="/api/v2/auth/login" data-sign-in' in frame.text
    script = ask("/", headers={"Cookie": "a=b", "Sec-Fetch-Dest": "empty"})
    assert script.json() == {"detail": "Not authenticated"}


def revoked(token: str) -> str:
    """Somebody has signed out with it in another browser."""
    from airflow.api_fastapi.app import get_auth_manager

    get_auth_manager().revoke_token(token)
    return token


def expired(token: str) -> str:  # noqa: ARG001 of the same person
    """It was made for a day, which is over."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    user = SimpleAuthManagerUser(username="a viewer", role="viewer")
    return get_auth_manager().generate_jwt(user, expiration_time_in_seconds=-3600)


def of_another_key(token: str) -> str:
    """The API server has been started with another secret since."""
    return token[:-8] + token[-8:].swapcase()


def of_nobody(token: str) -> str:  # noqa: ARG001 of the same person
    """Its form is that of another auth manager: ``sub`` is a number there, and no user has a name here."""
    from airflow.api_fastapi.app import get_auth_manager

    return get_auth_manager()._get_token_signer().generate({"sub": "1"})


@pytest.mark.parametrize("ended", [revoked, expired, of_another_key, of_nobody])
def test_a_sign_in_that_ended_is_no_missing_right(
    ended: Callable[[str], str], ask: Ask, token: Callable[[str | None], str]
) -> None:
    """Airflow answers some of them with 403. Pages offer the way back; on 401 scripts keep what was typed."""
    cookie = {"Cookie": f"_token={ended(token('viewer'))}"}
    for path in ("/", "/syncs/sales/map"):
        page = ask(path, headers={**cookie, "Accept-Language": "cs"})
        assert page.status_code == 401
        assert "Nejste přihlášeni" in page.text
        assert "data-sign-in" in page.text
        assert "právo" not in page.text
    script = ask("/syncs/sales/undo", method="POST", json={"version": 1}, headers={**cookie, "Sec-Fetch-Dest": "empty"})
    assert script.status_code == 401


def test_who_may_not_see_a_page_is_told_so(ask: Ask) -> None:
    """With the right that is missing."""
    page = ask("/", role=None)
    assert page.status_code == 403
    assert "the right to read DAGs" in page.text


@pytest.mark.parametrize(
    ("path", "role", "english", "czech"),
    [
        ("/syncs/sales/status", None, "the right to read the sync&#39;s DAG,", "o právo číst DAG synchronizace,"),
        ("/syncs/sales/map", "viewer", "the right to edit the sync&#39;s DAG,", "o právo upravovat DAG synchronizace,"),
        (
            "/syncs/sales/record",
            "viewer",
            "the right to edit the sync&#39;s DAG,",
            "o právo upravovat DAG synchronizace,",
        ),
        ("/syncs/sales/authorize", "user", "the right to edit connections,", "o právo upravovat připojení,"),
    ],
)
def test_the_right_that_is_missing_is_the_one_that_is_named(
    path: str, role: str | None, english: str, czech: str, ask: Ask
) -> None:
    """Whoever asks for it gets into the page with it. In both languages."""
    page = ask(path, role=role)
    assert page.status_code == 403
    assert english in page.text
    assert czech in ask(path, role=role, headers={"Accept-Language": "cs"}).text


def test_an_error_shows_nothing_of_its_text(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither on the page nor in the log, which names the place."""

    def fails(_: object) -> str:
        raise RuntimeError("password hunter2")

    monkeypatch.setattr("salesforce_daktela.ui.syncs.reading.str", fails, raising=False)
    with caplog.at_level(logging.ERROR):
        page = ask("/")
    assert page.status_code == 500
    assert "This page could not be made" in page.text
    assert "GET /salesforce-daktela/ failed: RuntimeError in test_guard.py" in caplog.text
    assert "hunter2" not in page.text + caplog.text


def test_a_body_that_does_not_fit_is_not_quoted(ask: Ask) -> None:
    """It may hold a secret that was typed into the wrong field."""
    reply = ask("/language", method="POST", json={"language": "hunter2"}, headers={"Sec-Fetch-Dest": "empty"})
    assert reply.status_code == 422
    assert "hunter2" not in reply.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"Origin": HOST, "Sec-Fetch-Site": "same-origin"}, 204),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:9999", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": ""}, 415),
    ],
)
def test_changes_are_asked_for_by_our_own_pages_only(headers: dict[str, str], status: int, ask: Ask) -> None:
    """The browser sends the user's cookie along whoever asks it to."""
    headers = {"Content-Type": "application/json", **headers}
    assert ask("/language", method="POST", content=b'{"language": "cs"}', headers=headers).status_code == status


def test_a_proxy_may_rewrite_the_host(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address in Airflow's settings is ours, too."""
    headers = {"Origin": "https://airflow.example"}
    assert ask("/language", method="POST", json=JSON, headers=headers).status_code == 403
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example/af")
    assert ask("/language", method="POST", json=JSON, headers=headers).status_code == 204


def test_what_cannot_be_read_is_said_on_the_page(ask: Ask, mappings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do, and the page stands."""
    missing = mappings / "missing"
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER", str(missing))
    page = ask("/")
    assert page.status_code == 200
    assert f"there is no folder {missing}" in page.text
