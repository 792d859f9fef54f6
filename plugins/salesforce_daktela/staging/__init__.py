"""Parquet parts on any file system that fsspec reaches."""
