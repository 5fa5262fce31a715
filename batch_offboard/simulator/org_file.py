"""Reading an organisation from its JSON file, with a clear error for a bad one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from batch_offboard.simulator.errors import OrgFileError
from batch_offboard.simulator.models import (
    ALL_DIVISIONS,
    Group,
    Named,
    OAuthClient,
    OrgFile,
    Queue,
    User,
)
from batch_offboard.simulator.org import Org


def load_org(path: Path | str) -> Org:
    """The organisation in a JSON file; OrgFileError says what is wrong with it."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OrgFileError(f"{path}: cannot be read ({error})") from error
    try:
        file = OrgFile.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise OrgFileError(f"{path}: {where}: {first['msg']}") from error
    for problem in problems(file):
        raise OrgFileError(f"{path}: {problem}")
    return Org(file)


def problems(file: OrgFile) -> Iterator[str]:
    """References to what is not there, and ids that are there twice, one sentence each."""
    yield from _doubles(file)
    users, groups = _ids(file.users), _ids(file.groups)
    divisions, roles = _ids(file.divisions), _ids(file.roles)
    for queue in file.queues:
        yield from _unknown(f"queue {queue.name}: member", queue.members, users)
        yield from _unknown(f"queue {queue.name}: group", queue.member_groups, groups)
    for group in file.groups:
        yield from _unknown(f"group {group.name}: member", group.members, users)
        yield from _unknown(f"group {group.name}: skill", group.skills, _ids(file.skills))
    things: list[User | Queue | Group] = [*file.users, *file.queues, *file.groups]
    for thing in things:
        yield from _unknown(f"{thing.name}: division", {thing.division} - {""}, divisions)
    holders: list[User | Group | OAuthClient] = [*file.users, *file.groups, *file.clients]
    for holder in holders:
        granted_in = {grant.division for grant in holder.grants}
        yield from _unknown(f"{holder.name}: role", {g.role for g in holder.grants}, roles)
        yield from _unknown(f"{holder.name}: division", granted_in - {ALL_DIVISIONS}, divisions)
    yield from _unknown_belongings(file)


def _unknown_belongings(file: OrgFile) -> Iterator[str]:
    skills, languages, stations = _ids(file.skills), _ids(file.languages), _ids(file.stations)
    for user in file.users:
        yield from _unknown(f"{user.name}: skill", (s.id for s in user.skills), skills)
        yield from _unknown(f"{user.name}: language", (s.id for s in user.languages), languages)
        yield from _unknown(f"{user.name}: station", {user.station or ""} - {""}, stations)


def _doubles(file: OrgFile) -> Iterator[str]:
    for kind in ("divisions", "roles", "clients", "groups", "users", "queues"):
        seen: set[str] = set()
        for thing in getattr(file, kind):
            if thing.id in seen:
                yield f"{kind}: {thing.id} is there twice"
            seen.add(thing.id)


def _ids(things: Iterable[Named]) -> set[str]:
    return {thing.id for thing in things}


def _unknown(what: str, ids: Iterable[str], known: set[str]) -> Iterator[str]:
    for missing in sorted(set(ids) - known):
        yield f"{what} {missing} is not in the file"
