"""Who is let in: the rules S1 to S9, by requests that a browser would send and that none would."""

import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPResponse

import pytest

from batch_offboard.cli.open import command
from batch_offboard.page.guarding import HEADERS, MOST_BODY_BYTES
from batch_offboard.page.server import listening_socket
from tests.page.browser import Answer, Browser, raw
from tests.page.serving import Page

FROM_ITS_ICON = b"Open batch-offboard from its icon."


def request_of(
    page: Page, line: str, *headers: str, host: str | None = None, cookie: bool = True
) -> bytes:
    """The bytes of a request; `{base}` in its line is the secret prefix."""
    own = [f"Host: {host or f'127.0.0.1:{page.port}'}"] if host != "" else []
    own += [f"Cookie: {page.browser.cookie}"] if cookie else []
    lines = [line.format(base=page.browser.base, port=page.port), *own, *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


def status_of(answered: bytes) -> int:
    """The status of an answer."""
    return int(answered.split(b" ", 2)[1])


def own_origin(page: Page) -> str:
    """The Origin header of the page's own forms."""
    return f"Origin: http://127.0.0.1:{page.port}"


# -- S1


def test_it_listens_on_loopback_alone() -> None:
    """S1: and no option says otherwise."""
    with listening_socket(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
    assert {each.name for each in command.params} == {
        "folder",
        "port",
        "no_browser",
        "config_path",
    }


def test_nobody_shares_its_port(page: Page) -> None:
    """S1: not even one who asks to."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError):
            other.bind(("127.0.0.1", page.port))


# -- S2


HOSTS = (
    "127.0.0.1",
    "localhost:{port}",
    "evil.example:{port}",
    "127.0.0.1.nip.io:{port}",
    "[::1]:{port}",
    "127.0.0.1:{port}@evil.example",
    "127.1:{port}",
    "127.0.0.1:0{port}",
    "127.0.0.1:{port}.",
    "0.0.0.0:{port}",
    "127.0.0.1:{port},evil.example",
)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("line", ["GET /open HTTP/1.1", "GET {base} HTTP/1.1"])
def test_another_host_is_refused(page: Page, host: str, line: str) -> None:
    """S2: a name that leads here is somebody else's name, as in DNS rebinding."""
    answered = raw(page.port, request_of(page, line, host=host.format(port=page.port)))
    assert status_of(answered) == 403
    assert answered.partition(b"\r\n\r\n")[2] == b""


def test_without_a_host_or_with_two_nothing_is_said(page: Page) -> None:
    """S2: neither by HTTP/1.0, which allows it, nor by a header that only resembles one."""
    own = f"127.0.0.1:{page.port}"
    for request, status in (
        (request_of(page, "GET {base} HTTP/1.1", host=""), 400),
        (request_of(page, "GET {base} HTTP/1.0", host=""), 403),
        (request_of(page, "GET {base} HTTP/1.1", f"Host: {own}"), 400),
        (request_of(page, "GET {base} HTTP/1.1", "Host: evil.example"), 400),
        (request_of(page, "GET {base} HTTP/1.0", f"X-Forwarded-Host: {own}", host=""), 403),
    ):
        assert status_of(raw(page.port, request)) == status


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}", "http://evil.example", "//evil"])
def test_a_whole_address_is_no_path(page: Page, target: str) -> None:
    """S2: what stands before the path is never looked at."""
    for path in ("/open", page.browser.base):
        line = f"GET {target.format(port=page.port)}{path} HTTP/1.1"
        assert status_of(raw(page.port, request_of(page, line))) == 404


def test_an_upgrade_is_answered_like_any_request(page: Page) -> None:
    """There are no web sockets, whatever is installed."""
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    line = "GET /anything HTTP/1.1"
    assert status_of(raw(page.port, request_of(page, line, *upgrade))) == 404


# -- S3


def test_outside_the_prefix_there_is_nothing(page: Page) -> None:
    """S3: a bare 404, whatever of the prefix somebody has guessed."""
    prefix = page.browser.base.strip("/")
    assert len(prefix) >= 22
    for path in (
        "/",
        "/runs",
        "/static/page.css",
        f"/{prefix[:-1]}/",
        f"/{prefix}x/",
        f"/{prefix.swapcase()}/",
        f"//{prefix}/",
        f"/x/../{prefix}/",
        "/open/",
        "/open.css",
        "/open/..",
        "*",
    ):
        for cookie in (True, False):
            answer = raw(page.port, request_of(page, f"GET {path} HTTP/1.1", cookie=cookie))
            assert (status_of(answer), answer.partition(b"\r\n\r\n")[2]) == (404, b""), path


@pytest.mark.parametrize("sent", [b"token=x&x=y&z=a", b"x" * 30_000_000, b"\xff=%zz&token=%ff"])
@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=a"],
)
def test_the_prefix_is_told_to_nobody_without_session(page: Page, sent: bytes, kind: str) -> None:
    """S3: whatever is posted where everybody may post."""
    head = request_of(
        page,
        "POST /open HTTP/1.1",
        own_origin(page),
        f"Content-Type: {kind}",
        f"Content-Length: {len(sent)}",
        cookie=False,
    )
    answered = _answered(page.port, head + sent)
    assert status_of(answered) in (400, 403, 413)
    assert page.browser.base.strip("/").encode() not in answered
    assert page.opened.session.form_token.encode() not in answered


def _answered(port: int, sent: bytes) -> bytes:
    """The answer to a request that may be refused before it is read."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        with suppress(OSError):
            connection.sendall(sent)
        pieces = []
        with suppress(OSError):
            while piece := connection.recv(65536):
                pieces.append(piece)
    return b"".join(pieces)


# -- S5


def test_the_cookie_is_for_this_port_and_prefix_only(page: Page) -> None:
    """S5: and no script sees it, no other site sends it, nothing keeps it."""
    answer = Browser(page.port).open(page.opened.session.start_token())
    name, _, rest = answer.header("set-cookie").partition("=")
    value, *attributes = re.split("; *", rest)
    assert name == f"batch-offboard-{page.port}"
    assert len(value) >= 43
    wanted = {"httponly", "samesite=strict", f"path={page.browser.base.rstrip('/')}"}
    assert {each.lower() for each in attributes} == {each.lower() for each in wanted}


def test_without_the_cookie_nothing_is_shown(page: Page) -> None:
    """S5: on any screen, and whatever else is sent in its place."""
    name, _, value = page.browser.cookie.partition("=")
    others = ("", f"{name}=", f"{name}={value[:-1]}", f"{name}={value}x", f"{name}x={value}")
    others += (f"batch-offboard-{page.port + 1}={value}", "a=b; c", 'x="', "=", ";;;")
    for path in ("", "runs", "close", "static/page.css", "nothing"):
        for cookie in others:
            headers = (f"Cookie: {cookie}",) if cookie else ()
            line = f"GET {{base}}{path} HTTP/1.1"
            answered = raw(page.port, request_of(page, line, *headers, cookie=False))
            assert status_of(answered) == 403
            assert answered.endswith(FROM_ITS_ICON)


@pytest.mark.parametrize("other", ['{"a":1}', "a[b]=c", "a=\xe9", "{own}=other", 'x="y'])
def test_cookies_of_other_programs_do_not_hide_ours(page: Page, other: str) -> None:
    """S6: cookies are shared by all ports of a computer, and some are odd or of the same name."""
    name = page.browser.cookie.partition("=")[0]
    theirs = other.replace("{own}", name)
    for cookie in (f"{theirs}; {page.browser.cookie}", f"{page.browser.cookie}; {theirs}"):
        request = request_of(page, "GET {base} HTTP/1.1", f"Cookie: {cookie}", cookie=False)
        assert status_of(raw(page.port, request)) == 200


# -- S6, S7


FOREIGN: Mapping[str, tuple[str, ...]] = {
    "no origin": (),
    "null": ("Origin: null",),
    "another port": ("Origin: http://127.0.0.1:1",),
    "another name": ("Origin: http://localhost:{port}",),
    "https": ("Origin: https://127.0.0.1:{port}",),
    "a path": ("Origin: http://127.0.0.1:{port}/",),
    "no port": ("Origin: http://127.0.0.1",),
    "twice": ("Origin: http://127.0.0.1:{port}", "Origin: http://evil.example"),
    "cross-site": ("Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: cross-site"),
    "same-site": ("Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: same-site"),
    "none": ("Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: none"),
    "empty": ("Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site:"),
    "referer only": ("Referer: http://127.0.0.1:{port}/",),
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("path", ["/open", "{base}close", "{base}lists"])
def test_a_foreign_form_is_refused_unread(page: Page, headers: tuple[str, ...], path: str) -> None:
    """S7: its body is never sent here, and yet the answer comes."""
    given = [each.format(port=page.port) for each in headers]
    given += ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 1000"]
    request = request_of(page, f"POST {path} HTTP/1.1", *given)
    assert status_of(raw(page.port, request)) == 403


def test_a_form_without_its_token_is_refused(page: Page) -> None:
    """S7: on every address to which anything can be posted."""
    posts = [
        "lists",
        "lists/x/columns",
        "lists/x/plan",
        *(f"runs/x/{each}" for each in ("plan", "start", "stop", "rest", "correct", "undo")),
        "practice",
        "practice/end",
        "close",
    ]
    for path in posts:
        for body in (b"", b"form_token=", b"form_token=wrong", b"form_token=%C3%A9"):
            answer = page.browser.post(path, body)
            assert (answer.status, answer.body) == (403, b""), path
    assert page.thread.is_alive()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "get"])
def test_other_methods_are_refused(page: Page, method: str) -> None:
    """S7: inside and outside."""
    for path in ("/open", "{base}", "{base}close"):
        answered = raw(page.port, request_of(page, f"{method} {path} HTTP/1.1", own_origin(page)))
        assert status_of(answered) == 405


def test_what_only_shows_cannot_be_posted_to(page: Page) -> None:
    """S7: 405, as for other methods."""
    token = f"form_token={page.opened.session.form_token}".encode()
    for path in ("", "here", "runs", "static/page.css", "runs/x/now"):
        assert page.browser.post(path, token).status == 405


def test_an_address_to_post_to_leads_back_to_its_screen(page: Page) -> None:
    """As when somebody reloads the screen with an error by its address."""
    for path, there in (("lists", ""), ("practice/end", ""), ("practice", "")):
        answer = page.browser.get(path)
        assert (answer.status, answer.path) == (200, f"{page.browser.base}{there}")


# -- S8, S9


def of_every_kind(page: Page) -> list[Answer]:
    """Answers of every kind: screens, files, redirections, refusals, errors."""
    browser, stranger = page.browser, Browser(page.port)
    form = f"form_token={page.opened.session.form_token}".encode()
    return [
        browser.get(),
        browser.send("GET", "/open?token=x"),
        browser.send("GET", "/open.js"),
        browser.send("GET", "/nothing"),
        browser.send("GET", browser.base, headers={"Host": "evil.example"}),
        browser.send("PUT", browser.base),
        browser.get("static/page.css"),
        browser.get("static/page.js"),
        browser.get("static/nothing"),
        browser.get("here"),
        browser.get("runs/nothing"),
        browser.get("lists/nothing"),
        browser.post("lists", form),
        browser.post("lists", b""),
        browser.post("here", form),
        browser.post("practice/end", form),
        browser.upload([("a.csv", b"x"), ("b.csv", b"y")], {}),
        stranger.open("unknown"),
        stranger.open(page.opened.session.start_token()),
        stranger.send("GET", browser.base),
    ]


def test_every_answer_has_the_headers(page: Page) -> None:
    """S8, S9: errors and refusals too; no other origin is ever allowed anything."""
    answers = of_every_kind(page)
    assert {each.status for each in answers} >= {200, 204, 303, 400, 403, 404, 405}
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.header(name) == value, answer
        names = {name.lower() for name, _ in answer.headers}
        assert not any(name.startswith("access-control-") for name in names)
        assert "server" not in names
    policy = HEADERS["content-security-policy"]
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert dict(HEADERS) | {"content-security-policy": ""} == {
        "content-security-policy": "",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }


# -- S13


def upload_head(page: Page, *headers: str) -> bytes:
    """The head of an upload that the guard lets in."""
    kind = "Content-Type: multipart/form-data; boundary=b"
    return request_of(page, "POST {base}lists HTTP/1.1", own_origin(page), kind, *headers)


def test_a_body_is_cut_off_by_counting(page: Page) -> None:
    """S13: whatever its length is said to be, and where none is said."""
    start = (
        b'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n'
        + page.opened.session.form_token.encode()
        + b'\r\n--b\r\nContent-Disposition: form-data; name="list"; filename="a.csv"\r\n\r\n'
    )
    much = b"x" * (MOST_BODY_BYTES + 100_000)
    chunk = f"{len(much):x}\r\n".encode() + much + b"\r\n"
    for length, body in (
        (f"Content-Length: {10**12}", start + much),
        ("Transfer-Encoding: chunked", f"{len(start):x}\r\n".encode() + start + b"\r\n" + chunk),
    ):
        head = upload_head(page, length).replace(b"Connection: close\r\n", b"")
        with socket.create_connection(("127.0.0.1", page.port), 30) as connection:
            connection.sendall(head + body)
            answered = HTTPResponse(connection)
            answered.begin()
            assert answered.status == 400
            assert b"smaller than 20 MB" in answered.read()


def test_a_length_that_is_no_length_is_refused(page: Page) -> None:
    """S13: by the protocol itself."""
    for length in ("Content-Length: -1", "Content-Length: x", "Content-Length: 1, 2"):
        assert status_of(raw(page.port, upload_head(page, length))) == 400
