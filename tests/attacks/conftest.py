"""What attacks borrow from the rooms they attack."""

from tests.mapping.conftest import write_sync

__all__ = ["write_sync"]
