"""What becomes of answers that are rare: errors of one request of several, and another's answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast

import pytest

from batch_offboard.genesys import Allowance, Genesys, Identity
from batch_offboard.genesys.calls import Caller, Understood
from batch_offboard.genesys.errors import Failure, UnusableAnswerError
from batch_offboard.offboarding.belongings import BELONGINGS, Belonging
from batch_offboard.offboarding.models import ApiError, Call, Named, RoleGrant

A, B = (f"{n}b9c1a52-3f0e-4d0c-9c1e-5a2f3b4c5d6e" for n in (1, 2))
USER = {"id": A, "name": "Ann", "email": "ann@x", "state": "active", "version": 3}


def failure(status: int) -> Failure:
    """A refusal with this status."""
    return Failure("refused", ApiError(status, "code", "text"))


class Told:
    """Answers requests with these bodies and failures, one after the other."""

    def __init__(self, *answers: Any) -> None:
        self.answers = iter(answers)
        self.asked: list[str] = []
        self.arguments: list[dict[str, Any]] = []

    async def carry_out(
        self, operation: Any, arguments: Any, understand: Any, _before: Any = None
    ) -> Any:
        """The next answer, as the caller understands it."""
        self.asked.append(operation.method)
        self.arguments.append(arguments)
        answer = next(self.answers)
        if isinstance(answer, Failure):
            return answer
        try:
            return Understood(understand(answer), 200, None)
        except UnusableAnswerError as error:
            return Failure("unknown", ApiError(200, "unusable_answer", str(error)))


def found(told: Told, work: Callable[[Genesys], Coroutine[Any, Any, Any]]) -> Any:
    """What `work` finds in an organisation that answers so."""
    nobody = Identity(Named(A), "client", B, "region")
    return asyncio.run(work(Genesys(cast(Caller, told), nobody, Allowance(297, 1), lambda: None)))


def test_nobody_joins_a_group_whose_version_cannot_be_read() -> None:
    """The call needs it, so it is refused before anything is sent."""
    told = Told(failure(403))
    call = Call("join_group", {"group_id": A, "user_ids": [B]}, (2,))
    answer = found(told, lambda genesys: genesys.perform(call))
    assert (answer.outcome, answer.error.status, len(told.asked)) == ("refused", 403, 1)


@pytest.mark.parametrize(("body", "name"), [(USER, "Ann"), (USER | {"id": B}, None), ({}, None)])
def test_only_the_user_asked_for_is_believed(body: dict[str, Any], name: str | None) -> None:
    """Another's state or version would lead to a call for the wrong person."""
    user = found(Told(body), lambda genesys: genesys.user(A))
    assert (None if isinstance(user, ApiError) else user.name) == name


@pytest.mark.parametrize(("status", "asked"), [(400, 2), (403, 1), (429, 1)])
def test_another_name_of_the_employee_number_is_tried_only_if_the_first_is_unknown(
    status: int, asked: int
) -> None:
    """Any other refusal would be the same for it."""
    told = Told(failure(status), failure(status))
    error = found(told, lambda genesys: genesys.search_users("employee_id", ["7"]))
    assert (error.status, len(told.asked)) == (status, asked)


@pytest.mark.parametrize(("status", "members"), [(404, ()), (403, 403), (400, 400)])
def test_only_a_team_that_is_gone_has_no_members(status: int, members: object) -> None:
    """One that cannot be read may have some."""
    answer = found(Told(failure(status)), lambda genesys: genesys.team_members(A))
    assert (answer.status if isinstance(answer, ApiError) else answer) == members


@pytest.mark.parametrize(
    ("answer", "dynamic"), [({"rule": "x"}, True), ({}, False), (failure(404), False)]
)
def test_a_group_is_dynamic_if_it_has_a_rule(answer: object, dynamic: bool) -> None:
    """404 stands for any other group."""
    assert found(Told(answer), lambda genesys: genesys.is_dynamic(A)) is dynamic


def test_whether_a_group_is_dynamic_may_be_unknown() -> None:
    """Where it cannot be read."""
    error = found(Told(failure(403)), lambda genesys: genesys.is_dynamic(A))
    assert isinstance(error, ApiError)


def test_the_grants_of_a_users_groups_are_not_the_users() -> None:
    """They are not lost when the user is set to inactive."""
    grants = [
        {"subjectId": subject, "role": {"id": role, "name": role}, "division": {"id": "*"}}
        for subject, role in ((A, "own"), (B, "group's"), (None, "unsaid"))
    ]
    answer = found(Told({"grants": grants}), lambda genesys: genesys.user_grants(A))
    assert answer == (RoleGrant("own", "*", "own"), RoleGrant("unsaid", "*", "unsaid"))


def test_every_page_of_a_queues_members_is_told() -> None:
    """To whoever shows the progress."""
    pages: list[None] = []
    more = {"entities": [{"id": A}], "nextUri": "/next"}
    told = Told(more, {"entities": [{"id": B}]})
    members = found(
        told, lambda genesys: genesys.queue_members(A, on_page=lambda: pages.append(None))
    )
    assert ([user_id for user_id, _ in members], len(pages)) == ([A, B], 2)


@pytest.mark.parametrize(
    "belonging", [each for each in BELONGINGS if each.operation], ids=lambda each: each.name
)
@pytest.mark.parametrize("body", [None, "text", 5])
def test_an_answer_of_another_kind_does_not_pass_for_having_nothing(
    belonging: Belonging, body: object
) -> None:
    """Undo could not put back what a run did not see."""
    answer = found(Told(body), lambda genesys: genesys.holdings(belonging, A))
    assert isinstance(answer, ApiError)


def test_a_listing_of_members_is_narrowed_down_as_asked() -> None:
    """Otherwise a membership in person could be hidden by one through a group."""
    told = Told({"entities": []})
    found(told, lambda genesys: genesys.queue_members(A, "user", "Ann"))
    assert {**told.arguments[0], "member_by": "user", "name": "Ann"} == told.arguments[0]


def test_the_next_page_is_asked_for_by_its_cursor_where_there_is_one() -> None:
    """Without it the first page would come again."""
    told = Told({"entities": [{"id": A}], "nextUri": "/teams?after=abc"}, {"entities": []})
    found(told, lambda genesys: genesys.teams())
    assert [each.get("after") for each in told.arguments] == [None, "abc"]
