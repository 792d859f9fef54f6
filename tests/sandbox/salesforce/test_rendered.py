"""Pages of a Bulk job on disk."""

from __future__ import annotations

from sandbox.salesforce.rendered import PIECE, RenderedPages


def test_a_page_is_found_as_it_was_kept() -> None:
    """Also among others, and longer than one piece."""
    pages = RenderedPages()
    bodies = {number: bytes([number]) * (PIECE + number) for number in range(3)}
    for number, body in bodies.items():
        pages.keep(number, body)
    assert {number: b"".join(pages.find(number) or ()) for number in bodies} == bodies
    assert pages.find("other") is None
    pages.close()


def test_a_page_under_way_outlives_its_job() -> None:
    """A job may be deleted while somebody still reads."""
    pages = RenderedPages()
    pages.keep("page", b"x" * 2 * PIECE)
    found = pages.find("page")
    assert found is not None
    first = next(found)
    pages.close()
    assert first + b"".join(found) == b"x" * 2 * PIECE
    assert pages.find("page") is None
