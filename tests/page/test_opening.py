"""Being let in, and the server's end: the rules S4, S15 and S16."""

import gc
import json
import os
import socket
import stat
import threading
import warnings
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from starlette.types import Receive, Scope, Send

from batch_offboard.errors import UsageError
from batch_offboard.page.desk import Desk
from batch_offboard.page.lists import Drafts
from batch_offboard.page.opening import (
    RUNTIME_NAME,
    Running,
    address,
    fresh_address,
    open_in_browser,
    runtime_file,
    server_of,
)
from batch_offboard.page.server import Server, listening_socket
from batch_offboard.page.serving import Opened, Use
from batch_offboard.page.session import PRINTED_SECONDS, START_SECONDS, Session
from batch_offboard.page.workspace import Workspace
from tests.page.browser import Browser
from tests.page.serving import Hands, Page, served
from tests.support import config

# -- S4


def test_looking_at_the_address_does_not_use_it_up(page: Page) -> None:
    """S4: as programs do that look at addresses in advance; only the form opens the page."""
    token, browser = page.opened.session.start_token(), Browser(page.port)
    for _ in range(2):
        shown = browser.send("GET", f"/open?token={token}")
        assert (shown.status, shown.header("set-cookie")) == (200, "")
    assert dict(shown.form("/open").fields) == {"token": token}
    assert page.browser.base not in shown.text
    assert token not in shown.title
    assert browser.open(token).status == 303
    assert browser.get().heading == "Who is leaving?"


@pytest.mark.parametrize("seconds", [START_SECONDS, PRINTED_SECONDS])
def test_a_start_token_lives_for_its_time(seconds: float) -> None:
    """S4: a minute, or ten where a person has to type it; used later it does no harm."""
    hands = Hands()
    session = Session(hands.monotonic)
    early, late, used = (session.start_token(seconds) for _ in range(3))
    assert min(map(len, (early, late, used))) >= 43
    assert session.redeem(used).value == "opened"
    hands.move(seconds=seconds)
    cookie = session.cookie
    assert session.redeem(early).value == "opened"
    hands.move(seconds=1)
    assert [session.redeem(each).value for each in (late, used, "", "x")] == ["unknown"] * 4
    assert session.is_open_to(cookie)


def test_a_token_used_twice_lets_everybody_out(tmp_path: Path) -> None:
    """S4: somebody else has it. A fresh start lets the person in again, nobody else."""
    with served(tmp_path) as page:
        token, thief = page.opened.session.start_token(), Browser(page.port)
        waiting = page.opened.session.start_token()
        assert thief.open(token).status == 303
        form = thief.get().form("practice")
        again = page.browser.open(token)
        assert (again.status, again.text) == (403, "Open batch-offboard from its icon.")
        assert [each.get().status for each in (thief, page.browser)] == [403, 403]
        assert Browser(page.port).open(waiting).status == 403
        url = fresh_address(Running(page.port, page.opened.session.runtime_secret))
        assert url is not None
        assert page.browser.open(url.partition("token=")[2]).status == 303
        assert page.browser.get().status == 200
        assert thief.get().status == 403
        assert page.browser.submit(page.browser.get(), "practice", form_token="x").status == 403
        old = dict(form.fields)["form_token"]
        assert page.browser.submit(page.browser.get(), "practice", form_token=old).status == 403


class Seen:
    """A browser that notes what it is opened on, or that cannot be opened."""

    def __init__(self, *, works: bool = True) -> None:
        self.works, self.url, self.mode = works, "", 0

    def open(self, url: str, *_: object) -> bool:
        """Note the address, and whether others may read what it leads to."""
        self.url = url
        if os.name == "posix":
            self.mode = stat.S_IMODE(Path(unquote(urlsplit(url).path)).stat().st_mode)
        return self.works


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The browser of this computer."""
    found = Seen()
    monkeypatch.setattr(webbrowser, "_tryorder", ["seen"])
    monkeypatch.setattr(webbrowser, "_browsers", {"seen": [None, found]})
    return found


def test_the_browser_is_opened_on_a_file_that_does_not_stay(tmp_path: Path, seen: Seen) -> None:
    """S4: owner-only, without the token in its name, gone as soon as the token is used."""
    with served(tmp_path) as page:
        tokens = [page.opened.session.start_token() for _ in range(2)]
        for token in tokens:
            assert open_in_browser(tmp_path, address(page.port, token))
            assert token not in seen.url
            assert seen.mode in (0o600, 0)
        first, second = tmp_path.glob("*.html")
        assert Browser(page.port).open("unknown").status == 403
        assert Browser(page.port).open(tokens[0]).status == 303
        (left,) = tmp_path.glob("*.html")
        assert left in (first, second)
        assert tokens[1] in left.read_text("utf-8")
    with runtime_file(tmp_path, 4711, Session(Hands().monotonic)):
        assert not list(tmp_path.glob("*.html"))
        assert open_in_browser(tmp_path, address(4711, "x"))
    assert not list(tmp_path.glob("*.html"))


def test_without_a_browser_no_file_is_left(tmp_path: Path, seen: Seen) -> None:
    """S4: then the address is printed."""
    seen.works = False
    assert not open_in_browser(tmp_path, address(4711, "x"))
    assert seen.url
    assert not list(tmp_path.iterdir())


# -- S16, the second start


def test_a_second_start_gets_a_token_of_its_own(page: Page) -> None:
    """And another tab of the same session."""
    running = Running(page.port, page.opened.session.runtime_secret)
    url = fresh_address(running)
    assert url is not None
    start, _, token = url.partition("token=")
    assert start == f"http://127.0.0.1:{page.port}/open?"
    assert Browser(page.port).open(token).status == 303
    assert page.browser.get().status == 200


@pytest.mark.parametrize("secret", ["", "x", "é", "x&token=y", "x" * 5000])
def test_the_secret_cannot_be_guessed(page: Page, secret: str) -> None:
    """S16: without it nobody gets a token."""
    assert fresh_address(Running(page.port, secret)) is None


def test_the_runtime_file_is_the_owner_s_alone(tmp_path: Path) -> None:
    """S16: it names port and secret for as long as the server runs."""
    session = Session(Hands().monotonic)
    path = tmp_path / RUNTIME_NAME
    path.symlink_to(tmp_path / "elsewhere")
    with runtime_file(tmp_path, 4711, session):
        assert server_of(tmp_path) == Running(4711, session.runtime_secret)
        if os.name == "posix":
            assert stat.S_IMODE(path.lstat().st_mode) == 0o600
        text = path.read_text("utf-8")
        assert session.cookie not in text
        assert session.prefix not in text
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_ends_late_leaves_the_next_one_s_file(tmp_path: Path) -> None:
    """S16: one that had not answered when the next began."""
    late, next_one = (Session(Hands().monotonic) for _ in range(2))
    with runtime_file(tmp_path, 4711, late):
        newer = runtime_file(tmp_path, 4712, next_one)
        newer.__enter__()
    assert server_of(tmp_path) == Running(4712, next_one.runtime_secret)
    newer.__exit__(None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"port": "x", "secret": "y"}',
        '{"port": 1}',
        "\udcff",
        '{"port": 1e999}',
    ],
)
def test_a_runtime_file_that_says_nothing_is_ignored(tmp_path: Path, text: str) -> None:
    """S16: whatever is in it."""
    path = tmp_path / RUNTIME_NAME
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    path.chmod(0o600)
    assert server_of(tmp_path) is None


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_a_runtime_file_of_somebody_else_is_ignored(tmp_path: Path) -> None:
    """S16: it could lead to a page that only looks like ours."""
    path = tmp_path / RUNTIME_NAME
    path.write_text(json.dumps({"port": 4711, "secret": "x"}))
    for mode, is_taken in ((0o644, False), (0o620, False), (0o600, True)):
        path.chmod(mode)
        assert (server_of(tmp_path) is not None) == is_taken
    path.rename(tmp_path / "other")
    path.symlink_to(tmp_path / "other")
    assert server_of(tmp_path) is None


@contextmanager
def answering(said: bytes) -> Iterator[int]:
    """Another program on a port, which says this to whoever comes."""
    with listening_socket(0) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(30)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n<p>hello</p>",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 43 + b"\r\nhttp://evil.example",
        b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe",
        b"HTTP/1.1 500 No\r\n\r\n",
    ],
)
def test_another_program_on_a_stale_port_is_not_the_page(said: bytes) -> None:
    """S16: a new server starts instead."""
    with answering(said) as port:
        assert fresh_address(Running(port, "x")) is None


def test_a_port_where_nobody_answers_is_stale() -> None:
    """S16: nor is one that cannot be."""
    with listening_socket(0) as free:
        port = free.getsockname()[1]
    for each in (port, 0, -1, 70_000, 10**30):
        assert fresh_address(Running(each, "x")) is None


def test_a_taken_port_is_told() -> None:
    """And which."""
    with listening_socket(0) as taken, pytest.raises(UsageError, match="Another program uses port"):
        listening_socket(taken.getsockname()[1])


# -- the end


def test_it_ends_when_nobody_uses_it(tmp_path: Path) -> None:
    """After half an hour; what strangers send is no use."""
    hands = Hands()
    place = Workspace(tmp_path, config(), None, Drafts(hands.monotonic))
    desk = Desk(place, monotonic=hands.monotonic)
    server = Server(listening_socket(0), looks_every=0.001)
    opened = Opened(desk, Session(hands.monotonic), server, Use(hands.monotonic))
    ready = threading.Event()
    thread = threading.Thread(target=opened.serve, args=(ready.set,))
    thread.start()
    assert ready.wait(30)
    browser = Browser(server.port)
    browser.open(opened.session.start_token())
    hands.move(minutes=29)
    assert browser.get("here").status == 204
    hands.move(minutes=29)
    assert not opened.use.is_over()
    assert Browser(server.port).send("GET", browser.base).status == 403
    assert browser.send("GET", "/open").status == 200
    assert opened.use.last == hands.seconds - 29 * 60
    hands.move(minutes=2)
    thread.join(30)
    assert not thread.is_alive()


def test_a_tab_opened_as_it_ends_leaves_nothing_open() -> None:
    """Accepted, but not begun: its connection is closed like any other."""
    server = Server(listening_socket(0), looks_every=0.001)
    late: list[socket.socket] = []

    def come() -> None:
        address = ("127.0.0.1", server.port)
        late.extend(socket.create_connection(address, timeout=10) for _ in range(2))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("nothing is asked")

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        server.run(app, ready=lambda: None, is_idle=lambda: True, ending=come)
        gc.collect()
    assert [str(each.message) for each in said if "transport" in str(each.message)] == []
    for client in late:
        with client:
            assert client.recv(1) == b""


def test_it_is_closed_on_the_page(tmp_path: Path) -> None:
    """“You can close this tab.”"""
    with served(tmp_path) as page:
        asked = page.browser.get("close")
        assert asked.heading == "Close batch-offboard?"
        closed = page.browser.submit(asked, "close")
        assert "You can close this tab." in closed.words
        page.thread.join(30)
        assert not page.thread.is_alive()
        with pytest.raises(OSError), socket.create_connection(("127.0.0.1", page.port), 1):
            pass
