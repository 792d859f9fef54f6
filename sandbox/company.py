"""The employees of the sandbox's company; they are the same in Salesforce and in Daktela."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """One user. ``login`` is the Daktela user name, None without a Daktela user."""

    first_name: str
    last_name: str
    email: str
    login: str | None
    active: bool = True


EMPLOYEES = (
    Employee(first_name="Jana", last_name="Nováková", email="jana.novakova@vltava.example", login="novakova"),
    Employee(first_name="Petr", last_name="Svoboda", email="petr.svoboda@vltava.example", login="svoboda"),
    Employee(first_name="Lucie", last_name="Dvořáková", email="lucie.dvorakova@vltava.example", login="dvorakova"),
    Employee(first_name="Tomáš", last_name="Černý", email="tomas.cerny@vltava.example", login="cerny"),
    Employee(first_name="Eva", last_name="Procházková", email="Eva.Prochazkova@vltava.example", login="prochazkova"),
    Employee(first_name="Jiří", last_name="Kučera", email="jiri.kucera@vltava.example", login="kucera", active=False),
    Employee(first_name="Šárka", last_name="Říhová", email="sarka.rihova@vltava.example", login=None),
    Employee(first_name="Integrace", last_name="Daktela", email="integrace@vltava.example", login="integrace"),
)
