"""Airflow reads this file when one of its programs begins: those that fork their tasks load the libraries for them."""

import sys

from salesforce_daktela.airflow.preload import FORKING, preload

__all__: list[str] = []

if FORKING.intersection(sys.argv[1:3]):
    preload()
