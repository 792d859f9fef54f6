"""Parts as Parquet files, on any file system that fsspec supports."""

from salesforce_daktela.arrow_memory import choose_allocator

choose_allocator()
