"""`batch-offboard simulate`: where the practice organisation is served."""

import socket
from pathlib import Path

from batch_offboard.commands.practice import chosen_port
from batch_offboard.errors import ExitCode
from tests.cli.processes import program


def test_the_practice_organisation_is_served_where_it_was_before(tmp_path: Path) -> None:
    """At a port of its own, if it is free; at any other, if not; a named one must be free."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert chosen_port(None, usual=port) == (0, "another program uses it")
        ended = program("simulate", "--port", str(port), folder=tmp_path)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert f"Port {port} cannot be used: another program uses it." in ended.err
    assert [chosen_port(each, usual=port) for each in (None, 0)] == [(port, ""), (0, "")]
