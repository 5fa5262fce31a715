"""Lists about other people than those who leave: whoever answered a form, and those who join."""

from pathlib import Path

import pytest

from batch_offboard.errors import ListError
from batch_offboard.termination_list.models import TerminationList
from batch_offboard.termination_list.workbook import read_workbook
from tests.termination_list.books import archive, related, sheet_xml, workbook_xml
from tests.termination_list.reading import read, used

ROW = "2026-11-01 10:00,2026-11-01 10:05,boss@x.example,Max Boss,Ann Lee\n"


def held(folder: Path, text: str, *choices: str) -> str:
    """Why a list is held."""
    with pytest.raises(ListError) as caught:
        read(folder, text, *choices)
    assert {(each.name, each.field) for each in caught.value.actions} <= {
        ("assign_column", "unused"),
        ("assign_column", "email"),
    }
    return str(caught.value)


def said(found: TerminationList, code: str) -> list[str]:
    """The findings with this code."""
    return [each.message for each in found.findings if each.code == code]


@pytest.mark.parametrize(
    "header",
    [
        "Start time,Completion time,Email,Name,Who is leaving?",
        "Startzeit,Fertigstellungszeit,E-Mail,Name,Wer geht?",
        "Heure de début,Heure de fin,Adresse e-mail,Nom,Qui part ?",
        "X,Timestamp,Email Address,Y,Person who leaves",
        "X,Zeitstempel,E-Mail-Adresse,Y,Wer geht?",
        "X,Marca temporal,Dirección de correo electrónico,Y,Quién se va",
    ],
)
def test_whoever_answered_a_form_is_not_taken_for_a_leaver(tmp_path: Path, header: str) -> None:
    """The address that the form adds is held until somebody says whose it is."""
    text = header + "\n" + ROW
    assert "looks like the answers to a form. The address in column C, " in held(tmp_path, text)
    assert "no column that identifies people" in held(tmp_path, text, "C=unused")
    assert read(tmp_path, text, "C=email").rows[0].email == "boss@x.example"


@pytest.mark.parametrize(
    "header", ["Start time,Completion time,Email of leaver,Name", "Room,Desk,Email,Name"]
)
def test_other_addresses_are_those_of_leavers(tmp_path: Path, header: str) -> None:
    """An address that a question asked for, and one that is beside something else."""
    choice = ["C=email"] if "leaver" in header else []
    assert read(tmp_path, f"{header},Note\n{ROW}", *choice).rows[0].email == "boss@x.example"


def test_two_columns_of_names_that_are_different_people_hold_the_list(tmp_path: Path) -> None:
    """One of them could fit the wrong person and so confirm a mix-up."""
    text = "email,Name,Name of leaver\nm@x.example,Max Boss,Ann Lee\n"
    assert 'column B, "Name", and column C, "Name of leaver"' in held(tmp_path, text)
    assert read(tmp_path, text, "B=unused").rows[0].names == ("Ann Lee",)
    assert read(tmp_path, text, "B=name", "C=name").rows[0].names == ("Max Boss", "Ann Lee")


@pytest.mark.parametrize(
    ("one", "other"), [("Robert Lee", "Bob Lee"), ("王 伟", "Wang Wei"), ("Ann Lee", "Annie")]
)
@pytest.mark.parametrize("header", ["Name,Employee name", "Legal name,Display name"])
def test_two_spellings_of_a_name_hold_nothing(
    tmp_path: Path, one: str, other: str, header: str
) -> None:
    """A preferred name, another script, and a nickname."""
    text = f"email,{header}\na@x.example,{one},{other}\n"
    assert set(used(read(tmp_path, text)).values()) == {"email", "name"}


@pytest.mark.parametrize("title", ["New hires November 2026", "Neueintritte", "Joiners:"])
def test_a_title_of_joiners_holds_the_list(tmp_path: Path, title: str) -> None:
    """Not one of leavers, or of both."""
    text = "email,name\na@x.example,Ann Lee\n"
    assert "so these people seem to be joining" in held(tmp_path, f"{title}\n\n{text}")
    for other in ("Leavers", "Leavers and joiners", "Do not edit", "Abgang November"):
        assert len(read(tmp_path, f"{other}\n\n{text}").rows) == 1


def sheets(*titles: str) -> bytes:
    """A workbook with these sheets, each of which holds its own title."""
    parts = {
        f"xl/{n}.xml": sheet_xml(f'<row><c t="inlineStr"><is><t>{title}</t></is></c></row>')
        for n, title in enumerate(titles)
    }
    return archive(
        {
            "_rels/.rels": related(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": workbook_xml(*(f'name="{title}"' for title in titles)),
            "xl/_rels/workbook.xml.rels": related(*(("worksheet", f"/{part}") for part in parts)),
            **parts,
        }
    )


@pytest.mark.parametrize("title", ["Joiners", "New hires", "Neueintritte", "Withdrawn", "On hold"])
def test_the_first_sheet_is_not_read_if_it_is_named_for_others(title: str) -> None:
    """It is where somebody chose it; the other sheets are named."""
    data = sheets(title, "Leavers")
    with pytest.raises(ListError, match="The other sheets are: Leavers"):
        read_workbook(data, None)
    assert read_workbook(data, title).records[0].cells == (title,)


def test_of_two_sheets_that_differ_in_blanks_the_exact_one_is_read() -> None:
    """Excel allows both."""
    data = sheets("A", "A ")
    assert [read_workbook(data, each).records[0].cells for each in ("A", "A ", "a")] == [
        ("A",),
        ("A ",),
        ("A",),
    ]


def test_a_remark_that_somebody_stays_is_shown(tmp_path: Path) -> None:
    """With its row; not where a column says so throughout."""
    people = ["a@x.example", "b@x.example", "c@x.example"]
    remarks = ["", "DO NOT deactivate, stays until March", "back office"]
    rows = zip(people, remarks, strict=True)
    text = "email;remarks\n" + "".join(f"{one};{other}\n" for one, other in rows)
    [message] = said(read(tmp_path, text), "may_be_staying")
    assert message.startswith('Row 3: "DO NOT deactivate')
    assert "column B" in message

    throughout = "email;team\n" + "".join(f"{each};New hires\n" for each in people)
    assert said(read(tmp_path, throughout), "may_be_staying") == []


@pytest.mark.parametrize(
    ("header", "remark"),
    [
        ("Notes", "contract extended to March"),
        ("Notes", "on maternity leave"),
        ("Notes", "to be confirmed"),
        ("Bemerkung", "bleibt doch"),
        ("Bemerkung", "Kündigung zurückgenommen"),
        ("Maßnahme", "Wiedereintritt"),
        ("Commentaire", "reste finalement"),
        ("Observaciones", "sigue en la empresa"),
        ("Observaciones", "pendiente de confirmar"),
        ("Nota", "non disattivare"),
        ("Nota", "in sospeso"),
        ("Observação", "aguardando confirmação"),
        ("Opmerking", "blijft in dienst"),
        ("Approved by", "REJECTED - works council"),
        ("Comments", "WAIT for HR"),
        ("Comments", "changed her mind"),
        ("Comments", "still working here"),
        ("Comments", "don’t disable"),
        ("Comments", "DONT DISABLE"),
        ("Comments", "leaving—on hold"),
        ("Comments", "do not rehire – on hold"),
        ("Bemerkung", "nicht mehr krank, bleibt"),
        ("Comments", "isn’t leaving"),
        ("Comments", "has decided to stay"),
        ("Comments", "please leave active"),
        ("Bemerkung", "unbefristet übernommen"),
        ("Bemerkung", "weiterhin aktiv"),
        ("Commentaire", "ne part plus"),
        ("Observaciones", "contrato renovado"),
        ("Nota", "dimissioni revocate"),
        ("Observação", "manter ativo"),
        ("Opmerking", "verkeerde persoon"),
        ("Comments", "by mistake, please ignore"),
        ("Bemerkung", "arbeitet noch bei uns"),
        ("Bemerkung", "Fehler, bitte ignorieren"),
        ("Opmerking", "werkt nog hier"),
        ("Rescinded", "Yes"),
        ("Withdrawn on", "2026-11-20"),
        ("Storniert am", "20.11.2026"),
        ("Konto behalten", "x"),
        ("Legal hold", "yes"),
        ("Ausnahme", "x"),
        ("On hold", "x"),
        ("Leaver", "No"),
        ("Offboard?", "nein"),
        ("gültig bis", "31.12.9999"),
        ("Contract end date", "9999-12-31"),
    ],
)
def test_a_remark_in_one_row_that_somebody_may_stay_is_shown(
    tmp_path: Path, header: str, remark: str
) -> None:
    """In several languages, as an answer to the header, or as an end that never comes."""
    for others in (["", ""], []):
        text = f"email;{header}\n"
        text += "".join(f"p{n}@x.example;{cell}\n" for n, cell in enumerate([remark, *others]))
        [message] = said(read(tmp_path, text), "may_be_staying")
        assert message.startswith(f'Row 2: "{remark}" was found in column B, "{header}"')


@pytest.mark.parametrize(
    ("header", "remark"),
    [
        ("Comment", "do not rehire"),
        ("Comment", "retirement"),
        ("Comment", "contract not extended"),
        ("Comment", "returning her laptop on Friday"),
        ("Comment", "end of maternity cover"),
        ("Bemerkung", "nicht mehr im Haus"),
        ("Bemerkung", "Vertrag nicht verlängert"),
        ("Commentaire", "n'est plus dans l'entreprise"),
        ("Observaciones", "vacaciones pendientes: 5"),
        ("Opmerking", "niet meer werkzaam"),
        ("Comment", "still has a laptop"),
        ("Hire date", "2019-01-01"),
        ("Rehired", "2019-01-01"),
        ("Exit report", "yes"),
        ("Rescinded", "No"),
        ("Leaver", "Yes"),
        ("Keys returned", "No"),
        ("Manager", "Nieuwenhuis, Jan"),
        ("Reason", "position cancelled"),
        ("Reason", "does not return from parental leave"),
        ("Reason", "nicht bestandene Probezeit"),
        ("Reason", "Nichtverlängerung"),
        ("Reason", "fin de remplacement congé maternité"),
        ("Reason", "não renovação do contrato"),
        ("Comment", "knowledge transfer done"),
        ("Comment", "please do not contact"),
        ("Bemerkung", "Laptop noch nicht zurück"),
    ],
)
def test_other_remarks_are_not_shown(tmp_path: Path, header: str, remark: str) -> None:
    """They are those of people who leave, or of anybody."""
    text = f"email;{header}\np1@x.example;{remark}\np2@x.example;\np3@x.example;\n"
    assert said(read(tmp_path, text), "may_be_staying") == []


def test_each_remark_is_shown_with_its_rows(tmp_path: Path) -> None:
    """One may be about a date, the other about staying."""
    remarks = ["stays", "", "on hold", "stays", "ok", *(f"not yet {n}" for n in range(6)), ""]
    text = "email;x\n" + "".join(f"p{n}@x.example;{each}\n" for n, each in enumerate(remarks))
    [message] = said(read(tmp_path, text), "may_be_staying")
    assert message.startswith('Rows 2 and 5: "stays"; row 4: "on hold"; row 7: "not yet 0"; ')
    assert "; rows 11-12: similar remarks were found in column B" in message


@pytest.mark.parametrize(
    "title",
    ["Joiners 2026", "Bleiben bis Q2 an Bord", "On hold until 1 March", "Elternzeit", "Not yet 1"],
)
def test_a_title_with_a_figure_is_a_title(tmp_path: Path, title: str) -> None:
    """Even if it stands where the identifiers do."""
    for header in ("email", "employee_id"):
        value = "a@x.example" if header == "email" else "17"
        text = f"{header};name\n{value};Ann Lee\n{title};\n{value};Bob Roy\n"
        assert f'has the title "{title}" in row 3' in held(tmp_path, text)


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Exceptions",
            "PENDING:",
            "Pending (2)",
            "Returners",
            "Current employees",
            "DON’T DISABLE",
        ),
        *("Rückkehrer", "In Klärung", "Unter Vorbehalt", "Annulations", "À conserver"),
        *("Excepciones", "Por confirmar", "Da confermare", "Exceções", "Uitzonderingen"),
        *("Nyanställda", "Новые сотрудники", "保留"),
    ],
)
def test_a_title_that_says_nothing_else_is_of_people_who_stay(tmp_path: Path, title: str) -> None:
    """In capitals, with a colon, or with the number of people."""
    text = f"email;name\na@x.example;Ann Lee\n{title};\nb@x.example;Bob Roy\n"
    assert f'has the title "{title}" in row 3' in held(tmp_path, text)


@pytest.mark.parametrize(
    "line",
    [
        *("Sales", "New York", "Neue Straße", "Team Neu-Ulm", "Human Resources", "Distribution"),
        *("Not assigned", "Nicht zugeordnet", "Niet ingedeeld", "Voluntary", "Maternity Ward"),
        *("Leavers (do not rehire)", "Contract not renewed", "Retention & Cancellations"),
        *("Nicht verlängerte Verträge", ";Kim Not", ";Max Gruß", "Do not forward"),
        *("Manager;Floor;Room", "Contact;Phone;Room"),
    ],
)
def test_other_lines_within_a_list_hold_only_themselves(tmp_path: Path, line: str) -> None:
    """Departments, reasons, people without an identifier, and a header once more."""
    text = f"email;name;room\na@x.example;Ann Lee;\n{line}\nb@x.example;Bob Roy;\n"
    found = read(tmp_path, text)
    assert [row.row for row in found.rows if row.problem is None] == [2, 4]


@pytest.mark.parametrize(
    "lines",
    [
        "Best regards\nGreta Boss\nboss@x.example;\n",
        ";Questions? Please contact\nboss@x.example;Greta Boss\n",
        "Mit freundlichen Grüßen\nboss@x.example;Greta Boss\n",
        ";Rückfragen an:\nboss@x.example;Greta Boss\n",
        "Cordialement,\nboss@x.example;\n",
        "Prepared by:;Greta Boss\nboss@x.example;\n",
        "Saludos\nboss@x.example;\n",
        "Met vriendelijke groet\nboss@x.example;\n",
        "Mit freundlichem Gruß\nboss@x.example;\n",
        "MfG\nboss@x.example;\n",
        "Best,\nboss@x.example;\n",
        "Med vänlig hälsning\nboss@x.example;\n",
        "Contact: HR;\nboss@x.example;Greta Boss\n",
        "Managers\nboss@x.example;Greta Boss\n",
        "Verteiler;\nboss@x.example;Greta Boss\n",
    ],
)
def test_whoever_signed_the_list_is_not_taken_for_a_leaver(tmp_path: Path, lines: str) -> None:
    """A list that was copied from a mail ends with its sender."""
    people = "email;name\na@x.example;Ann Lee\n"
    assert "is probably a contact" in held(tmp_path, people + lines)
    assert len(read(tmp_path, people + lines.partition("\nboss")[0] + "\n").rows) > 1
