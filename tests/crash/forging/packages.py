"""results.xlsx, taken apart: parts, places and attributes that programs read differently."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.crash.forging.case import Case
from tests.crash.forging.workbooks import NOT_VALUES, SHEET, parts_with

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK, BOOK_RELS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
THEME, RELS = "xl/theme/theme1.xml", "xl/worksheets/_rels/sheet1.xml.rels"
STATUS = r'<c r="C2"( s="\d+") t="[a-zA-Z]+"[^>]*>.*?</c>'
"""The first status, which is done."""
WHITE = '<rgbColor rgb="00FFFFFF"/>'
TRUE = "<is><t>done</t></is>"


def cell_as(inner: str, kind: str = ' t="inlineStr"') -> Callable[[Path], None]:
    """The first status is stored like this."""
    return parts_with((SHEET, STATUS, rf'<c r="C2"\1{kind}>{inner}</c>'))


def sheet_as(pattern: str, text: str | Callable[[re.Match[str]], str]) -> Callable[[Path], None]:
    """Replace a piece of the sheet's part."""
    return parts_with((SHEET, pattern, text))


def font_as(font: str, *more: tuple[str, str, str]) -> Callable[[Path], None]:
    """All cells have this font."""
    return parts_with((STYLES, r"(<fonts[^>]*>)<font>.*?</font>", rf"\1<font>{font}</font>"), *more)


def fill_as(fill: str) -> Callable[[Path], None]:
    """The first status has this fill."""
    return parts_with(
        (
            STYLES,
            r'<fill><patternFill patternType="solid"><fgColor rgb="00C6E7D3" ?/>.*?</fill>',
            f"<fill>{fill}</fill>",
        )
    )


def related(kind: str, part: str, content: str, element: str = "") -> Callable[[Path], None]:
    """The sheet refers to one more part, by an element where there is one."""
    rel = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="/{part}"/>'
    rels = f'<Relationships xmlns="{PACKAGE}/relationships">{rel}</Relationships>'
    changes = [(RELS, "", rels), (part, "", content)]
    if element:
        named = f'<{element} xmlns:r="{OFFICE}" r:id="rIdX"/></worksheet>'
        changes.append((SHEET, "</worksheet>", named))
    return parts_with(*changes)


def relation(name: str, kind: str) -> str:
    """A reference to a part of one's own."""
    return f'<Relationship Id="{name}" Type="{kind}" Target="/customXml/a.xml"/>'


def odd(name: str, forge: Callable[[Path], None], *words: str) -> Case:
    """A workbook whose cells are right, and of which something is said all the same."""
    return Case(name, "alone", forge, 3, [NOT_VALUES, *words])


STORED = "It is stored oddly, so programs may show different values: "
UNUSUAL = "One of its parts lies in an unusual place"
PICTURE = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">'
    "<xdr:absoluteAnchor/></xdr:wsDr>"
)
VML = '<xml xmlns:x="urn:x"><x:ClientData ObjectType="{}">{}</x:ClientData></xml>'


def row_as(text: str | Callable[[re.Match[str]], str]) -> Callable[[Path], None]:
    """The last row is stored like this."""
    return sheet_as(r'(<row r="4">.*?</row>)', text)


def moved(found: re.Match[str], number: int) -> str:
    """The row stands further down."""
    return re.sub(r' r="([A-Z]*)4"', rf' r="\g<1>{number}"', found[1])


def far_below(found: re.Match[str]) -> str:
    """The row stands where nobody scrolls to."""
    return moved(found, 50_000)


def far_below_blanks(found: re.Match[str]) -> str:
    """The same, below rows that hold a blank each."""
    cell = '<c r="A{0}" t="inlineStr"><is><t xml:space="preserve"> </t></is></c>'
    blanks = (f'<row r="{n}">{cell.format(n)}</row>' for n in range(4, 50))
    return "".join(blanks) + moved(found, 50)


DONE = "<t>done</t>"
SPOKEN = f"<phoneticPr>{DONE}</phoneticPr>"
CHOICE = (
    f'<mc:AlternateContent xmlns:mc="{MARKUP}"><mc:Choice Requires="x14"><is><t>failed</t></is>'
    f"</mc:Choice><mc:Fallback>{TRUE}</mc:Fallback></mc:AlternateContent>"
)
STRICT_ROW = f'<row xmlns="{STRICT}" r="5"><c r="A5" t="inlineStr"><is><t>x</t></is></c></row>'
OTHER_FONTS = (
    f'<mc:AlternateContent xmlns:mc="{MARKUP}"><mc:Choice Requires="x14ac"><fonts/></mc:Choice>'
    "</mc:AlternateContent>"
)
PRINTED = (
    '<definedNames><definedName name="_xlnm.print_area" localSheetId="0">'
    "'Offboarding results'!$A$1:$C$2</definedName></definedNames>"
)
WHITE_PALETTE = (
    STYLES,
    "(?s)(<colors>.*?</colors>)?</styleSheet>",
    f"<colors><indexedColors>{9 * WHITE}</indexedColors></colors></styleSheet>",
)
DAYS_AS_GENERAL = (
    (
        STYLES,
        "(<numFmts[^>]*>)",
        r'<numFmts><numFmt numFmtId="14" formatCode="General"/></numFmts>',
    ),
    (STYLES, 'numFmtId="49"', 'numFmtId="14"'),
)
COLOUR = "the text has the colour of the cell"

FORGED = [
    odd("value beside an inline text", cell_as(f"<v>failed</v>{TRUE}", ' t="str"'), f"{STORED}C2."),
    odd("number beside an inline text", cell_as(f"<v>5</v>{TRUE}", ' t="n"'), f"{STORED}C2."),
    odd("inline text that is a value", cell_as("<v>done</v>"), f"{STORED}C2."),
    odd("two inline texts", cell_as(f"<is><t>failed</t></is>{TRUE}"), f"{STORED}C2."),
    odd("text in two pieces", cell_as("<is><t>do</t><t>ne</t></is>"), f"{STORED}C2."),
    odd("text and a run of text", cell_as("<is><t>do</t><r><t>ne</t></r></is>"), f"{STORED}C2."),
    odd("value within a value", cell_as("<v><x>done</x></v>", ' t="str"'), f"{STORED}C2."),
    odd("text as how it is spoken", cell_as(f"<is>{SPOKEN}</is>"), f"{STORED}C2."),
    odd("text in its style", cell_as(f"<is><r><rPr>{DONE}</rPr></r></is>"), f"{STORED}C2."),
    odd("text for other programs", cell_as(CHOICE), STORED),
    odd("row that some leave out", row_as(r'<e:e xmlns:e="urn:e">\1</e:e>'), STORED),
    odd("row in an extension", row_as(r"<extLst><ext>\1</ext></extLst>"), STORED),
    odd("rows in two blocks", row_as(r"</sheetData><sheetData>\1"), f"{STORED}sheetData."),
    odd(
        "cell in an extension",
        sheet_as(f"({STATUS})", r"<extLst><ext>\1</ext></extLst>"),
        STORED,
    ),
    odd(
        "column shown in an extension",
        sheet_as(
            "</worksheet>",
            '<extLst><ext><cols><col min="1" max="9"/></cols></ext></extLst></worksheet>',
        ),
        f"{STORED}cols.",
    ),
    odd(
        "row in another form of the format",
        sheet_as("</sheetData>", f"{STRICT_ROW}</sheetData>"),
        STORED,
    ),
    odd("far below", row_as(far_below), "continues in row 50,000, after 49,996 blank rows"),
    odd("far below blanks", row_as(far_below_blanks), "continues in row 50"),
    odd(
        "row of a height that is not given",
        sheet_as('<row r="4"', '<row r="4" customHeight="1"'),
        "Hidden, and not by a filter: row 4.",
    ),
    odd(
        "first of two views far too small",
        sheet_as("<sheetView ", '<sheetView workbookViewId="0" zoomScale=" 10 "/><sheetView '),
        "shown at 10% of its size",
    ),
    odd("frozen far down", sheet_as('ySplit="1"', 'ySplit="900"'), "So much of it is frozen"),
    odd(
        "printed far too small",
        sheet_as("</worksheet>", '<pageSetup scale="10"/></worksheet>'),
        "printed at 10%",
    ),
    odd(
        "only a part printed, in other letters",
        parts_with((BOOK, "</sheets>", f"</sheets>{PRINTED}")),
        "Only a part of it is printed",
    ),
    odd("text in the colour of windows", font_as('<color indexed="65"/>'), COLOUR),
    odd(
        "text in a colour of its own palette",
        font_as('<color indexed="8"/>', WHITE_PALETTE),
        COLOUR,
    ),
    odd(
        "text in the theme's colour of windows",
        parts_with((THEME, 'val="windowText" lastClr', 'val="window" lastClr')),
        COLOUR,
    ),
    odd(
        "theme with a font of signs",
        parts_with((THEME, r'(<a:minorFont>\s*<a:latin typeface=)"[^"]*"', r'\1"Wingdings"')),
        "the font Wingdings shows symbols instead of letters",
    ),
    odd(
        "font of icons",
        font_as('<name val="Segoe MDL2 Assets"/>'),
        "shows symbols instead of letters",
    ),
    odd("text far too large", font_as('<sz val="400"/>'), "too large for its cell"),
    odd("fill from black to black", fill_as("<gradientFill/>"), "the fill is a gradient"),
    odd(
        "black behind a light pattern",
        fill_as('<patternFill patternType="gray0625"><bgColor rgb="FF000000"/></patternFill>'),
        COLOUR,
    ),
    odd("fill of no colour", fill_as('<patternFill patternType="solid"/>'), COLOUR),
    odd(
        "fill in the colour of texts",
        fill_as('<patternFill patternType="solid"><fgColor indexed="64"/></patternFill>'),
        COLOUR,
    ),
    odd("format of days under another code", parts_with(*DAYS_AS_GENERAL), "the number format"),
    odd(
        "styles for other programs", parts_with((STYLES, "<fonts", f"{OTHER_FONTS}<fonts")), STORED
    ),
    odd(
        "styles in two places",
        parts_with(
            (BOOK_RELS, "<Relationship ", relation("rX", f"{OFFICE}/styles") + "<Relationship "),
            ("customXml/a.xml", "", "<a/>"),
        ),
        UNUSUAL,
        "Two of its parts stand for the same thing (styles).",
    ),
    odd(
        "sheet in two places",
        parts_with(
            (
                BOOK_RELS,
                "<Relationship ",
                relation("rId1", f"{OFFICE}/worksheet") + "<Relationship ",
            ),
            ("customXml/a.xml", "", "<a/>"),
        ),
        UNUSUAL,
        "Two of its parts stand for the same thing (rId1).",
    ),
    odd(
        "shared texts by an unknown reference",
        parts_with(
            (
                BOOK_RELS,
                "<Relationship ",
                relation("rIdX", "urn:sharedStrings") + "<Relationship ",
            )
        ),
        "linked to something that this program",
    ),
    odd(
        "two workbooks",
        parts_with(
            (
                "_rels/.rels",
                "</Relationships>",
                relation("rM", f"{OFFICE}/officeDocument") + "</Relationships>",
            ),
            ("customXml/a.xml", "", "<a/>"),
        ),
        "Two of its parts stand for the same thing (officeDocument).",
    ),
    odd(
        "part under a name in code",
        parts_with(("customXml/item%31.xml", "", "<a/>")),
        "a part that this program does not write",
    ),
    odd(
        "picture in another place",
        related("drawing", "docProps/d.xml", PICTURE, "drawing"),
        UNUSUAL,
    ),
    odd(
        "text box in another place",
        related("vmlDrawing", "docProps/d.vml", VML.format("Rect", ""), "legacyDrawing"),
        UNUSUAL,
    ),
    odd(
        "note that is always shown",
        related(
            "vmlDrawing",
            "xl/drawings/vmlDrawing1.vml",
            VML.format("Note", "<x:Visible/>"),
            "legacyDrawing",
        ),
        "A note is always shown",
    ),
    odd("values from a database", related("queryTable", "customXml/q.xml", "<a/>"), "(queryTable)"),
    odd(
        "table in a style of its own",
        related(
            "table",
            "xl/tables/table1.xml",
            f'<table xmlns="{MAIN}"><tableStyleInfo name="White"/></table>',
        ),
        "a style of its own",
    ),
]
HONEST = [
    Case(
        "table in a usual style",
        "alone",
        related(
            "table",
            "xl/tables/table1.xml",
            f'<table xmlns="{MAIN}"><tableStyleInfo name="TableStyleMedium2"/></table>',
        ),
        0,
        ["results.xlsx matches"],
    ),
    Case(
        "cells with a light pattern",
        "alone",
        fill_as('<patternFill patternType="gray125"><fgColor auto="1"/></patternFill>'),
        0,
        ["results.xlsx matches"],
    ),
    Case(
        "text with how it is spoken",
        "alone",
        cell_as('<is><t>done</t><rPh sb="0" eb="1"><t>dan</t></rPh><phoneticPr fontId="1"/></is>'),
        0,
        ["results.xlsx matches"],
    ),
    Case(
        "blank rows between groups in the workbook",
        "alone",
        row_as(lambda found: moved(found, 7)),
        0,
        ["results.xlsx matches"],
        ["blank row"],
    ),
]
