"""What the handlers of the page share: its state, and the responses that they return."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from batch_offboard.errors import OffboardError
from batch_offboard.page.desk import Desk
from batch_offboard.page.lists import MOST_BYTES
from batch_offboard.page.rendering import rendered
from batch_offboard.page.screens.runs import latest_runs, run_names
from batch_offboard.page.session import Session
from batch_offboard.page.voice import action_sentences

_SEE_OTHER = 303
_MOST_FIELDS = 200_000
"""Enough for the form of the longest list, which has several fields for each row."""
_MOST_DIGITS = 10
_LATEST_RUNS = 3
TOO_LARGE = "The list must be smaller than 20 MB."
"""What is shown for a list of more than 20 MB."""


class ForeignFormError(Exception):
    """A form without the token of this server, so perhaps posted by another site."""


@dataclass
class Shell:
    """The state of the open page; its methods build responses. `close_server` ends the server."""

    desk: Desk
    session: Session
    port: int
    close_server: Callable[[], None]

    def screen(self, template: str, status: int = 200, **values: Any) -> Response:
        """The response that shows a template with `values` and with what every screen needs."""
        return rendered(
            template,
            status,
            base=f"/{self.session.prefix}/",
            form_token=self.session.form_token,
            practice=self.desk.practice is not None,
            connected_to=self.desk.connected_to,
            now=self.desk.clock.now(),
            **values,
        )

    def start_screen(self, error: str = "") -> Response:
        """The screen “Who is leaving?”, with status 400 and the text if there is an `error`."""
        return self.screen(
            "start",
            400 if error else 200,
            error=error,
            connected=self.desk.place.credentials is not None,
            going_on=self.desk.running,
            folder=self.desk.place.folder,
            unconnected=self.desk.place.unconnected,
            most_bytes=MOST_BYTES,
            too_large=TOO_LARGE,
            latest=latest_runs(self.desk.place.runs, _LATEST_RUNS),
        )

    def refused(self, error: OffboardError) -> Response:
        """The screen “Nothing was changed”: why something could not begin, and what to do."""
        lines = [str(error), *action_sentences(error.actions)]
        return self.screen("refused", 400, heading="Nothing was changed", lines=lines)

    def cannot_show(self, text: str, status: int = 400) -> Response:
        """The screen “This cannot be shown”, with the reason."""
        return self.screen("refused", status, heading="This cannot be shown", lines=[text])

    def not_found(self) -> Response:
        """The 404 screen for a run, list or address that does not exist."""
        return self.cannot_show("There is no such run or list here.", 404)

    def to(self, path: str = "") -> Response:
        """A redirect to another screen, by its path below the prefix."""
        return RedirectResponse(f"/{self.session.prefix}/{path}", _SEE_OTHER)

    def to_run(self, name: str, **query: str | Sequence[int]) -> Response:
        """A redirect to the screen of a run."""
        asked = f"?{urlencode(query, doseq=True)}" if query else ""
        return self.to(f"runs/{quote(name, safe='')}{asked}")

    def run_name(self, request: Request) -> str | None:
        """The name of the requested run; None if there is no such run folder.

        It is one of the folder names there are: no path is ever built from a request.
        """
        wanted = request.path_params["run"]
        return next((each for each in run_names(self.desk.place.runs) if each == wanted), None)

    async def posted(self, request: Request, max_files: int = 0) -> FormData:
        """The fields of a form posted with this page's token, else raises ForeignFormError."""
        form = await request.form(
            max_files=max_files, max_fields=_MOST_FIELDS, max_part_size=MOST_BYTES + 1
        )
        if not self.session.is_own_form(str(form.get("form_token", ""))):
            raise ForeignFormError
        return form


def numbers_in(form: FormData | QueryParams, name: str) -> frozenset[int]:
    """The numbers among the values of the fields of this name; other values are left out."""
    texts = (str(each) for each in form.getlist(name))
    return frozenset(int(each) for each in texts if each.isdecimal() and len(each) < _MOST_DIGITS)
