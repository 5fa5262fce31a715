"""What stands on the screens: the rules S10 to S15 and S17, and hostile lists."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from batch_offboard import page as package
from batch_offboard.simulator import Org, Simulator
from tests.page.browser import Answer
from tests.page.serving import Page, name_of, served
from tests.support import id_of, org_of, simulator

TEMPLATES = sorted((Path(package.__file__).parent / "templates").iterdir())
STATIC = Path(package.__file__).parent / "static"


class Tags(HTMLParser):
    """Every tag with its attributes, and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inline: list[str] = []
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102 (the parser's)
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._in = tag

    def handle_data(self, data: str) -> None:  # noqa: D102 (the parser's)
        if self._in in ("script", "style") and data.strip():
            self.inline.append(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: D102 (the parser's)
        self._in = ""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_script_or_style_in_it(path: Path) -> None:
    """S10: the policy would stop it; and S17: no field asks for a secret; S18: all is from here."""
    found = Tags(path.read_text("utf-8"))
    assert found.inline == []
    for tag, attributes in found.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        assert attributes.get("type") not in ("password",)
        for name in ("src", "href", "action", "data"):
            assert not re.match(r"[a-z]+:(?!,)|//", attributes.get(name, "")), attributes
    assert "| safe" not in path.read_text("utf-8")
    assert not re.search("secret|password", path.read_text("utf-8"), re.IGNORECASE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_tables_say_what_they_are_and_no_button_is_dead(path: Path) -> None:
    """A7: caption, scopes, a region that scrolls; and A5: what is wrong is said on submitting."""
    tags = Tags(path.read_text("utf-8")).tags
    assert not any("disabled" in attributes for _, attributes in tags)
    names = [name for name, _ in tags]
    for at, name in enumerate(names):
        if name == "table":
            region = tags[at - 1][1]
            assert (region["class"], region["role"], region["tabindex"]) == (
                "scroll",
                "region",
                "0",
            )
            assert region["aria-label"]
            assert names[at + 1] == "caption"
    heads = [attributes.get("scope") for name, attributes in tags if name == "th"]
    assert set(heads) <= {"col", "row"}
    assert ("row" in heads) == ("table" in names)


def test_nothing_is_fetched_from_elsewhere() -> None:
    """S18: by script or stylesheet; and the script makes no HTML of text."""
    for path in STATIC.iterdir():
        text = path.read_text("utf-8")
        assert not re.search(
            r"https?:|//[a-z]|@import|url\(", re.sub(r"^//.*", "", text, flags=re.M)
        )
        assert not re.search("innerHTML|insertAdjacentHTML|document.write|eval|Function", text)


# -- S11: hostile lists


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\u202eevil'
EVIL_NAME = "<img src=x onerror=alert(1)>\u202e';alert(1).csv"


def hostile_org() -> Org:
    """People, a queue and an organisation with hostile names."""
    return org_of(["Ada", "Bob", "Cyd"], {EVIL: ["Ada", "Cyd"]}, facts={"Ada": {"name": EVIL}})


def check_harmless(shown: Answer) -> None:
    """Nothing of a screen is a script, a handler or a picture that a list has brought."""
    found = Tags(shown.text)
    assert found.inline == []
    for tag, attributes in found.tags:
        assert tag not in ("img", "iframe", "object", "svg")
        assert not any(name.startswith("on") for name in attributes)
        if tag == "script":
            assert attributes["src"].endswith("static/page.js")
    assert "49" not in shown.title
    # A mark that turns the direction of reading stands in an element of its own, or is escaped.
    outside = re.sub(r"<bdi>.*?</bdi>|<input[^>]*>", "", shown.text, flags=re.DOTALL)
    assert "\u202e" not in outside


def test_hostile_cells_run_nothing(tmp_path: Path) -> None:
    """S11: on any screen, as names, headers, cells, file names, queues, and in what is typed."""
    evil = '"' + EVIL.replace('"', '""') + '"'
    lines = [f"user_id,name,{evil},<b>x</b>", f"{id_of('Ada')},{evil},<i>,x"]
    lines += [f"{id_of('Bob')},<script>x</script>,y,z", "not-a-guid,<script>,\u202ea,b"]
    data = "\n".join(lines).encode()
    with simulator(hostile_org()) as sim, served(tmp_path, sim) as page:
        browser = page.browser
        understood = browser.hand_in(EVIL_NAME, data)
        assert understood.heading == "How your list was read"
        columns = browser.get(f"{understood.path}/columns")
        plan = page.finished(browser.submit(understood, "/plan"))
        assert plan.heading == "The plan: 1 person", plan.words
        name = name_of(plan)
        found = browser.submit(plan, quote(name), find=EVIL, show="hold")
        check = page.checked(plan)
        wrong = browser.submit(check, "/start", number=EVIL, note=EVIL)
        result = page.finished(page.started(plan, 1, note=EVIL))
        assert "Result" in result.title
        correct = browser.get(f"{result.path}/correct")
        undo = browser.get(f"{result.path}/undo")
        runs = browser.get("runs")
        for shown in (understood, columns, plan, found, check, wrong, result, correct, undo, runs):
            assert shown.status in (200, 400)
            check_harmless(shown)
        report = browser.get(f"{result.path}/report.html")
        saved = browser.get(f"{result.path}/results.csv")
    policy = report.header("content-security-policy")
    assert policy.startswith("sandbox; default-src 'none'; ")
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not any(tag == "script" for tag, _ in Tags(report.text).tags)
    assert saved.header("content-disposition").startswith("attachment; ")
    assert saved.header("content-type").startswith("text/csv")


def test_a_hostile_workbook_is_shown_as_text(page: Page, tmp_path: Path) -> None:
    """S11: sheet names too."""
    book = Workbook()
    book.active.title = "<b>x</b>"[:5].replace("/", "")
    book.active.append(["Name", "<script>alert(1)</script>"])
    book.active.append([EVIL, "x"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    shown = page.browser.hand_in("a.xlsx", path.read_bytes())
    assert shown.heading == "Which column is which?"
    check_harmless(shown)


# -- S12


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, Path]]:
    """A page after a run, and files beside its runs."""
    folder = Path(tmp_path_factory.mktemp("runs"))
    with simulator(org_of(["Ada"])) as sim, served(folder, sim) as page:
        page.run_of_people("Ada")
        real = next(each for each in (folder / "runs").iterdir())
        (folder / "runs" / "link").symlink_to(real)
        (folder / "outside").mkdir()
        (folder / "outside" / "journal.jsonl").write_bytes((real / "journal.jsonl").read_bytes())
        (folder / "runs" / "half").mkdir()
        (folder / "runs" / "half" / "journal.jsonl").symlink_to(real / "journal.jsonl")
        (folder / "runs" / "file").write_text("x")
        (folder / "runs" / "empty").mkdir()
        yield page, folder


NAMES = (
    "..",
    "../outside",
    "..%2foutside",
    "%2e%2e%2foutside",
    "..%5coutside",
    ".",
    "%2fetc",
    "link",
    "half",
    "file",
    "empty",
    "CON",
    "NUL",
    "C:",
    "C:%5cWindows",
    "%5c%5cserver%5cshare",
    "%00",
    "journal.jsonl",
    "%ff",
    "*",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_one_of_those_that_are_there(folders: tuple[Page, Path], name: str) -> None:
    """S12: its name is never part of a path, so that no other file is read."""
    page, _ = folders
    form = f"form_token={page.opened.session.form_token}".encode()
    for rest in (
        "",
        "/now",
        "/start",
        "/stop",
        "/correct",
        "/undo",
        "/results.csv",
        "/report.html",
    ):
        assert page.browser.get(f"runs/{name}{rest}").status == 404, rest
    for rest in ("plan", "start", "stop", "rest", "correct", "undo"):
        assert page.browser.post(f"runs/{name}/{rest}", form).status in (404, 405), rest


def test_a_run_may_have_any_name_that_a_folder_can_have(folders: tuple[Page, Path]) -> None:
    """S12: blanks, signs and other letters too."""
    page, folder = folders
    real = max(each.name for each in (folder / "runs").iterdir() if each.name.endswith("leavers"))
    odd = folder / "runs" / "a b%3f#é<&'"
    odd.mkdir()
    for path in (folder / "runs" / real).iterdir():
        (odd / path.name).write_bytes(path.read_bytes())
    runs = page.browser.get("runs")
    link = re.search(r'href="([^"]*a%20b[^"]*)"', runs.text)
    assert link
    shown = page.browser.get(link[1])
    assert "Result" in shown.title
    assert page.browser.get(f"{link[1]}/results.csv").status == 200


# -- S13


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/leavers.csv", "leavers.csv"),
        ("C:\\Users\\x\\leavers.csv", "leavers.csv"),
        ("\\\\server\\share\\leavers.csv", "leavers.csv"),
        ("..", ".."),
        ("a/", "a"),
        ("x" * 300 + ".csv", "x" * 200),
        ("Ausscheidende März.csv", "Ausscheidende März.csv"),
        ("😀" * 100 + ".csv", "😀" * 100),
        ("a\x07b.csv", "a_b.csv"),
    ],
)
def test_a_file_s_name_is_only_text(page: Page, given: str, shown: str) -> None:
    """S13: the last part of a path that an old browser sends."""
    answer = page.browser.hand_in(given, b"user_id\n" + id_of("Ada").encode())
    assert answer.heading == "How your list was read"
    assert f"<bdi>{shown}" in answer.text


def test_one_list_is_taken_at_a_time(page: Page) -> None:
    """S13: two are none."""
    form = dict(page.browser.get().form("lists").fields)
    answer = page.browser.upload([("a.csv", b"user_id\nx"), ("b.csv", b"user_id\ny")], form)
    assert (answer.status, "Choose one list." in answer.words) == (400, True)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("", b"", "Choose a list."),
        ("a.csv", b"", "The list is empty."),
        ("a.csv", b" \r\n\t", "The list is empty."),
        ("a.csv", b"x" * 20_000_001, "The list must be smaller than 20 MB."),
        ("a.pdf", b"%PDF-1.7\n\x00\x01", "CSV"),
        ("a.xlsx", b"PK\x03\x04rubbish", "xlsx"),
        ("leavers.gsheet", b"{}", "is only a link to a document in Google Drive"),
        ("~$leavers.xlsx", b"x", "a helper file that belongs to leavers.xlsx"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "is an old Excel workbook"),
    ],
)
def test_what_is_no_list_is_told(page: Page, name: str, data: bytes, said: str) -> None:
    """In one sentence, on the screen where another can be chosen."""
    answer = page.browser.hand_in(name, data)
    assert answer.status == 400
    assert answer.title.startswith("Error: Who is leaving?")
    assert said in answer.words


# -- S15


@contextmanager
def run_on(folder: Path, **options: Any) -> Iterator[tuple[Page, Simulator, list[Answer]]]:
    """A page after a plan and its run, with every screen of it."""
    with simulator(org_of(["Ada"], {"Q": ["Ada"]})) as sim, served(folder, sim) as page:
        plan = page.plan_of_people("Ada")
        shown = [plan, page.checked(plan)]
        shown.append(page.finished(page.started(plan, 1)))
        yield page, sim, shown


def test_no_secret_is_written_anywhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """S15: no token, prefix, cookie or secret in a journal, report, results, title or log."""
    with run_on(tmp_path) as (page, sim, shown):
        session = page.opened.session
        page.browser.get("runs/nothing")
        page.browser.open("wrong")
        secrets = [session.cookie, session.form_token, session.prefix, session.runtime_secret]
        secrets += [session.start_token(), sim.client_secret]
        titles = [each.title for each in shown]
        report = page.browser.get(f"{shown[-1].path}/report.html").text
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    said = capfd.readouterr()
    texts = [*(each.decode("utf-8", "replace") for each in written), *titles, report, *said]
    assert len(written) > 5
    for secret in secrets:
        assert not any(secret in text for text in texts)
    assert not any(
        secret in repr(page.desk) + repr(session) for secret in secrets if secret != session.prefix
    )
    assert said == ("", "")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_what_the_page_keeps_is_the_owner_s_alone(tmp_path: Path) -> None:
    """Lists of leavers are nobody else's business."""
    with run_on(tmp_path):
        pass
    for path in (tmp_path / "runs").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


# -- S14


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITIES = f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]>'.encode()
OUTSIDE = b'<!DOCTYPE a [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>'


def workbook_with(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its parts changed."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["user_id", "name"], [id_of("Ada"), "Ada"]):
        sheet.append(row)
    plain, changed = BytesIO(), BytesIO()
    book.save(plain)
    with ZipFile(plain) as old, ZipFile(changed, "w", ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return changed.getvalue()


def with_entities(doctype: bytes) -> Callable[[bytes], bytes]:
    """A part whose texts are made of entities."""
    return lambda data: doctype + data.replace(b"Ada<", b"&l9;<")


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("xl/worksheets/sheet1.xml", with_entities(ENTITIES)),
        ("xl/worksheets/sheet1.xml", with_entities(OUTSIDE)),
        ("xl/workbook.xml", lambda data: ENTITIES + data.replace(b"Sheet", b"&l9;")),
        ("xl/worksheets/sheet1.xml", lambda data: data + b" " * 301_000_000),
    ],
)
def test_a_workbook_that_grows_is_refused(
    page: Page, part: str, change: Callable[[bytes], bytes]
) -> None:
    """S14: by unpacking or by entities; and no file of this computer is read by it."""
    answer = page.browser.hand_in("a.xlsx", workbook_with(part, change))
    assert (answer.status, answer.title) == (400, "Error: Who is leaving? – batch-offboard")
    assert "lollol" not in answer.text
