"""Prepares Arrow as the tasks of extract do, without numpy. A side imports this before anything that imports Arrow."""

from __future__ import annotations

from salesforce_daktela.arrow_alone import import_arrow

import_arrow(numpy=False)
