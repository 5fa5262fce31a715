"""Makes the list files beside it: `python tests/lists/make_lists.py`.

The files are committed as bytes; this script only shows how each came about. What each must give
is said in cases.json. `U1` to `U9` in a text stand for user ids.
"""

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

FILES = Path(__file__).parent / "files"


def with_ids(text: str) -> str:
    """The text with every `U1` to `U9` replaced by a user id made of that digit."""
    return re.sub(r"\bU(\d)\b", lambda m: _guid(m[1]), text)


def _guid(digit: str) -> str:
    return f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}"


TEXTS: dict[str, tuple[str, str]] = {
    # dialects
    "comma.csv": ("utf-8", "user_id,name\r\nU1,Ann\r\nU2,Bob\r\n"),
    "semicolon.csv": ("utf-8", "user_id;name\r\nU1;Lee, Ann\r\nU2;Roy, Bob\r\n"),
    "tab.tsv": ("utf-8", "user_id\tname\nU1\tLee, Ann; MD\n"),
    "tab.txt": ("utf-8", "name\tuser_id\nAnn\tU1\n"),
    "sep_line.csv": ("utf-8", "sep=;\r\nuser_id;name\r\nU1;Ann\r\n"),
    "sep_line_wins.csv": ("utf-8", "sep=;\r\nuser_id;last, first\r\nU1;Lee, Ann\r\n"),
    "sep_pipe.csv": ("utf-8", "sep=|\r\nuser_id|name\r\nU1|Ann\r\n"),
    "one_column.txt": ("utf-8", "user_id\nU1\nU2"),
    "cr.csv": ("utf-8", "user_id,name\rU1,Ann\rU2,Bob\r"),
    "lf.csv": ("utf-8", "user_id,name\nU1,Ann\nU2,Bob\n"),
    "mixed_line_ends.csv": ("utf-8", "user_id,name\r\nU1,Ann\nU2,Bob\rU3,Cid"),
    "quoted_newline.csv": ("utf-8", 'user_id,note\r\nU1,"a\r\nb\nc"\r\nU2,x\r\n'),
    "quoted_delimiter.csv": ("utf-8", 'user_id,note\nU1,"a, ""b"", c"\nU2,5" x\n'),
    "unclosed_quote.csv": ("utf-8", 'user_id,note\nU1,a\n\nU2,"b\nU3,c\n'),
    "unclosed_quote_sep.csv": ("utf-8", 'sep=,\nuser_id,note\nU1,a\nU2,"b\nU3,c\n'),
    "swallowed_rows.csv": ("utf-8", 'user_id,note\nU1,"a\nU2,b\nU3,c"\nU4,d\n'),
    "huge_cell.csv": ("utf-8", 'user_id,note\nU1,a\nU2,"' + "b" * 140_000 + "\n"),
    # encodings
    "utf8_bom.csv": ("utf-8-sig", "user_id,name\r\nU1,Zoë\r\n"),
    "utf16_le.txt": ("utf-16", "user_id\tname\r\nU1\tZoë\r\n"),
    "windows_1252.csv": ("cp1252", "user_id;name\r\nU1;Müller\r\nU2;Bob\r\n"),
    "windows_1252_note.csv": ("cp1252", "user_id;note\r\nU1;20 € für Bob\r\n"),
    "utf16_without_bom.csv": ("utf-16-le", "user_id,name\r\nU1,Ann\r\n"),
    # no lists
    "empty.csv": ("utf-8", ""),
    "blank.csv": ("utf-8", "\r\n  \r\n"),
    "nul.csv": ("utf-8", "user_id,name\r\nU1,A\0nn\r\n"),
    "web_page.csv": ("utf-8", "<html><table><tr><td>user_id</td></tr></table></html>"),
    "header_only.csv": ("utf-8", "user_id,name\r\n\r\n"),
    "no_header.csv": ("utf-8", "U1,Ann\r\nU2,Bob\r\n"),
    "no_id_column.csv": ("utf-8", "name,department\r\nAnn,Sales\r\n"),
    "id_without_ids.csv": ("utf-8", "id,name\r\n1,Ann\r\n2,Bob\r\n"),
    "header_below_rows.csv": ("utf-8", "U1,ann@example.com\nuser_id,email\nU2,bob@example.com\n"),
    "results.csv": (
        "utf-8-sig",
        "user_id,offboard_status,offboard_retry,offboard_row,offboard_user_id\r\nU1,done,no,2,U1\r\n",
    ),
    # headers and columns
    "headers.csv": (
        "utf-8",
        "\ufeffE Mail,Genesys-User_ID ,Full\u00a0Name\nx@example.com,U1,Ann\n",
    ),
    "two_ids.csv": ("utf-8", "user_id,genesys_user_id\nU1,U1\n"),
    "two_emails.csv": ("utf-8", "email,Work E-Mail\na@example.com,b@example.com\n"),
    "bare_id.csv": ("utf-8", "id,name\nU1,Ann\nnone,Bob\n"),
    "bare_id_beside_email.csv": ("utf-8", "ID,email\n17,ann@example.com\n"),
    "bare_id_beside_user_id.csv": ("utf-8", "id,user_id\nU1,U2\n"),
    "title_lines.csv": (
        "utf-8",
        "Leavers Q4;;\r\n\r\nas of;1 Nov;\r\nuser_id;name;\r\nU1;Ann;\r\n",
    ),
    "blank_lines.csv": ("utf-8", "user_id,name\n\nU1,Ann\n , \n,\nU2,Bob\n\n"),
    "trailing_columns.csv": ("utf-8", "user_id,name,,,\nU1,Ann,,,\nU2,Bob, ,,\n"),
    "short_rows.csv": ("utf-8", "user_id,name,note\nU1\nU2,Bob\n"),
    "long_row.csv": ("utf-8", "user_id,name\nU1,Lee, Ann\nU2,Bob,,\n"),
    "repeated_header.csv": ("utf-8", "user_id,name\nU1,Ann\nuser_id,name\nU2,Bob\n"),
    # identifiers
    "braces_and_case.csv": ("utf-8", "user_id\n {AAAAAAAA-1111-4111-8111-AAAAAAAAAAAA} \n"),
    "malformed_id.csv": ("utf-8", "user_id,email\nU1,\n123,ann@example.com\n,bob@example.com\n"),
    "fall_through.csv": (
        "utf-8",
        "user_id,email,employee number,name\nU1,,,\n,ann@example.com,7,\n,,8,\n,,,Dan\n",
    ),
    "invisible.csv": (
        "utf-8",
        "user_id,email,name\n\u200bU1\ufeff,,Ann\u00a0Lee\n,\u00a0ann@exa\u00admple.com,Ann\n",
    ),
    "employee_scientific.csv": ("utf-8", 'employee_id\n1.2E+08\n"1,23457E+11"\n12E5\n'),
    "employee_rounded.csv": ("utf-8", "employee_id\n123456789012345000\n123456789012345678\n"),
    "employee_lost_zeros.csv": ("utf-8", "employee_id\n000123\n000007\n4711\n123456\nC99\n"),
    "employee_not_padded.csv": ("utf-8", "employee_id\n007\n00123\n4711\n"),
    "employee_decimal.csv": ("utf-8", "employee_id\n123.0\n124\n"),
    "employee_text_marks.csv": ("utf-8", 'employee_id\n"=""00123"""\n\'00124\n'),
    "duplicates.csv": (
        "utf-8",
        "user_id,email\nU1,ann@example.com\nU2,b@example.com\nU1,ANN@example.com\nU3,B@example.com\n",
    ),
    "many_duplicates.csv": (
        "utf-8",
        "email\n" + "".join(f"p{n}@example.com\n" for n in (*range(11), *range(11))),
    ),
    "address_typo.csv": (
        "utf-8",
        "email\na@example.com\nb@example.com\nc@example.com\nd@exmaple.com\ne@other.org\n",
    ),
    "odd_address.csv": ("utf-8", "email\nn/a\na@example.com; b@example.com\nc@example.com\n"),
    "many_problems.csv": (
        "utf-8",
        "user_id,email,name\n1,,Ann\n2,,Bob\n,,Cid\n,,Dan\nU1,,Lee,Eve\nU2,,Lee,Fay\n",
    ),
    "too_wide.csv": ("utf-8", "user_id,name\nU1" + "," * 16_400 + "\n"),
    "wrapped_lines.csv": ("utf-8", '"user_id;name"\n"U1;Ann"\n'),
    # dates
    "date_serial.csv": ("utf-8", "user_id,last_day\nU1,46000\n"),
    "date_missing.csv": ("utf-8", "user_id,last_day\nU1,\nU2,2026-04-13\n"),
    "dates_iso.csv": (
        "utf-8",
        "user_id,termination_date\nU1,2026-04-03\nU2,2026-04-03 00:00:00\nU3,2026/4/5\n"
        'U4,3-Apr-26\nU5,"Apr 3, 2026"\n',
    ),
    "dates_day_first.csv": ("utf-8", "user_id,last_day\nU1,03/04/2026\nU2,13/04/2026\n"),
    "dates_month_first.csv": ("utf-8", "user_id,last day\nU1,03/04/2026\nU2,04/13/2026\n"),
    "dates_ambiguous.csv": ("utf-8", "user_id,last_day\nU1,04/04/2026\nU2,03/04/2026\n"),
    "dates_same_both_ways.csv": ("utf-8", "user_id,last_day\nU1,04/04/2026\n"),
    "dates_two_digits.csv": ("utf-8", "user_id,last_day\nU1,13.04.26\n"),
    "dates_two_digits_decided.csv": (
        "utf-8",
        "user_id,last_day\nU1,03.04.26\nU2,31.12.99\nU3,30.04.2026\n",
    ),
    "dates_mixed.csv": ("utf-8", "user_id,last_day\nU1,13/04/2026\nU2,04/13/2026\n"),
    "dates_with_format.csv": (
        "utf-8",
        "user_id,last_day\nU1,03/04/2026\nU2,2026-04-03\nU3,4.3.26\n",
    ),
    "dates_odd.csv": (
        "utf-8",
        "user_id,effective_date\nU1,2026-04-13\nU2,\nU3,46000\nU4,soon\nU5,31.12.9999\nU6,2026-02-30\n",
    ),
    "dates_both.csv": (
        "utf-8",
        "user_id,effective_date,last_day\nU1,2026-04-10,2026-04-12\nU2,2026-04-20,2026-04-12\n"
        "U3,,2026-04-12\nU4,2026-04-10,\nU5,,\nU6,2026-04-10,x\n",
    ),
    "dates_no_such_day.csv": ("utf-8", "user_id,effective_date\nU1,31.11.26\nU2,15.12.26\n"),
    "dates_no_such_day_decided.csv": (
        "utf-8",
        "user_id,effective_date\nU1,29.02.27\nU2,31.12.99\nU3,01.01.00\nU4,05.04.45\n",
    ),
    "days_not_used.csv": (
        "utf-8",
        "email,Leaving date,born,note\na@example.com,2027-11-01,1 May 1980,x\n"
        "b@example.com,31/12/2027,,2027-01-01\n",
    ),
    "two_delimiters.csv": ("utf-8", "email,x;employee_id\na@example.com,y;123\n"),
    "total_beside_number.csv": ("utf-8", "department,employee_id\nSales,17\nTotal:,1\n"),
    "total_beside_address.csv": ("utf-8", "name,email\nAnn Total,a@example.com\nTotal,2\n"),
    "header_again.csv": (
        "utf-8",
        "E-Mail,name\na@example.com,Ann\nEMAIL , Name\nb@example.com,Bob\n",
    ),
    "header_in_other_order.csv": (
        "utf-8",
        "email,manager_email\na@example.com,m@example.com\nManager Email,E-Mail\n"
        "m@example.com,b@example.com\n",
    ),
    "header_of_fewer_columns.csv": ("utf-8", "user_id,name,badge\nU1,Ann,\nbadge,user_id\n17,U2\n"),
    "header_words_in_a_row.csv": (
        "utf-8",
        "employee_id,name,contact\nANN,Ann Lee,email\n,Bob Roy,e-mail\n",
    ),
    "our_column.csv": ("utf-8", "user_id,offboard_row\nU1,7\n"),
    "our_status.csv": ("utf-8", "user_id,Offboard Status\nU1,todo\n"),
    "sep_in_a_header.csv": ("utf-8", '"sep=;\nx",user_id\ny,U1\n'),
    "sep_quoted.csv": ("utf-8", '"sep=;"\nuser_id;name\nU1;Ann\n'),
    "total_in_words.csv": (
        "utf-8",
        "department,employee_id\nSales,17\nTotal leavers: 1,1\nNumber of employees,1\n",
    ),
    "html_fragment.xls": ("utf-8", "<table><tr><td>user_id</td></tr></table>"),
    "dates_instant.csv": ("utf-8", "user_id,effective_date\nU1,2026-04-12T22:00:00Z\n"),
}

BYTES: dict[str, bytes] = {
    "broken_bytes.csv": b"user_id,name\r\n1,\x81\x8d\r\n",
    "utf16_big_endian.csv": b"\xfe\xff" + with_ids("user_id,name\nU1,Zoë\n").encode("utf-16-be"),
    "utf16_cut.csv": b"\xff\xfeu\0s\0e",
    "document.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "old_excel.xls": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512,
    "rich_text.txt": b"{\\rtf1 user_id}",
    "cut_workbook.xlsx": b"PK\x03\x04" + b"\0" * 40,
}


def _as_saved() -> dict[str, Workbook]:
    typed = _sheet(
        ["Employee number", "E-mail", "Last day", "Note", "Rate"],
        [123, "ann@example.com", datetime(2026, 4, 13), True, 1.5],
        [4711, None, datetime(2026, 4, 14, 9, 30), "1+1 as text", 2],
        [123456789012345678, None, datetime(2026, 4, 15), "#N/A", 0.1 + 0.2],
    )
    for row in (2, 3):
        typed.active.cell(row, 1).number_format = "000000"
    titled = _sheet(["Leavers of Q4"], [], [None, "user_id", "name"], [None, with_ids("U1"), "Ann"])
    hidden = _sheet(["user_id"], [with_ids("U1")], [with_ids("U2")], [with_ids("U3")])
    hidden.active.row_dimensions[3].hidden = True
    several = _sheet(["nothing here"])
    several.active.title = "Summary"
    several.create_sheet("Leavers").append(["user_id"])
    several["Leavers"].append([with_ids("U1")])
    cover = _sheet(["user_id"], [with_ids("U1")])
    cover.active.title, cover.active.sheet_state = "Old", "hidden"
    cover.create_sheet("New").append(["user_id"])
    cover["New"].append([with_ids("U2")])
    unsaved = _sheet(["user_id", "email"], [with_ids("U1"), '="a"&"@example.com"'])
    formatted = _sheet(["employee_id"], [123], [45678], [1234567], [7])
    for row, shown in enumerate(['"E"00000', "000-00", "\\P000", "00000;-00000"], 2):
        formatted.active.cell(row, 1).number_format = shown
    far_right = _sheet(["user_id", "name"], [with_ids("U1"), "Ann"])
    far_right.active["XFD2"] = "x"
    long_row = _sheet(["user_id", "name"], [with_ids("U1"), "Lee", "Ann"])
    return {
        "typed.xlsx": typed,
        "title_lines.xlsx": titled,
        "hidden_row.xlsx": hidden,
        "several_sheets.xlsx": several,
        "hidden_sheet.xlsx": cover,
        "formula_unsaved.xlsx": unsaved,
        "long_row.xlsx": long_row,
        "number_formats.xlsx": formatted,
        "far_right.xlsx": far_right,
        "empty.xlsx": Workbook(),
    }


def workbooks() -> dict[str, bytes]:
    """The workbooks, by file name; the last ones are damaged, or saved by hand."""
    files = {name: _saved(book) for name, book in _as_saved().items()}
    files["formula.xlsx"] = _with_value(files["formula_unsaved.xlsx"], "a@example.com")
    files["formula_empty_text.xlsx"] = _with_value(files["formula_unsaved.xlsx"], "")
    files["workbook_named.csv"] = files["hidden_row.xlsx"]
    files["without_sheet.xlsx"] = _without(files["typed.xlsx"], "xl/worksheets/sheet1.xml")
    files["damaged.xlsx"] = _archive(
        {**_parts(files["typed.xlsx"]), "xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}
    )
    for name, places in (("rows_out_of_order", "A1 A3 A2"), ("cells_out_of_order", "A1 B2 A2")):
        files[f"{name}.xlsx"] = _archive(
            {**_parts(files["hidden_row.xlsx"]), "xl/worksheets/sheet1.xml": _raw_sheet(places)}
        )
    files["bits_flipped.xlsx"] = _flipped(files["typed.xlsx"], "xl/worksheets/sheet1.xml")
    files["archive.xlsx"] = _archive({"readme.txt": b"hello"})
    return files


def _sheet(*rows: list[object]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def _saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _with_value(workbook: bytes, value: str) -> bytes:
    """The workbook with the value that Excel would have stored for its formula."""
    parts = _parts(workbook)
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    sheet = re.sub(r"<v ?/>|<v></v>", f"<v>{value}</v>", sheet)
    parts["xl/worksheets/sheet1.xml"] = sheet.replace('<c r="B2"', '<c r="B2" t="str"').encode()
    return _archive(parts)


def _raw_sheet(places: str) -> bytes:
    """A sheet that stores cells in this order, each in a row of its own, each holding its place."""
    cells = "".join(
        f'<row r="{place[1:]}"><c r="{place}" t="inlineStr"><is><t>{place}</t></is></c></row>'
        for place in places.split()
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def _flipped(workbook: bytes, part: str) -> bytes:
    """The workbook with bytes in the middle of a compressed part overwritten."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        entry = archive.getinfo(part)
    middle = entry.header_offset + 30 + len(part) + entry.compress_size // 2
    return workbook[:middle] + b"\xff" * 8 + workbook[middle + 8 :]


def _without(workbook: bytes, part: str) -> bytes:
    parts = _parts(workbook)
    del parts[part]
    return _archive(parts)


def _parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _archive(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def main() -> None:
    """Write every file anew."""
    FILES.mkdir(exist_ok=True)
    texts = {name: with_ids(text).encode(encoding) for name, (encoding, text) in TEXTS.items()}
    for name, content in {**texts, **BYTES, **workbooks()}.items():
        (FILES / name).write_bytes(content)


if __name__ == "__main__":
    main()
