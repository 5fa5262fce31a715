"""Rare answers: one of several requests is refused, or the answer is about somebody else."""

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


class Answers:
    """Answers requests with these bodies and failures, in order; notes what was `asked`."""

    def __init__(self, *answers: Any) -> None:
        self.answers = iter(answers)
        self.asked: list[str] = []
        self.arguments: list[dict[str, Any]] = []

    async def carry_out(
        self, operation: Any, arguments: Any, understand: Any, _before: Any = None
    ) -> Any:
        """The next answer, decoded by `understand`."""
        self.asked.append(operation.method)
        self.arguments.append(arguments)
        answer = next(self.answers)
        if isinstance(answer, Failure):
            return answer
        try:
            return Understood(understand(answer), 200, None)
        except UnusableAnswerError as error:
            return Failure("unknown", ApiError(200, "unusable_answer", str(error)))


def found(answers: Answers, work: Callable[[Genesys], Coroutine[Any, Any, Any]]) -> Any:
    """What `work` returns in an organisation that gives these answers."""
    nobody = Identity(Named(A), "client", B, "region")
    return asyncio.run(
        work(Genesys(cast(Caller, answers), nobody, Allowance(297, 1), lambda: None))
    )


def test_nobody_joins_a_group_whose_version_cannot_be_read() -> None:
    """The call needs the version, so it is refused before it is sent."""
    answers = Answers(failure(403))
    call = Call("join_group", {"group_id": A, "user_ids": [B]}, (2,))
    answer = found(answers, lambda genesys: genesys.perform(call))
    assert (answer.outcome, answer.error.status, len(answers.asked)) == ("refused", 403, 1)


@pytest.mark.parametrize(("body", "name"), [(USER, "Ann"), (USER | {"id": B}, None), ({}, None)])
def test_an_answer_about_another_user_is_refused(body: dict[str, Any], name: str | None) -> None:
    """Another's state or version would lead to a call for the wrong person."""
    user = found(Answers(body), lambda genesys: genesys.user(A))
    assert (None if isinstance(user, ApiError) else user.name) == name


@pytest.mark.parametrize(("status", "asked"), [(400, 2), (403, 1), (429, 1)])
def test_another_name_of_the_employee_number_is_tried_only_if_the_first_is_unknown(
    status: int, asked: int
) -> None:
    """Any other refusal would meet the second name too."""
    answers = Answers(failure(status), failure(status))
    error = found(answers, lambda genesys: genesys.search_users("employee_id", ["7"]))
    assert (error.status, len(answers.asked)) == (status, asked)


@pytest.mark.parametrize(("status", "members"), [(404, ()), (403, 403), (400, 400)])
def test_only_a_team_that_is_gone_has_no_members(status: int, members: object) -> None:
    """One that cannot be read may have some."""
    answer = found(Answers(failure(status)), lambda genesys: genesys.team_members(A))
    assert (answer.status if isinstance(answer, ApiError) else answer) == members


@pytest.mark.parametrize(
    ("answer", "dynamic"), [({"rule": "x"}, True), ({}, False), (failure(404), False)]
)
def test_a_group_is_dynamic_if_it_has_a_rule(answer: object, dynamic: bool) -> None:
    """Genesys answers 404 for any other group."""
    assert found(Answers(answer), lambda genesys: genesys.is_dynamic(A)) is dynamic


def test_whether_a_group_is_dynamic_may_be_unknown() -> None:
    """If it cannot be read, that is an error, not a no."""
    error = found(Answers(failure(403)), lambda genesys: genesys.is_dynamic(A))
    assert isinstance(error, ApiError)


def test_the_grants_of_a_users_groups_are_not_the_users() -> None:
    """They are not lost when the user is set to inactive."""
    grants = [
        {"subjectId": subject, "role": {"id": role, "name": role}, "division": {"id": "*"}}
        for subject, role in ((A, "own"), (B, "group's"), (None, "unsaid"))
    ]
    answer = found(Answers({"grants": grants}), lambda genesys: genesys.user_grants(A))
    assert answer == (RoleGrant("own", "*", "own"), RoleGrant("unsaid", "*", "unsaid"))


def test_every_page_of_a_queues_members_is_reported() -> None:
    """To the progress display."""
    pages: list[None] = []
    more = {"entities": [{"id": A}], "nextUri": "/next"}
    answers = Answers(more, {"entities": [{"id": B}]})
    members = found(
        answers, lambda genesys: genesys.queue_members(A, on_page=lambda: pages.append(None))
    )
    assert ([user_id for user_id, _ in members], len(pages)) == ([A, B], 2)


@pytest.mark.parametrize(
    "belonging", [each for each in BELONGINGS if each.operation], ids=lambda each: each.name
)
@pytest.mark.parametrize("body", [None, "text", 5])
def test_an_answer_in_another_form_does_not_count_as_having_nothing(
    belonging: Belonging, body: object
) -> None:
    """Undo could not put back what a run did not see."""
    answer = found(Answers(body), lambda genesys: genesys.holdings(belonging, A))
    assert isinstance(answer, ApiError)


def test_a_listing_of_members_is_filtered_as_asked() -> None:
    """Otherwise a membership through a group could hide a direct one."""
    answers = Answers({"entities": []})
    found(answers, lambda genesys: genesys.queue_members(A, "user", "Ann"))
    assert {**answers.arguments[0], "member_by": "user", "name": "Ann"} == answers.arguments[0]


def test_the_next_page_is_asked_for_by_its_cursor_where_there_is_one() -> None:
    """Without it the first page would come again."""
    answers = Answers({"entities": [{"id": A}], "nextUri": "/teams?after=abc"}, {"entities": []})
    found(answers, lambda genesys: genesys.teams())
    assert [each.get("after") for each in answers.arguments] == [None, "abc"]
