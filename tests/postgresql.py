"""A PostgreSQL of its own for the tests that need a real one."""

from demo.postgresql import PASSWORD, PostgreSQL, binaries, running_postgresql

__all__ = ["PASSWORD", "PostgreSQL", "binaries", "running_postgresql"]
