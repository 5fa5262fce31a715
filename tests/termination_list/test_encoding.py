"""Text in every encoding that lists come in is read rightly, or the cause is named."""

import json
from pathlib import Path

import pytest

from batch_offboard.errors import ListError
from batch_offboard.termination_list import read_termination_list
from batch_offboard.termination_list.misread import decoded_twice, is_misread, rereadings
from batch_offboard.termination_list.models import TerminationList
from tests.termination_list.reading import ANN, BOB
from tests.termination_list.settings import SETTINGS

SAVE_AS = "Save it in Excel as .xlsx or as CSV UTF-8."


def read_bytes(folder: Path, data: bytes, name: str = "list.csv") -> TerminationList:
    """The list in a file with these bytes."""
    (folder / name).write_bytes(data)
    return read_termination_list(folder / name, SETTINGS)


def refused(folder: Path, data: bytes, name: str = "list.csv") -> str:
    """Why a file with these bytes is no list."""
    with pytest.raises(ListError) as caught:
        read_bytes(folder, data, name)
    return str(caught.value)


def named(*names: str) -> str:
    """A list of these names."""
    return "user_id;name\r\n" + "".join(f"{ANN};{name}\r\n" for name in names)


def twice(text: str) -> str:
    """The text as UTF-8 taken for Windows-1252."""
    raw = text.encode()
    return "".join(
        chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
        for byte in raw
    )


@pytest.mark.parametrize(
    "name", ["Müller", "José Peña", "Łukasz Wałęsa", "Дмитрий", "张三", "Àgnes"]
)
@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
        lambda text: twice(text).encode(),
        lambda text: twice(twice(text)).encode(),
        lambda text: twice("\ufeff" + text).encode(),
    ],
    ids=["plain", "mark", "16", "16le", "16be", "32", "twice", "three times", "mark twice"],
)
def test_unicode_is_read(tmp_path: Path, name: str, written) -> None:
    """With a mark or without, and where a program has encoded it once too often."""
    found = read_bytes(tmp_path, written(named(name, "Ann")))
    assert [row.name for row in found.rows] == [name, "Ann"]
    assert found.rows[0].user_id == ANN


def test_text_encoded_twice_is_named(tmp_path: Path) -> None:
    """A person can see that it came out right."""
    found = read_bytes(tmp_path, twice(named("Müller")).encode())
    assert [each.message for each in found.findings if each.code == "encoded_twice"] == [
        f'The file was encoded as UTF-8 twice. It is read as "{ANN};Müller", not "{ANN};MÃ¼ller".'
    ]


@pytest.mark.parametrize("text", ["Müller", "Â¡", "Ã¼ and ü", "Ann", "20 €", "“x”", "Â\u00a0x", ""])
def test_other_text_is_not_taken_for_encoded_twice(text: str) -> None:
    """Every character must be part of one that was."""
    assert decoded_twice(text) is None


@pytest.mark.parametrize(
    "encoding, names, says",
    [
        ("mac_roman", ["Müller", "Jäger"], "holds “MŸller”. It is probably Mac Roman: “Müller”."),
        ("mac_roman", ["Jörg Groß"], "holds “Jšrg Gro§”. It is probably Mac Roman: “Jörg Groß”."),
        ("cp1250", ["Wałęsa"], "It is probably Central European, Windows-1250: “Wałęsa”."),
        ("cp850", ["Jäger"], "It is probably DOS, code page 850: “Jäger”."),
        ("cp1251", ["Дмитрий Иванов"], "It is probably Cyrillic, Windows-1251: “Дмитрий Иванов”."),
        ("koi8_r", ["Дмитрий"], "It is probably Cyrillic, KOI8: “Дмитрий”."),
        ("cp1253", ["Ελένη"], "It is probably Greek, Windows-1253: “Ελένη”."),
        ("gbk", ["张三", "李四"], "It is probably Chinese, GBK: “张三”."),
        ("cp932", ["鈴木"], "holds “—é–Ø”."),
        ("cp949", ["김철수"], "It is probably Korean, EUC-KR: “김철수”."),
    ],
)
def test_names_that_cannot_be_right_refuse_the_list(
    tmp_path: Path, encoding: str, names: list[str], says: str
) -> None:
    """As Windows-1252 they would fit nobody, or somebody else."""
    said = refused(tmp_path, named(*names).encode(encoding))
    assert says in said
    assert said.endswith(SAVE_AS)


@pytest.mark.parametrize(
    "encoding, text",
    [
        ("cp932", "田中太郎"),
        ("cp850", "Müller"),
        ("gbk", "张伟国"),
        ("big5", "陳大文"),
    ],
)
def test_bytes_that_mean_nothing_in_windows_1252(tmp_path: Path, encoding: str, text: str) -> None:
    """Refused as well, whichever encoding it is."""
    said = refused(tmp_path, named(text).encode(encoding))
    assert SAVE_AS in said


@pytest.mark.parametrize(
    "name",
    [
        *("Müller", "Groß", "José", "O’Brien", "Mª José", "D’Été", "Þórður Ægir", "Núñez–Ibáñez"),
        *("ÅSA ÖBERG", "Žižek", "Šarūnas".replace("ū", "u"), "Zoë “Zoé” Åkesson", "Çelik", "Ÿves"),
        *("Col·lell", "McÉwan".lower(), "Jean-Éric", "L’Haÿ", "Ñandú Ibáñez"),
    ],
)
def test_names_of_windows_1252_are_not_misread(tmp_path: Path, name: str) -> None:
    """German, French, Spanish, Icelandic, Nordic, Catalan."""
    assert not is_misread(name)
    assert read_bytes(tmp_path, named(name).encode("cp1252")).rows[0].name is not None


def test_one_odd_name_among_many_refuses_nothing(tmp_path: Path) -> None:
    """Somebody may really be called so."""
    found = read_bytes(tmp_path, named("McÉwan", "Müller", "Jäger", "Groß").encode("cp1252"))
    assert len(found.rows) == 4


def test_a_file_of_two_encodings_is_refused(tmp_path: Path) -> None:
    """Whichever is taken, half of the names are wrong."""
    data = named("Müller").encode("cp1252") + f"{BOB};Jäger\r\n".encode()
    assert 'mixes UTF-8 with another encoding: row 3 holds "JÃ¤ger" for "Jäger"' in refused(
        tmp_path, data
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", ""])
def test_files_joined_with_their_marks_are_read(tmp_path: Path, encoding: str, end: str) -> None:
    """Also where the first does not end its last line, and where cells are quoted."""
    one = f'\ufeff"user_id","name"\n"{ANN}","Lee, Ann"{end}'
    other = f'\ufeff"user_id","name"\n"{BOB}","Roy, Bob"\n'
    found = read_bytes(tmp_path, (one + other).encode(encoding))
    problem = found.rows[1].problem
    assert [row.name for row in found.rows] == ["Ann Lee", None, "Bob Roy"]
    assert problem is not None
    assert problem.message == "The row repeats the header line."
    assert "joined_files" in [each.code for each in found.findings]


def test_an_address_at_the_end_of_a_joined_file_stays_whole(tmp_path: Path) -> None:
    """Without the line's end it would run into the next header."""
    found = read_bytes(tmp_path, "\ufeffemail\na@x.org\ufeffemail\nb@x.org\n".encode())
    assert [row.email for row in found.rows if not row.problem] == ["a@x.org", "b@x.org"]


GSHEET = {"": "WARNING! DO NOT EDIT THIS FILE!", "doc_id": "1x", "email": "ann@example.com"}


@pytest.mark.parametrize(
    "name, data, says",
    [
        ("leavers.gsheet", json.dumps(GSHEET).encode(), "is only a link to a document in Google"),
        ("leavers.gdoc", b"x", "is only a link to a document in Google Drive."),
        ("x.csv", json.dumps(GSHEET).encode(), "choose File > Download > Microsoft Excel (.xlsx)"),
        ("x.csv", b'{"url": "https://docs.google.com/open?id=1"}', "in Google Drive."),
        ("~$leavers.xlsx", b"\x03Ann" + b" " * 160, "a helper file that belongs to leavers.xlsx."),
        (".~lock.leavers.xlsx#", b",ann,pc,01.05.2026;", "Use leavers.xlsx."),
        ("._leavers.xlsx", b"\x00\x05\x16\x07", "Use leavers.xlsx."),
        ("x.csv", b'[{"email": "a@x.org"}]', "is JSON, not a table."),
        ("x.csv", b"\x1f\x8b\x08", "is compressed (gzip). Unpack it"),
        ("x.xls", b"MIME-Version: 1.0\r\n", "is a web archive (MHTML), despite its name."),
        ("x.csv", b"\x89PNG\r\n", "is a picture."),
        ("x.csv", named("Ann Lee").encode("cp037"), "is mainframe text (EBCDIC)."),
        ("x.csv", named("Ann Lee").encode("cp500"), "is mainframe text (EBCDIC)."),
        ("x.csv", named("Müller").encode("utf-7"), 'it holds "+APw-" for "ü".'),
        ("x.csv", b"email,name\r\nann+AEA-x.org,Ann\r\n", 'it holds "+AEA-" for "@".'),
        ("x.csv", b"email\r\na@x\0.org\r\n", "has NUL characters (the first one in line 2)"),
        ("x.csv", named("Ann").encode() + named("Bob").encode("utf-16"), "has NUL characters"),
    ],
)
def test_other_files_are_named(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    """What it is, and what to use instead."""
    said = refused(tmp_path, data, name)
    assert says in said
    assert said.startswith(f"{name} ")


@pytest.mark.parametrize(
    "text", ["ann+test-x@x.org", "ann+ANA@x.org", "ann+abc@x.org", "+49-30-123", "+4930-1"]
)
def test_a_plus_is_no_utf_7(tmp_path: Path, text: str) -> None:
    """Addresses and telephone numbers have one too."""
    assert read_bytes(tmp_path, f"user_id,note\n{ANN},{text}\n".encode()).rows[0].cells[1] == text


@pytest.mark.parametrize(
    "name, meant, label",
    [
        ("MÃ¼ller", "Müller", "UTF-8, encoded twice"),
        ("Dvoøák", "Dvořák", "Central European, Windows-1250"),
        ("Kšnig", "König", "Mac Roman"),
        ("Yýlmaz", "Yılmaz", "Turkish, Windows-1254"),
    ],
)
def test_a_name_can_be_read_again(name: str, meant: str, label: str) -> None:
    """In each encoding that it may have been written in."""
    assert (label, meant) in [(each.name, each.sample) for each in rereadings(name)]


@pytest.mark.parametrize(
    ("encoding", "text", "called"),
    [
        ("gbk", "姓名,email\n王 伟,a@x.example\n", "Chinese, GBK: “姓名”"),
        ("cp1251", "Имя,email\nИван Ба,a@x.example\n", "Cyrillic, Windows-1251: “Имя”"),
    ],
)
def test_a_header_in_another_script_holds_the_list(
    tmp_path: Path, encoding: str, text: str, called: str
) -> None:
    """Otherwise the names below it would not be compared, and nobody would know."""
    message = refused(tmp_path, text.encode(encoding))
    assert "its headers are wrong: column A" in message
    assert called in message


def test_headers_of_western_europe_hold_nothing(tmp_path: Path) -> None:
    """Signs, and two letters above ASCII in a row, are in headers too."""
    data = "N°,Prénom usuel,Größe,Señas,email,Naïveté ÀÉ\n1,Zoë,2,x,a@x.example,y\n"
    assert len(read_bytes(tmp_path, data.encode("cp1252")).rows) == 1
