"""The parts of a workbook: however they are named, and refused where they could do harm."""

from pathlib import Path

import pytest

from batch_offboard.errors import ListError
from batch_offboard.termination_list import read_termination_list
from batch_offboard.termination_list.workbook import is_workbook, read_workbook, sheet_titles
from tests.termination_list.books import (
    MAIN,
    SHEET,
    archive,
    book,
    cells_xml,
    parts_of,
    refusal,
    related,
    sheet_xml,
    strings_xml,
    styles_xml,
    texts,
    workbook_xml,
)
from tests.termination_list.settings import SETTINGS

ANN = cells_xml('<c t="inlineStr"><is><t>Ann</t></is></c>')
BOB = cells_xml('<c t="s"><v>0</v></c>')
DAMAGED = "is a damaged Excel workbook. Open it in Excel and save it again."
NO_SHEET = (
    'has no readable sheet, perhaps because it was saved as "Strict Open XML". Save it in Excel as '
    'an ordinary "Excel Workbook (.xlsx)".'
)
TOO_LARGE = (
    "is too large when unpacked: more than 100 MB. Copy the rows of the list to a new workbook."
)
STORED_TWICE = (
    f"is a damaged Excel workbook: {SHEET} is stored 2 times. Open it in Excel and save it again."
)
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/book/main.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.spreadsheetml.sheet.main+xml"/></Types>'
)


def with_parts(*others: tuple[str, str], without: str = "") -> bytes:
    """A workbook that says Ann, with other parts and without one."""
    parts = {**parts_of(ANN), **dict(others)}
    parts.pop(without, None)
    return archive(parts)


def with_size(size: int, pretended: int) -> bytes:
    """A workbook whose archive pretends another size for a part of this one."""
    whole = archive({**parts_of(ANN), "xl/media/image1.png": b" " * 12_345})
    other = whole.replace(size.to_bytes(4, "little"), pretended.to_bytes(4, "little"))
    assert other != whole
    return other


def renamed(before: str, after: str) -> bytes:
    """A workbook that says Ann, whose parts are stored under other names."""
    return archive({name.replace(before, after): part for name, part in parts_of(ANN).items()})


@pytest.mark.parametrize(
    "data",
    [
        renamed("/", "\\"),
        renamed("xl/", "XL/"),
        renamed("xl/", "/xl/"),
        with_parts(without="_rels/.rels"),
        with_parts(
            ("_rels/.rels", related(("officeDocument", "/xl/workbook22.xml"))),
            ("xl/workbook22.xml", workbook_xml('name="Leavers"')),
            ("xl/_rels/workbook22.xml.rels", related(("worksheet", "/xl/worksheets/sheet1.xml"))),
            without="xl/workbook.xml",
        ),
        archive(
            {
                "[Content_Types].xml": CONTENT_TYPES,
                "book/main.xml": workbook_xml('name="Leavers"'),
                "book/_rels/main.xml.rels": related(("worksheet", "..\\sheets\\one.xml")),
                "sheets/one.xml": ANN,
            }
        ),
        with_parts((SHEET, "\ufeff" + ANN)),
    ],
)
def test_parts_are_found_however_they_are_named(data: bytes) -> None:
    """With backslashes, in other cases, with other numbers, in other folders."""
    assert is_workbook(data)
    assert texts(data) == ["Ann"]


def test_a_sheet_may_use_another_prefix_and_encoding() -> None:
    """What the parser makes of it counts, not how it is written."""
    sheet = (
        f"<?xml version='1.0' encoding='UTF-16'?><x:worksheet xmlns:x='{MAIN}'><x:sheetData>"
        "<x:row><x:c t='inlineStr'><x:is><x:t>Ann</x:t></x:is></x:c></x:row></x:sheetData>"
        "</x:worksheet>"
    )
    assert texts(archive({**parts_of(ANN), SHEET: sheet.encode("utf-16")})) == ["Ann"]


def test_styles_and_texts_may_be_missing_where_nothing_needs_them() -> None:
    """A style or text that a cell does refer to must be there."""
    assert texts(book(cells_xml('<c s="0"><v>46387</v></c>'))) == ["46387"]
    assert refusal(book(cells_xml('<c s="1"><v>46387</v></c>'))) == DAMAGED
    assert refusal(book(BOB)) == DAMAGED


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({SHEET: ANN[:-12]}, DAMAGED),
        ({SHEET: f'<chartsheet xmlns="{MAIN}"/>'}, DAMAGED),
        ({"xl/_rels/workbook.xml.rels": related(("worksheet", "gone.xml"))}, NO_SHEET),
        ({"xl/_rels/workbook.xml.rels": "<Relationships"}, DAMAGED),
        ({"xl/workbook.xml": workbook_xml()}, NO_SHEET),
        (
            {"xl/workbook.xml": workbook_xml('name="A" state="hidden"')},
            "has no visible sheet with cells.",
        ),
        (
            {"xl/_rels/workbook.xml.rels": related(("chartsheet", "chartsheets/sheet1.xml"))},
            "has only charts and no sheet with cells. Use the file with the list.",
        ),
        ({"xl/styles.xml": styles_xml((0, 7))}, DAMAGED),
        ({"XL\\worksheets\\sheet1.xml": BOB}, STORED_TWICE),
    ],
)
def test_parts_that_cannot_be_read_refuse_the_workbook(
    parts: dict[str, str], sentence: str
) -> None:
    """Cut, missing, of another kind, or there twice; no other sheet is read instead."""
    assert refusal(archive({**parts_of(ANN), **parts})) == sentence


def test_very_hidden_sheets_are_not_read_unless_they_are_named() -> None:
    """Charts among the sheets are no sheets with cells."""
    data = archive(
        {
            **parts_of(ANN),
            "xl/workbook.xml": workbook_xml(
                'name="Chart"', 'name="Codes" state="veryHidden"', 'name="Leavers_x0021_"'
            ),
            "xl/_rels/workbook.xml.rels": related(
                ("chartsheet", "chartsheets/sheet1.xml"),
                ("worksheet", "worksheets/sheet2.xml"),
                ("worksheet", "worksheets/sheet1.xml"),
            ),
            "xl/worksheets/sheet2.xml": cells_xml("<c><v>1</v></c>"),
        }
    )
    assert texts(data) == ["Ann"]
    assert read_workbook(data, "codes").records[0].cells == ("1",)
    assert sheet_titles(data) == ("Leavers!", "Codes")
    (finding,) = read_workbook(data, None).findings
    assert finding.message == (
        'Only the sheet "Leavers!" is read. Not read: Codes. You can choose another sheet.'
    )


ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
LAUGHS = f'<!DOCTYPE lolz [<!ENTITY a "lol">{ENTITIES}]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("definition", [LAUGHS, OUTSIDE, "<!DOCTYPE x>"])
@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "_rels/.rels"]
)
def test_entities_refuse_the_workbook(part: str, definition: str) -> None:
    """In any part, before they are expanded and before another file is opened."""
    parts = parts_of(BOB, strings=strings_xml("<t>Bob</t>"), styles=styles_xml((0, 0)))
    parts[part] = definition + parts[part].replace("Bob", "&j;")
    shown = part.lower()
    with pytest.raises(ListError) as caught:
        read_workbook(archive(parts), None)
    assert str(caught.value) == (
        f"was not read: its part {shown} defines XML entities (DOCTYPE). Excel never writes "
        "these, and they can be harmful. Copy the rows of the list to a new workbook."
    )


def test_a_workbook_that_is_huge_when_unpacked_is_refused_by_its_size() -> None:
    """Its parts are not even opened."""
    assert refusal(with_size(12_345, 412_000_000)) == TOO_LARGE


def test_one_text_in_too_many_cells_is_refused() -> None:
    """A text of 30,000 characters in 4,000 cells is short in the file, but not in the list."""
    row = "<row>" + '<c t="s"><v>0</v></c>' * 40 + "</row>"
    strings = strings_xml(f"<t>{'a' * 30_000}</t>")
    assert refusal(book(sheet_xml(row * 100), strings=strings)) == TOO_LARGE


def test_a_part_that_is_larger_than_the_archive_says_is_damage() -> None:
    """No more is unpacked than the archive promised."""
    assert refusal(with_size(len(ANN), 20)) == DAMAGED


def test_an_archive_with_unreadable_names_is_no_workbook(tmp_path: Path) -> None:
    """It ends in a sentence like all other files that cannot be read."""
    path = tmp_path / "leavers.xlsx"
    path.write_bytes(archive({"xl/workbook\u00e4.xml": ""}).replace("\u00e4".encode(), b"\xff\xfe"))
    with pytest.raises(ListError, match="is a ZIP archive or a document"):
        read_termination_list(path, SETTINGS)


COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            COMPOUND + "EncryptedPackage".encode("utf-16-le"),
            "has a password. Open it in Excel, remove the password (File > Info > Protect Workbook "
            "> Encrypt with Password) and save it again.",
        ),
        (
            COMPOUND + "Workbook".encode("utf-16-le"),
            "is an old Excel workbook (.xls). Save it in Excel as .xlsx, without a password.",
        ),
        (
            COMPOUND,
            "is an old Excel workbook (.xls) or one with a password. Save it in Excel as .xlsx or "
            "as CSV UTF-8, without a password.",
        ),
        (
            archive({"mimetype": "application/vnd.oasis.opendocument", "content.xml": "<x/>"}),
            "is an OpenDocument file (.ods). Save it as .xlsx.",
        ),
        (
            archive({"xl/workbook.bin": b"\x83\x01\x00", "xl/worksheets/sheet1.bin": b"\0"}),
            "is a binary Excel workbook (.xlsb). Save it in Excel as .xlsx.",
        ),
        (
            archive({"Index/Document.iwa": b"\0", "Metadata/Properties.plist": b"\0"}),
            "is a Numbers document. Export it in Numbers to Excel or CSV.",
        ),
        (
            archive(
                {
                    "_rels/.rels": related(("officeDocument", "word/document.xml")),
                    "word/document.xml": "<document/>",
                }
            ),
            "is a Word document. Save the list in Excel as .xlsx.",
        ),
    ],
)
def test_other_files_are_named_for_what_they_are(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    """Whatever a file is called, its content decides."""
    path = tmp_path / "leavers.xlsx"
    path.write_bytes(data)
    with pytest.raises(ListError) as caught:
        read_termination_list(path, SETTINGS)
    assert str(caught.value) == f"leavers.xlsx {sentence}"


def test_a_cell_with_two_values_refuses_the_workbook() -> None:
    """None of them can be known to be the right one."""
    cell = '<c r="A1" t="str"><v>a@x.example</v><v>b@x.example</v></c>'
    assert "a cell holds two values" in refusal(book(cells_xml(cell)))
