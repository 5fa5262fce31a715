"""The checks that every argument passes before it may reach a call."""

import pytest

from batch_offboard.genesys.argument_checks import (
    InvalidCallError,
    choice,
    guid,
    guid_or_all,
    guids,
    number,
    objects,
    truth,
)

ID = "0b9c1a52-3f0e-4d0c-9c1e-5a2f3b4c5d6e"
NO_IDS = [
    "..",
    "",
    "me",
    "*",
    f"{{{ID}}}",
    ID.upper(),
    ID.replace("-", ""),
    f" {ID}",
    f"{ID}/",
    f"urn:uuid:{ID}",
    None,
    7,
    [ID],
]


@pytest.mark.parametrize("value", NO_IDS)
def test_only_a_canonical_guid_is_an_id(value: object) -> None:
    """`..` hits another route, "me" ends our own token, "" hits the collection."""
    with pytest.raises(InvalidCallError, match="user_id"):
        guid({"user_id": value}, "user_id")


@pytest.mark.parametrize("count", [0, 101])
def test_a_list_of_ids_has_its_bounds(count: int) -> None:
    """At least one id and no more than Genesys takes."""
    with pytest.raises(InvalidCallError):
        guids({"user_ids": [ID] * count}, "user_ids", 100)


def test_a_list_may_have_as_many_ids_as_genesys_takes() -> None:
    """One to a hundred, for example."""
    assert [len(guids({"ids": [ID] * count}, "ids", 100)) for count in (1, 100)] == [1, 100]


@pytest.mark.parametrize("value", [None, 0, 1, "true"])
def test_only_true_and_false_are_truths(value: object) -> None:
    """Anything else would be taken for one of them by its form."""
    with pytest.raises(InvalidCallError):
        truth({"joined": value}, "joined")


def test_one_bad_id_spoils_the_list() -> None:
    """No part of such a call may leave."""
    with pytest.raises(InvalidCallError):
        guids({"user_ids": [ID, ".."]}, "user_ids", 100)


def test_all_divisions_is_a_division() -> None:
    """ "*" is a division where a role grant names one, and nothing else is but a GUID."""
    assert [guid_or_all("*", "d"), guid_or_all(ID, "d")] == ["*", ID]
    with pytest.raises(InvalidCallError):
        guid_or_all("home", "d")


@pytest.mark.parametrize("value", [None, "3", 3.0, True])
def test_a_version_is_a_whole_number(value: object) -> None:
    """A version of another kind would be sent as it is."""
    with pytest.raises(InvalidCallError):
        number({"version": value}, "version")


@pytest.mark.parametrize("value", [None, "deleted", "Inactive", ["inactive"]])
def test_a_choice_is_one_of_the_words(value: object) -> None:
    """The SDK would send any other as `outdated_sdk_version`."""
    with pytest.raises(InvalidCallError):
        choice({"state": value}, "state", ("active", "inactive"))


@pytest.mark.parametrize("value", [None, "abc", ["abc"], {"id": ID}])
def test_objects_are_a_list_of_objects(value: object) -> None:
    """Text is no list, and neither is one object."""
    with pytest.raises(InvalidCallError):
        objects({"grants": value}, "grants")
