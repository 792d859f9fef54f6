"""Airflow runs this file at the start of each program. One that forks imports once what all its forks need."""

import gc
import sys
from importlib.util import find_spec

__all__: list[str] = []

# A program makes a million objects while it starts, nearly all to stay. Looking for garbage among them after each 700
# takes about a tenth of the start.
gc.set_threshold(50_000)

# An error here keeps every program of Airflow from starting, also where the package is removed and this file forgotten.
if find_spec("salesforce_daktela"):
    from salesforce_daktela.airflow.preload import FORKING, preload

    for program in sys.argv[1:3]:
        preload(FORKING.get(program, ()))
