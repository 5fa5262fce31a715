"""Letting the person in, and closing."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from batch_offboard.page.guarding import FROM_ITS_ICON, cookie_name
from batch_offboard.page.opening import remove_forwarding
from batch_offboard.page.rendering import rendered
from batch_offboard.page.session import START_SECONDS, Redeemed
from batch_offboard.page.shell import Shell

_STATIC = Path(__file__).parent.parent / "static"
_SEE_OTHER = 303


async def token_form(_shell: Shell, request: Request) -> Response:
    """The form that uses up the start token; a script submits it at once."""
    return rendered("open", token=request.query_params.get("token", ""))


async def opened(shell: Shell, request: Request) -> Response:
    """Let in a person with a start token, or give a second start a new token."""
    given = await request.form(max_files=0, max_fields=2)
    if secret := str(given.get("secret", "")):
        if not shell.session.is_second_start(secret):
            return PlainTextResponse("", 403)
        return PlainTextResponse(shell.session.start_token(START_SECONDS))
    token = str(given.get("token", ""))
    redeemed = shell.session.redeem(token)
    if redeemed is not Redeemed.UNKNOWN:
        remove_forwarding(shell.desk.real.folder, token)
    if redeemed is not Redeemed.OPENED:
        return PlainTextResponse(FROM_ITS_ICON, 403)
    path = f"/{shell.session.prefix}"
    answer = RedirectResponse(f"{path}/", _SEE_OTHER)
    name = cookie_name(shell.port)
    answer.set_cookie(name, shell.session.cookie, path=path, httponly=True, samesite="strict")
    return answer


async def script(_shell: Shell, _request: Request) -> Response:
    """The script of the opening form."""
    return FileResponse(_STATIC / "open.js")


async def static(shell: Shell, request: Request) -> Response:
    """The one stylesheet and the one script."""
    name = request.path_params["name"]
    return FileResponse(_STATIC / name) if name in ("page.css", "page.js") else shell.not_found()


async def keep_open(_shell: Shell, _request: Request) -> Response:
    """An empty answer to the script of an open page, which thereby counts as in use."""
    return Response(status_code=204)


async def ask_to_close(shell: Shell, _request: Request) -> Response:
    """“Close batch-offboard?”"""
    return shell.screen("close", running=shell.desk.running)


async def close(shell: Shell, request: Request) -> Response:
    """End the server, unless a run is going on."""
    await shell.posted(request)
    if shell.desk.running is not None:
        return shell.screen("close", running=shell.desk.running)
    shell.close_server()
    return shell.screen("closed")
