"""Rendering of templates as responses: every screen goes through here, with autoescape."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from batch_offboard.page.moments import moment_in_words, on_day
from batch_offboard.page.voice import action_in_page_words, in_page_words
from batch_offboard.wording import counted, rows_named


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("batch_offboard.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        counted=counted,
        moment=moment_in_words,
        on_day=on_day,
        in_page_words=in_page_words,
        rows_named=rows_named,
        action_in_page_words=action_in_page_words,
    )
    return environment


def rendered(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The response with this template, rendered with `values`."""
    html = _environment().get_template(f"{template}.html.j2").render(values)
    return HTMLResponse(html.encode("utf-8", "backslashreplace"), status)
