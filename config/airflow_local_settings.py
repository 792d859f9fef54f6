"""Airflow runs this file at the start of each program. Programs that fork tasks import the libraries once for them."""

import sys

from salesforce_daktela.airflow.preload import FORKING, preload

__all__: list[str] = []

if FORKING.intersection(sys.argv[1:3]):
    preload()
