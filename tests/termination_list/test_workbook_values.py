"""Cells of a workbook: the text that a spreadsheet shows, or a refusal that names the cells."""

import pytest

from batch_offboard.termination_list.workbook import read_workbook
from tests.termination_list.books import (
    MAIN,
    book,
    cells_xml,
    refusal,
    rows,
    sheet_xml,
    strings_xml,
    styles_xml,
    texts,
)

UNSTORED = (
    'has a formula without a stored value in cell A1 of the sheet "Leavers". Open the file in '
    "Excel, save it and try again."
)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><f>B1</f></c>',
        '<c r="A1"><f>B1</f><v/></c>',
        '<c r="A1"><f>B1</f><v> </v></c>',
        "<c\n  t='str'\n  r='A1'  ><f>B1&amp;C1</f></c>",
        '<c s="0" r="A1"><f t="array" ref="A1:A2">B1</f></c>',
        '<c r="A1"><f t="shared" si="0"/></c>',
        '<c r="A1"><!-- none --><f><![CDATA[B1]]></f></c>',
        '<c r="A1" t="b"><f>B1</f><v></v></c>',
        '<c r="A1" t="e"><f>B1</f><v></v></c>',
        "<c><f>B1</f></c>",
        f'<x:c xmlns:x="{MAIN}" r="A1"><x:f>B1</x:f></x:c>',
    ],
)
def test_a_formula_without_a_stored_value_refuses_the_workbook(cell: str) -> None:
    """However it is written: with another prefix, quotes, order of attributes, line breaks."""
    assert refusal(book(cells_xml(cell))) == UNSTORED


def test_all_formulas_without_a_stored_value_are_named() -> None:
    """The first ten of them, in whatever column they stand."""
    formulas = "".join(f'<row r="{n}"><c r="XFD{n}"><f>A1</f></c></row>' for n in range(2, 14))
    assert " in cells XFD2, XFD3, " in refusal(book(sheet_xml(formulas)))
    assert ", XFD11 and 2 more of the sheet" in refusal(book(sheet_xml(formulas)))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1" t="str"><f>""</f><v/></c><c r="B1"><v>1</v></c>', ""),
        ('<c r="A1" t="str"><f>B1</f><v>ann@example.com</v></c>', "ann@example.com"),
        ('<c r="A1"><f>B1</f><v>4711</v></c>', "4711"),
        ('<c r="A1"><f>B1</f><v>0</v></c>', "0"),
        ('<c r="A1" t="e"><f>VLOOKUP(B1,C:D,2,0)</f><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="b"><v>false</v></c>', "FALSE"),
        ('<c r="A1"><v> 4711.0 </v></c>', "4711"),
        ('<c r="A1"><v>1E3</v></c>', "1000"),
        ('<c r="A1"><v>0.30000000000000004</v></c>', "0.3"),
        ('<c r="A1" t="d"><v>2026-12-31</v></c>', "2026-12-31"),
        ('<c r="A1" t="d"><v>2026-12-31T17:30:00</v></c>', "2026-12-31 17:30:00"),
        ('<c r="A1" t="d"><v>17:30:00</v></c>', "17:30:00"),
        ('<c r="A1" t="inlineStr"><is><t> Ann </t></is></c>', " Ann "),
        ('<c r="A1" t="inlineStr"><is><r><t>An</t></r><r><t>n</t></r></is></c>', "Ann"),
        ('<c r="A1" t="inlineStr"><is><t>安</t><rPh sb="0" eb="1"><t>an</t></rPh></is></c>', "安"),
        ('<c r="A1" t="s"><v>1</v></c>', "Bob"),
        ("<c><v>7</v></c>", "7"),
    ],
)
def test_a_value_is_shown_as_in_a_spreadsheet(cell: str, text: str) -> None:
    """Stored values of every kind, results of formulas among them."""
    assert texts(book(cells_xml(cell), strings=strings_xml("<t>Ann</t>", "<t>Bob</t>")))[0] == text


def test_a_zero_is_no_stored_value_where_excel_is_to_calculate_first() -> None:
    """Programs that cannot calculate store 0 and leave the rest to Excel."""
    sheet = cells_xml('<c r="A1"><f>B1</f><v>0</v></c>')
    assert refusal(book(sheet, more='<calcPr fullCalcOnLoad="1"/>')) == UNSTORED


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("ann@example.com_x000D_", "ann@example.com\r"),
        ("jo_x0041_y", "joAy"),
        ("jo_x005F_x0041_y", "jo_x0041_y"),
        ("_x00e4__x00E4_", "ää"),
        ("_xD83D__xDE00_", "😀"),
        ("a_xD83D_", "a\ufffd"),
        ("a_x0000_b", "ab"),
        ("a_x12_b_X0041_", "a_x12_b_X0041_"),
    ],
)
def test_escaped_characters_are_undone(stored: str, text: str) -> None:
    """In shared strings, inline strings and the results of formulas alike."""
    inline = f'<c t="inlineStr"><is><t>{stored}</t></is></c>'
    formula = f'<c t="str"><f>B1</f><v>{stored}</v></c>'
    data = book(
        cells_xml('<c t="s"><v>0</v></c>', inline, formula), strings=strings_xml(f"<t>{stored}</t>")
    )
    assert texts(data) == [text] * 3


@pytest.mark.parametrize("number", [14, 17, 22, *range(27, 37), *range(50, 59)])
def test_built_in_formats_of_days_have_only_a_number(number: int) -> None:
    """Those of East Asian Excel, which no file spells out, too."""
    styles = styles_xml((0, 0), (number, 0))
    assert texts(book(cells_xml('<c s="1"><v>46387</v></c>'), styles=styles)) == ["2026-12-31"]


@pytest.mark.parametrize(
    ("number_format", "stored", "text"),
    [
        ("dd.mm.yyyy", "46387", "2026-12-31"),
        ("dd.mm.yyyy;@", "46387.75", "2026-12-31 18:00:00"),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "46387", "2026-12-31"),
        ("[$-411]ggge&quot;年&quot;", "46387", "2026-12-31"),
        ("hh:mm", "0.75", "18:00:00"),
        ("yyyy-mm-dd", "59", "1900-02-28"),
        ("yyyy-mm-dd", "61", "1900-03-01"),
        ("yyyy-mm-dd", "-1", "-1"),
        ("yyyy-mm-dd", "99999999", "99999999"),
        ("[h]:mm", "1.5", "1 day, 12:00:00"),
        ("&quot;day &quot;0", "4711", "day 4711"),
        ("\\d0", "4711", "d4711"),
        ("[Red]0_d", "4711", "4711"),
        ("General", "46387", "46387"),
        ("0.00E+00", "46387", "46387"),
        ("0;;;yyyy", "46387", "46387"),
    ],
)
def test_a_format_says_whether_a_number_is_a_day(
    number_format: str, stored: str, text: str
) -> None:
    """By its letters for days and times, outside of quotes, colours and fillers."""
    formats = f'<numFmts><numFmt numFmtId="164" formatCode="{number_format}"/></numFmts>'
    styles = styles_xml((164, 0), formats=formats)
    assert texts(book(cells_xml(f'<c s="0"><v>{stored}</v></c>'), styles=styles)) == [text]


def test_days_may_count_from_1904() -> None:
    """As in workbooks that were made on an old Mac."""
    data = book(
        cells_xml('<c s="0"><v>44925</v></c>'),
        styles=styles_xml((14, 0)),
        more='<workbookPr date1904="1"/>',
    )
    assert texts(data) == ["2026-12-31"]


def test_places_that_are_not_written_follow_from_those_before() -> None:
    """Rows and cells may leave out where they are, and rows may be left out altogether."""
    data = book(
        sheet_xml(
            "<row><c><v>1</v></c><c><v>2</v></c></row>"
            '<row r="4"><c r="B4"><v>3</v></c><c><v>4</v></c></row>'
            "<row/><row><c/><c><v>5</v></c></row>"
            '<row r="2000"><c><v>6</v></c></row>'
        )
    )
    assert rows(read_workbook(data, None)) == [
        (1, "1", "2", ""),
        (4, "", "3", "4"),
        (6, "", "5", ""),
        (2000, "6", "", ""),
    ]


def test_a_wrong_range_of_used_cells_does_not_matter() -> None:
    """Some programs write A1 for every sheet."""
    data = book(sheet_xml("<row><c/><c><v>1</v></c></row>", before='<dimension ref="A1"/>'))
    assert texts(data) == ["", "1"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
            "cell A2 is stored twice",
        ),
        (
            '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
            "cell A2 is stored twice",
        ),
        ('<row r="3"><c r="A5"><v>1</v></c></row>', "cell A5 is stored in row 3"),
        ('<row r="2"><c r="A2" t="x"><v>1</v></c></row>', "cell A2 is of an unknown kind"),
        ('<row r="0"><c><v>1</v></c></row>', '"0" is not a row number'),
        ('<row r="1048577"><c><v>1</v></c></row>', '"1048577" is not a row number'),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', '"XFE" is not a column'),
    ],
)
def test_cells_that_contradict_the_format_are_named(content: str, sentence: str) -> None:
    """No value is chosen where two are stored, and none moved to where it may belong."""
    assert refusal(book(sheet_xml(content))) == (
        f"is a damaged Excel workbook: {sentence}. Open it in Excel and save it again."
    )


@pytest.mark.parametrize(
    "cell",
    [
        '<c t="s"><v>7</v></c>',
        '<c t="s"><v>-1</v></c>',
        '<c s="3"><v>1</v></c>',
        '<c s="-1"><v>1</v></c>',
        "<c><v>47a11</v></c>",
        "<c><v>NaN</v></c>",
        "<c><v>1_000</v></c>",
        "<c><v>1e999</v></c>",
        '<c t="b"><v>maybe</v></c>',
        '<c t="d"><v>tomorrow</v></c>',
        "<c><v>&nothing;</v></c>",
    ],
)
def test_a_value_that_is_not_of_its_kind_is_damage(cell: str) -> None:
    """Texts and styles that are not there, numbers that are none."""
    assert refusal(book(cells_xml(cell), strings=strings_xml("<t>Ann</t>"))) == (
        "is a damaged Excel workbook. Open it in Excel and save it again."
    )


def test_cells_side_by_side_may_be_merged_but_not_rows() -> None:
    """The place of cells merged over several rows is kept; below the first they have no value."""
    data = book(
        sheet_xml(
            "<row><c><v>1</v></c></row><row><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>",
            after='<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A2:A3"/></mergeCells>',
        )
    )
    merged = read_workbook(data, None).merged
    assert [(each.place, each.records, set(each.columns)) for each in merged] == [
        ("A2:A3", range(2, 3), {0})
    ]
