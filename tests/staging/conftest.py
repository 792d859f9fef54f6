"""S3 for the tests of staging."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.s3_storage import Bucket, S3Server, new_bucket, running_s3


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """One server for all tests."""
    with running_s3() as server:
        yield server


@pytest.fixture
def bucket(s3: S3Server) -> Bucket:
    """An empty bucket."""
    return new_bucket(s3)
