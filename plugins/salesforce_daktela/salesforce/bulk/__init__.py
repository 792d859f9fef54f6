"""Bulk API 2.0: jobs and their result pages."""
