"""A small browser without script: it keeps its cookie and submits the forms that it is shown."""

from __future__ import annotations

import html
import json
import re
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

SECONDS = 30
_BOUNDARY = "no-list-has-this-line"
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Form:
    """A form as it stands on a screen, with what is filled in and ticked."""

    method: str
    action: str
    kind: str
    fields: Fields

    def filled(self, given: Mapping[str, str | Sequence[str] | None]) -> Fields:
        """Its fields with other values; None unticks, several values tick several boxes."""
        kept = [each for each in self.fields if each[0] not in given]
        for name, value in given.items():
            values = [value] if isinstance(value, str) else (value or ())
            kept += [(name, each) for each in values]
        return kept


class _Forms(HTMLParser):
    """The forms on a screen."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            kind = given.get("enctype", "")
            self.found.append(Form(given.get("method", "get"), given.get("action", ""), kind, []))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.found[-1].fields.append((self._select, given["value"]))
        elif tag == "input" and given.get("type") != "file" and "name" in given:
            if given.get("type") not in ("checkbox", "radio"):
                self.found[-1].fields.append((given["name"], given.get("value", "")))
            elif "checked" in given:
                self.found[-1].fields.append((given["name"], given.get("value", "on")))


@dataclass(frozen=True)
class Answer:
    """What the server answered to a request."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    path: str = ""

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def words(self) -> str:
        """What a person reads, in one line."""
        shown = re.sub(r"<(title|style|script)\b.*?</\1>|<[^>]*>", " ", self.text, flags=re.DOTALL)
        return " ".join(html.unescape(shown).split())

    @property
    def title(self) -> str:
        """The title of the screen."""
        found = re.search("<title>(.*?)</title>", self.text, re.DOTALL)
        return html.unescape(found[1]) if found else ""

    @property
    def heading(self) -> str:
        """The heading of the screen."""
        found = re.search("<h1>(.*?)</h1>", self.text, re.DOTALL)
        return html.unescape(re.sub("<[^>]*>", "", found[1])) if found else ""

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """The header of this name, which is there once; empty if it is not there."""
        found = [value for key, value in self.headers if key.lower() == name]
        assert len(found) <= 1, found
        return found[0] if found else ""

    def form(self, end: str) -> Form:
        """The form whose address ends so."""
        parser = _Forms()
        parser.feed(self.text)
        found = [form for form in parser.found if form.action.endswith(end)]
        assert found, f"no form for {end}: {self.words}"
        return found[0]


@dataclass
class Browser:
    """One person's browser on the page of one port."""

    port: int
    base: str = ""
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request, as this browser would."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        cookie = {"Cookie": self.cookie} if self.cookie else {}
        try:
            connection.request(method, path, body, {**cookie, **self.headers, **(headers or {})})
            got = connection.getresponse()
            return Answer(got.status, got.getheaders(), got.read(), path)
        finally:
            connection.close()

    def open(self, token: str) -> Answer:
        """Use a start token up, as the script of the opening form does."""
        fields = urlencode({"token": token}).encode()
        answer = self.send("POST", "/open", fields, self._posting())
        if cookie := answer.header("set-cookie"):
            self.cookie = cookie.partition(";")[0]
            self.base = answer.header("location")
        return answer

    def get(self, path: str = "") -> Answer:
        """A screen, after the redirections; `path` is below the secret prefix or a whole one."""
        return self._followed(self.send("GET", self._whole(path)))

    def submit(
        self,
        shown: Answer,
        end: str,
        *,
        follow: bool = True,
        **given: str | Sequence[str] | None,
    ) -> Answer:
        """Submit the form of a screen whose address ends so, with these values in its fields."""
        form = shown.form(end)
        data = urlencode(form.filled(given))
        if form.method == "get":
            return self.get(f"{form.action}?{data}")
        answer = self.post(form.action, data.encode())
        return self._followed(answer) if follow else answer

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Post a body to an address."""
        return self.send("POST", self._whole(path), body, {**self._posting(), **(headers or {})})

    def hand_in(self, name: str, data: bytes, **fields: str) -> Answer:
        """Hand in a list on the first screen."""
        form = self.get().form("lists")
        return self._followed(self.upload([(name, data)], {**dict(form.fields), **fields}))

    def upload(self, files: Iterable[tuple[str, bytes]], fields: Mapping[str, str]) -> Answer:
        """Post files and fields to the form for lists."""
        parts = [
            f'form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()
        ]
        parts += [
            f'form-data; name="list"; filename="{name}"\r\n\r\n'.encode() + data
            for name, data in files
        ]
        lines = [f"--{_BOUNDARY}\r\nContent-Disposition: ".encode() + part for part in parts]
        body = b"\r\n".join([*lines, f"--{_BOUNDARY}--\r\n".encode()])
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        return self.post("lists", body, {"Content-Type": kind})

    def _posting(self) -> dict[str, str]:
        kind = "application/x-www-form-urlencoded"
        return {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": kind}

    def _whole(self, path: str) -> str:
        return path if path.startswith("/") else f"{self.base}{path}"

    def _followed(self, answer: Answer) -> Answer:
        while answer.status == 303:
            answer = self.send("GET", urlsplit(answer.header("location")).path)
        return answer


def raw(port: int, sent: bytes) -> bytes:
    """What is answered to these bytes until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(sent)
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)
