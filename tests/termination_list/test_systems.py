"""Lists as HR systems export them, in their languages, each with the outcome it must have."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from batch_offboard import termination_list
from batch_offboard.termination_list.headers import built_in, field_of, sources
from tests.termination_list.reading import read

CASES: Mapping[str, Mapping[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "lists" / "systems.json").read_text("utf-8")
)


@pytest.mark.parametrize("system", CASES)
def test_an_export(tmp_path: Path, system: str) -> None:
    """Who is meant and from when on; what is somebody else's or another day is not used."""
    case = CASES[system]
    text = "\n".join(case[line].replace(";", ",").replace("|", ";") for line in ("header", "row"))
    found = read(tmp_path, text + "\n")
    row = found.rows[0]

    actual = {"names": list(row.names), "due": str(row.due) if row.due else None}
    actual |= {field: getattr(row, field) for field in ("user_id", "email", "employee_id")}
    assert {"user_id": None, "employee_id": None, **case["found"]} == actual
    assert row.problem is None
    assert case["unused"] == [each.header for each in found.unused]


def test_every_system_and_language_has_a_case() -> None:
    """English is in most of them."""
    cases = {name.partition(",")[0] for name in CASES} | {"English"}

    assert set(sources()) - {"German"} <= cases
    assert "German" in " ".join(CASES)


@pytest.mark.parametrize(
    "header",
    ["Employee", "Mitarbeiter/in", "Salarié(e)", "Empleado", "Dipendente", "Medewerker", "Leaver"],
)
def test_who_it_is_counts_as_a_name_if_it_is_one(tmp_path: Path, header: str) -> None:
    """The same header stands above numbers and logins elsewhere."""
    names, numbers = (
        read(tmp_path, f"email;{header}\na@x.example;{one}\nb@x.example;{two}\n")
        for one, two in (("Lee, Ann (124)", "Bob Roy"), ("00124", "broy"))
    )
    assert [("Ann Lee",), ("Bob Roy",)] == [row.names for row in names.rows]
    assert [(), ()] == [row.names for row in numbers.rows]


def test_systems_name_their_page() -> None:
    """So that the headers can be looked up again; languages need none."""
    assert all(page.startswith("https://") for page in list(sources().values())[7:])


def test_no_built_in_header_has_two_meanings() -> None:
    """The later one would win without a word."""
    file = Path(termination_list.__file__).with_name("headers.toml")
    content = tomllib.loads(file.read_text("utf-8"))
    for source in content["source"]:
        for field, headers in source.items():
            if field not in ("of", "page"):
                assert {field} == {field_of(header, built_in()) for header in headers}


@pytest.mark.parametrize(
    "header",
    [
        "Manager",
        "Manager Email",
        "Supervisor ID",
        "Vorgesetzter",
        "E-Mail Vorgesetzter",
        "Manager ID",
        "Line Manager Employee ID",
        "Responsable",
        "Nom du responsable",
        "Correo del jefe",
        "Nome del responsabile",
        "E-mail do gestor",
        "E-mail leidinggevende",
        "email_manager",
    ],
)
def test_a_managers_column_is_never_the_persons(tmp_path: Path, header: str) -> None:
    """And it is marked as somebody else's."""
    found = read(tmp_path, f"{header},email\nbob.roy@example.com,ann.lee@example.com\n")

    assert "ann.lee@example.com" == found.rows[0].email
    assert [(header, True)] == [(each.header, each.of_manager) for each in found.unused]
