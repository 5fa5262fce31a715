"""The organisation as the rest of the program sees it: what can be read, and calls performed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from batch_offboard.genesys import decode
from batch_offboard.genesys.calls import Caller, answer_of
from batch_offboard.genesys.decode import Entity, OwnGrant
from batch_offboard.genesys.errors import UnusableAnswerError
from batch_offboard.genesys.operations import reading_operation, writing_operation
from batch_offboard.genesys.pages import OnPage, Reader, uncounted
from batch_offboard.offboarding.belongings import Belonging
from batch_offboard.offboarding.models import (
    Answer,
    ApiError,
    Call,
    Holding,
    Json,
    Membership,
    Named,
    Queue,
    RoleGrant,
    User,
)

SEARCH_VALUES_A_CALL = 50
"""Values in one search: each may match more than one person, and a page holds 100 [assumed]."""
_EMPLOYEE_FIELDS = ("employerInfo.employeeId", "employeeId")
"""Names under which the search may know the employee number, tried in this order [assumed]."""
UserState = Literal["any", "active", "inactive", "deleted"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is logged in where: the OAuth client and its organisation."""

    organisation: Named
    client_name: str
    client_id: str
    region: str


class Genesys:
    """One organisation. Every read gives values or an ApiError, and is retried per policy.

    A stop that is asked for ends every wait by raising its error. `allowance` is calls per minute
    over all tokens.
    """

    def __init__(
        self,
        caller: Caller,
        identity: Identity,
        allowance: float,
        abort: Callable[[], None],
    ) -> None:
        self.identity = identity
        self.allowance = allowance
        self.abort = abort
        self._caller = caller
        self._reader = Reader(caller)
        self._employee_fields: tuple[str, ...] = _EMPLOYEE_FIELDS

    async def perform(self, call: Call, *, leaving: Callable[[], None] = lambda: None) -> Answer:
        """Carry out a writing call and say what became of it.

        `leaving` is called once, right before the first try leaves. A 429, or a request that
        never left, is tried again here; a call whose outcome is unknown is not. Raises
        InvalidCallError, before anything is sent, for a call that must never be.
        """
        operation = writing_operation(call.operation)
        arguments = dict(call.arguments)
        if operation.needs_version:
            version = await self.group_version(str(arguments["group_id"]))
            if isinstance(version, ApiError):
                return Answer("refused", version.status, version.correlation_id, error=version)
            arguments["version"] = version

        def checked(body: Json) -> Json:
            operation.check_answer(arguments, body)
            return body

        outcome = await self._caller.carry_out(
            operation, operation.check_arguments(arguments), checked, leaving
        )
        return answer_of(operation, outcome)

    async def users(
        self, ids: Sequence[str], expand: Sequence[str] = (), state: UserState = "any"
    ) -> tuple[User, ...] | ApiError:
        """The users with these ids (at most 100) in a state; unknown ids are simply absent.

        `state="any"` shows active and inactive users; deleted ones need a reading of their own.
        """
        asked = frozenset(ids)

        def read(found: Entity) -> User:
            user = decode.user(found, expand)
            if user.id not in asked:
                raise UnusableAnswerError("another user")
            return user

        arguments = {"ids": list(ids), "state": state, "expand": list(expand)}
        return await self._reader.listing("users", arguments, read, _id)

    async def active_users(self) -> int | ApiError:
        """How many active users the client can see."""

        def total(body: Json) -> int:
            count = decode.entity(body).get("total")
            if not isinstance(count, int):
                raise UnusableAnswerError("no total")
            return count

        return await self._reader.one("count_of_users", {"state": "active"}, total)

    async def user(self, user_id: str) -> User | ApiError:
        """One user, active or inactive; a real 404 with its correlation id for any other id."""

        def read(body: Json) -> User:
            user = decode.user(decode.entity(body))
            if user.id != user_id:
                raise UnusableAnswerError("another user")
            return user

        return await self._reader.one("user", {"user_id": user_id}, read)

    async def search_users(
        self,
        field: Literal["email", "employee_id"],
        values: Sequence[str],
        states: Sequence[str] = ("active", "inactive"),
    ) -> tuple[User, ...] | ApiError:
        """The users whose e-mail address or employee number is one of `values`, in these states.

        The index lags and matches loosely: compare what is returned. Employee numbers are shown.
        """
        fields = ("email",) if field == "email" else self._employee_fields
        answer: tuple[User, ...] | ApiError = ()
        for name in fields:
            answer = await self._search(name, values, states)
            if not (isinstance(answer, ApiError) and answer.status == 400):
                if field == "employee_id":
                    self._employee_fields = (name,)
                break
        return answer

    async def queues(self) -> tuple[Queue, ...] | ApiError:
        """Every queue that the client can see."""
        return await self._reader.listing("queues", {}, decode.queue, _id)

    async def queue_members(
        self,
        queue_id: str,
        member_by: Literal["user", "group"] | None = None,
        name: str | None = None,
        on_page: OnPage = uncounted,
    ) -> tuple[tuple[str, Membership], ...] | ApiError:
        """The members of a queue: user id and membership with joined, ring number and by.

        A member by user and through a group too may be listed twice, once for each. `name` asks
        for those whose name contains it; others may be listed too, and nobody is no proof.
        """
        arguments = {"queue_id": queue_id, "member_by": member_by, "name": name}
        return await self._reader.listing(
            "queue_members", arguments, decode.member(queue_id), _member, on_page=on_page
        )

    async def user_queues(self, user_id: str) -> tuple[Membership, ...] | ApiError:
        """Every queue of a user, joined or not: two listings united.

        They do not tell how the user became a member, nor the ring number.
        """
        found: dict[str, Membership] = {}
        for joined in (True, False):
            arguments = {"user_id": user_id, "joined": joined}
            read = decode.user_queue(joined)
            listed = await self._reader.listing("user_queues", arguments, read, _queue_id)
            if isinstance(listed, ApiError):
                return listed
            for membership in listed:
                found.setdefault(membership.queue_id, membership)
        return tuple(found.values())

    async def user_grants(self, user_id: str) -> tuple[RoleGrant, ...] | ApiError:
        """The role grants given to the user itself; those through groups outlast it."""

        def read(body: Json) -> tuple[RoleGrant, ...]:
            return decode.grants_to(user_id, body)

        return await self._reader.one("user_grants", {"user_id": user_id}, read)

    async def holdings(self, belonging: Belonging, user_id: str) -> tuple[Holding, ...] | ApiError:
        """What one user holds of a belonging, by its own operation: one request, or its pages."""
        arguments, operation = {"user_id": user_id}, belonging.operation
        read = decode.holdings(belonging)
        if reading_operation(operation).items is None:
            return await self._reader.one(operation, arguments, read)
        return await self._reader.listing(operation, arguments, lambda found: read([found])[0])

    async def divisions(self) -> tuple[Named, ...] | ApiError:
        """Every division of the organisation that the client may list."""
        return await self._reader.listing("divisions", {}, decode.named, _id)

    async def division_grants(
        self, division_id: str
    ) -> tuple[tuple[str, RoleGrant], ...] | ApiError:
        """Every role grant in a division with the id of whom it is given to, 500 a page.

        The division "*" has the grants for all divisions [assumed].
        """
        arguments = {"division_id": division_id}
        return await self._reader.listing("division_grants", arguments, decode.subject_grant)

    async def permitted_divisions(self, permission: str) -> tuple[Named, ...] | ApiError:
        """The divisions in which the client holds a permission such as `routing:queue:view`."""
        return await self._reader.listing(
            "permitted_divisions",
            {"permission": permission},
            decode.named,
            _id,
        )

    async def own_grants(self) -> tuple[OwnGrant, ...] | ApiError:
        """The client's own role grants with the permissions that they give."""
        return await self._reader.one("own_grants", {}, decode.own_grants)

    async def group_version(self, group_id: str) -> int | ApiError:
        """The version of a group, which joining it must name."""

        def version(body: Json) -> int:
            found = decode.entity(body).get("version")
            if not isinstance(found, int):
                raise UnusableAnswerError("a group without version")
            return found

        return await self._reader.one("group", {"group_id": group_id}, version)

    async def groups(self, ids: Sequence[str]) -> tuple[Holding, ...] | ApiError:
        """The groups with these ids (at most 100), with their names; no teams or skill groups."""
        return await self._reader.listing("groups", {"ids": list(ids)}, decode.group, _id)

    async def is_dynamic(self, group_id: str) -> bool | ApiError:
        """Whether the members of a group follow a rule, so that nobody can leave it.

        Source: `GroupsApi.get_group_dynamicsettings` (a preview), 404 for any other group.
        """

        def found(body: Json) -> bool:
            return bool(decode.entity(body))

        answer = await self._reader.one("dynamic_settings", {"group_id": group_id}, found)
        return False if isinstance(answer, ApiError) and answer.status == 404 else answer

    async def _search(
        self, field: str, values: Sequence[str], states: Sequence[str]
    ) -> tuple[User, ...] | ApiError:
        found: dict[str, User] = {}
        for start in range(0, len(values), SEARCH_VALUES_A_CALL):
            arguments = {
                "field": field,
                "values": list(values[start : start + SEARCH_VALUES_A_CALL]),
                "states": list(states),
                "expand": ["employerInfo"],
            }
            users = await self._reader.listing("search_users", arguments, decode.searched_user, _id)
            if isinstance(users, ApiError):
                return users
            found.update({user.id: user for user in users})
        return tuple(found.values())


def _id(found: User | Queue | Named | Holding) -> str:
    return found.id


def _member(found: tuple[str, Membership]) -> tuple[str, str]:
    """One person can be a member twice: by themselves and through a group [assumed]."""
    return found[0], found[1].by


def _queue_id(membership: Membership) -> str:
    return membership.queue_id
