"""The organisation as the rest of the program sees it: its reads, and its calls performed."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from batch_offboard.genesys import decode, decode_grants, decode_leftovers, decode_users
from batch_offboard.genesys.calls import BeforeSending, Caller, answer_of
from batch_offboard.genesys.concurrency import ignore
from batch_offboard.genesys.decode_grants import OwnGrant
from batch_offboard.genesys.member_counts import MemberCounts
from batch_offboard.genesys.operations import reading_operation, writing_operation
from batch_offboard.genesys.reader import OnPage, Reader
from batch_offboard.offboarding.belongings import Belonging
from batch_offboard.offboarding.models import (
    Answer,
    ApiError,
    Call,
    Holding,
    Json,
    Membership,
    Named,
    OpenConversation,
    Queue,
    RoleGrant,
    User,
)

SEARCH_VALUES_A_CALL = 50
"""Values in one search; each may match more than one user, and a page holds 100 [assumed]."""
_EMPLOYEE_FIELDS = ("employerInfo.employeeId", "employeeId")
"""Field names that the search may have for the employee number, tried in this order [assumed]."""
UserState = Literal["any", "active", "inactive", "deleted"]


@dataclass(frozen=True, slots=True)
class Identity:
    """The OAuth client that is logged in, its organisation and its region."""

    organisation: Named
    client_name: str
    client_id: str
    region: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many requests may leave: `per_minute` with each of `tokens`, in any 60 seconds.

    `allowed` is what the organisation says that it allows a token, None if it does not say.
    """

    per_minute: int
    tokens: int
    allowed: int | None = None

    @property
    def in_all(self) -> int:
        """Requests a minute of all tokens together."""
        return self.per_minute * self.tokens


class Genesys:
    """One organisation. Every read returns values, or an ApiError after the last retry.

    A requested stop ends every wait by raising its error. `abort` cuts all requests in flight;
    their outcome is then unknown.
    """

    def __init__(
        self,
        caller: Caller,
        identity: Identity,
        allowance: Allowance,
        abort: Callable[[], None],
    ) -> None:
        self.identity = identity
        self.allowance = allowance
        self.abort = abort
        self._caller = caller
        self._reader = Reader(caller)
        self._member_counts = MemberCounts(self._queues_by_id)
        self._employee_fields: tuple[str, ...] = _EMPLOYEE_FIELDS

    async def perform(self, call: Call, *, before_sending: BeforeSending | None = None) -> Answer:
        """Make a writing call and return its outcome.

        `before_sending` is awaited once, right before the first try is sent. A 429, or a request
        that was never sent, is tried again; a call whose outcome is unknown is not. Raises
        InvalidCallError, before anything is sent, for a call that must never be sent.
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
            operation, operation.check_arguments(arguments), checked, before_sending
        )
        return answer_of(operation, outcome)

    async def users(
        self,
        ids: Sequence[str],
        expand: Sequence[str] = (),
        state: UserState = "any",
        *,
        numbers: bool = False,
    ) -> tuple[User, ...] | ApiError:
        """The users with these ids (at most 100) in `state`; unknown ids are left out.

        `state="any"` means active and inactive; deleted users need a call of their own. With
        `numbers` they come with their phone numbers.
        """
        read = functools.partial(
            decode_users.user_among, ids=frozenset(ids), expand=expand, numbers=numbers
        )
        arguments = {"ids": list(ids), "state": state, "expand": list(expand)}
        return await self._reader.listing("users", arguments, read, _id)

    async def queue_limits(self) -> Mapping[str, int] | ApiError:
        """The organisation's own limits of queue requests, by key; needs no permission."""
        return await self._reader.one("queue_limits", {}, decode_leftovers.limits)

    async def active_users(self) -> int | ApiError:
        """The number of active users that the client can see."""
        total = functools.partial(decode.whole_number, name="total")
        return await self._reader.one("count_of_users", {"state": "active"}, total)

    async def user(self, user_id: str) -> User | ApiError:
        """One user, active or inactive; an ApiError with status 404 for any other id."""

        def read(body: Json) -> User:
            return decode_users.user_among(decode.entity(body), {user_id})

        return await self._reader.one("user", {"user_id": user_id}, read)

    async def search_users(
        self,
        field: Literal["email", "employee_id"],
        values: Sequence[str],
        states: Sequence[str] = ("active", "inactive"),
    ) -> tuple[User, ...] | ApiError:
        """The users whose e-mail address or employee number is one of `values`, in these states.

        The index lags by up to minutes and matches loosely, so compare what is returned. Every
        user comes with the employee number.
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

    async def member_count(self, queue_id: str) -> int:
        """The number of members that a queue says it has now; 0 if that cannot be read."""
        return await self._member_counts.of(queue_id)

    async def queue_members(
        self,
        queue_id: str,
        member_by: Literal["user", "group"] | None = None,
        name: str | None = None,
        on_page: OnPage = ignore,
        expected: int = 0,
    ) -> tuple[tuple[str, Membership], ...] | ApiError:
        """The members of a queue: pairs of user id and membership.

        A member in person and through a group may be listed twice, once for each. `member_by`
        narrows the listing down to one of the two. `name` narrows it down to names that contain
        it, but not reliably: others may be listed too, and an empty listing proves nothing.
        Pages are read side by side as far as `expected`, the number of members, reaches.
        """
        arguments = {"queue_id": queue_id, "member_by": member_by, "name": name}
        read = decode.member(queue_id)
        return await self._reader.listing(
            "queue_members", arguments, read, _member, on_page=on_page, expected=expected
        )

    async def user_queues(self, user_id: str) -> tuple[Membership, ...] | ApiError:
        """Every queue of a user, joined or not, from two listings.

        How the user became a member and the ring number are not known from these listings.
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

    async def open_conversations(
        self, dimension: str, user_ids: Sequence[str], interval: tuple[datetime, datetime]
    ) -> tuple[OpenConversation, ...] | ApiError:
        """The conversations without an end that began in `interval` (at most 31 days).

        `dimension` says what the users (at most 50) are: `userId` for participants,
        `scoredAgentId` for agents a callback is waiting for. Those that began earlier are unseen.
        """
        arguments = {
            "dimension": dimension,
            "ids": list(user_ids),
            "interval": _in_iso(interval),
        }
        return await self._reader.listing(
            "open_conversations", arguments, decode_leftovers.open_conversation, _conversation_id
        )

    async def audited_services(self) -> tuple[str, ...] | ApiError:
        """The services whose recent audits can be asked for; needs `audits:audit:view`."""
        return await self._reader.one("audited_services", {}, decode_leftovers.service_names)

    async def is_audited(
        self, service: str, interval: tuple[datetime, datetime]
    ) -> bool | ApiError:
        """Whether anything was written by a service in `interval` (within the last 14 days)."""
        arguments = {"service": service, "interval": _in_iso(interval)}
        return await self._reader.one("audits", arguments, lambda body: bool(decode.entities(body)))

    async def user_grants(self, user_id: str) -> tuple[RoleGrant, ...] | ApiError:
        """The role grants given to the user directly, without those that come through groups."""

        def read(body: Json) -> tuple[RoleGrant, ...]:
            return decode_grants.grants_to(user_id, body)

        return await self._reader.one("user_grants", {"user_id": user_id}, read)

    async def holdings(self, belonging: Belonging, user_id: str) -> tuple[Holding, ...] | ApiError:
        """What one user has of `belonging`, read with its own operation, all pages of it."""
        arguments, operation = {"user_id": user_id}, belonging.operation
        read = decode_users.holdings(belonging)
        if reading_operation(operation).items is None:
            return await self._reader.one(operation, arguments, read)
        return await self._reader.listing(operation, arguments, lambda found: read([found])[0])

    async def divisions(self) -> tuple[Named, ...] | ApiError:
        """Every division of the organisation that the client may list."""
        return await self._reader.listing("divisions", {}, decode.named, _id)

    async def division_grants(
        self, division_id: str
    ) -> tuple[tuple[str, RoleGrant], ...] | ApiError:
        """Every role grant in a division: pairs of the holder's id and the grant.

        The division "*" has the grants for all divisions [assumed].
        """
        arguments = {"division_id": division_id}
        return await self._reader.listing("division_grants", arguments, decode_grants.subject_grant)

    async def roles(self) -> tuple[Named, ...] | ApiError:
        """Every role of the organisation; needs `authorization:role:view`."""
        return await self._reader.listing("roles", {}, decode.named, _id)

    async def counted_roles(self) -> tuple[tuple[Named, int | None], ...] | ApiError:
        """Every role, and how many users have it, if that is shown."""
        return await self._reader.listing("counted_roles", {}, decode_leftovers.counted_role)

    async def owned_groups(self) -> tuple[tuple[Named, tuple[str, ...]], ...] | ApiError:
        """Every group that the client can see, and the ids of its owners."""
        return await self._reader.listing("all_groups", {}, decode_leftovers.owned_group)

    async def oauth_clients(self) -> tuple[tuple[Named, str], ...] | ApiError:
        """Every OAuth client, and the id of the user who made it; its secret is never taken."""
        return await self._reader.one("oauth_clients", {}, decode_leftovers.oauth_clients)

    async def direct_reports(self, user_id: str) -> tuple[str, ...] | ApiError:
        """The names of the people whose manager a user is."""
        return await self._reader.one(
            "direct_reports", {"user_id": user_id}, decode_leftovers.names
        )

    async def call_forwarding(self, user_id: str) -> tuple[str, ...] | ApiError:
        """Where a user's calls go, if they are forwarded (`CallForwarding`): at most one number."""
        return await self._reader.one(
            "call_forwarding", {"user_id": user_id}, decode_leftovers.forwarded_to
        )

    async def role_holders(
        self, role: Named
    ) -> tuple[tuple[str, tuple[RoleGrant, ...]], ...] | ApiError:
        """Everyone who holds a role: pairs of the holder's id and the grants of this role.

        That grants for all divisions ("*") are among them is [assumed], and so is that users,
        groups and OAuth clients are listed, each with its own grants alone.
        """
        read = decode_grants.role_holder(role)
        return await self._reader.listing("role_holders", {"role_id": role.id}, read)

    async def permitted_divisions(self, permission: str) -> tuple[Named, ...] | ApiError:
        """The divisions in which the client has a permission such as `routing:queue:view`.

        "*" is among them if it has the permission in all divisions; these may not be listed then.
        """
        return await self._reader.listing(
            "permitted_divisions",
            {"permission": permission},
            decode.named,
            _id,
            implied=decode_grants.permitted_everywhere,
        )

    async def own_grants(self) -> tuple[OwnGrant, ...] | ApiError:
        """The role grants of the client itself, with the permissions they include."""
        return await self._reader.one("own_grants", {}, decode_grants.own_grants)

    async def group_version(self, group_id: str) -> int | ApiError:
        """The version of a group, which a call that adds members must include."""
        version = functools.partial(decode.whole_number, name="version")
        return await self._reader.one("group", {"group_id": group_id}, version)

    async def groups(self, ids: Sequence[str]) -> tuple[Holding, ...] | ApiError:
        """The groups with these ids (at most 100), with names; no teams or skill groups."""
        return await self._reader.listing("groups", {"ids": list(ids)}, decode_users.group, _id)

    async def teams(self) -> tuple[Holding, ...] | ApiError:
        """Every work team that the client can see."""
        return await self._reader.listing("teams", {}, decode_users.group, _id)

    async def team_members(self, team_id: str) -> tuple[str, ...] | ApiError:
        """The ids of the members of a work team; a team that is gone has none."""
        arguments = {"team_id": team_id}
        members = await self._reader.listing("team_members", arguments, decode.member_id)
        gone = isinstance(members, ApiError) and members.status == 404
        return () if gone else members

    async def is_dynamic(self, group_id: str) -> bool | ApiError:
        """True if the members of a group are set by a rule, so that nobody can be removed.

        Source: `GroupsApi.get_group_dynamicsettings` (a preview), 404 for any other group.
        """

        def found(body: Json) -> bool:
            return bool(decode.entity(body))

        answer = await self._reader.one("dynamic_settings", {"group_id": group_id}, found)
        return False if isinstance(answer, ApiError) and answer.status == 404 else answer

    async def _queues_by_id(self, ids: Sequence[str]) -> tuple[Queue, ...] | ApiError:
        return await self._reader.listing("queues_by_id", {"ids": list(ids)}, decode.queue, _id)

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
            users = await self._reader.listing(
                "search_users", arguments, decode_users.searched_user, _id
            )
            if isinstance(users, ApiError):
                return users
            found.update({user.id: user for user in users})
        return tuple(found.values())


def _id(found: User | Queue | Named | Holding) -> str:
    return found.id


def _member(found: tuple[str, Membership]) -> tuple[str, str]:
    """One user can be a member twice: in person and through a group [assumed]."""
    return found[0], found[1].by


def _in_iso(interval: tuple[datetime, datetime]) -> str:
    """An interval as Genesys' queries take it, in seconds."""
    return "/".join(f"{each.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for each in interval)


def _conversation_id(found: OpenConversation) -> str:
    return found.id


def _queue_id(membership: Membership) -> str:
    return membership.queue_id
