"""Parquet parts on any file system that fsspec reaches."""

from salesforce_daktela.staging.memory import choose_allocator

choose_allocator()
