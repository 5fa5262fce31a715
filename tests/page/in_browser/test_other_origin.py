"""S6: a page that another program serves on another port of this computer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.page.in_browser.chromium import Chromium
from tests.page.serving import served

TRIES = """async ({ base, token }) => {
  const outcomes = [];
  for (const [path, options] of [
    ["", {}],
    ["runs", { mode: "no-cors" }],
    ["practice", { method: "POST", body: new URLSearchParams({ form_token: token }) }],
    ["close", { method: "POST", mode: "no-cors", body: `form_token=${token}` }],
  ])
    outcomes.push(await fetch(base + path, { credentials: "include", ...options })
      .then((answer) => answer.type === "opaque" ? "unseen" : answer.status, () => "blocked"));
  return outcomes;
}"""
FORM = """({ base, token }) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = base + "close";
  const field = document.createElement("input");
  field.name = "form_token";
  field.value = token;
  form.append(field);
  document.body.append(form);
  form.submit();
}"""


@contextmanager
def elsewhere(cookies: list[str]) -> Iterator[str]:
    """Another server on this computer; it notes the cookies that it is sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cookies.append(self.headers.get("Cookie", ""))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title><body>")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def test_another_port_gets_nothing(browser: Chromium, tmp_path: Path) -> None:
    """Neither the cookie nor an answer nor a POST, though it knew prefix and form token."""
    cookies: list[str] = []
    with (
        served(tmp_path) as page,
        elsewhere(cookies) as other,
        browser.tab(page, by_link=True) as tab,
    ):
        base = tab.shown.url
        known = {"base": base, "token": page.opened.session.form_token}
        context = tab.shown.context
        foreign = context.new_page()
        foreign.goto(other)
        assert foreign.evaluate(TRIES, known) == ["blocked", "blocked", "blocked", "blocked"]
        assert page.desk.practice is None
        with foreign.expect_response("**/close") as answered:
            foreign.evaluate(FORM, known)
        assert answered.value.status == 403
        foreign.close()
        context.new_page().goto(f"{other}again")
        tab.shown.reload()
        assert tab.heading == "Who is leaving?"
        tab.noticed.clear()
    assert len(cookies) >= 2
    assert not any("batch-offboard" in each for each in cookies)
