import pytest

from batch_offboard.simulator import generate_org


def test_the_same_seed_gives_the_same_organisation() -> None:
    """Tests and benchmarks can be repeated."""
    assert generate_org(users=50, queues=5).file() == generate_org(users=50, queues=5).file()


def test_another_seed_gives_another_organisation() -> None:
    """The ids differ too."""
    assert not set(generate_org(users=5, queues=5, seed=1).users) & set(
        generate_org(users=5, queues=5, seed=2).users
    )


def test_the_sizes_are_those_asked_for() -> None:
    """Users, queues, divisions, groups; about so many queues and two roles a user."""
    org = generate_org(users=1000, queues=40, queues_per_user=8, divisions=3, groups=4)
    assert (
        len(org.users),
        len(org.queues),
        len(org.divisions),
        len(org.groups),
    ) == (1000, 40, 3, 4)
    members = sum(len(q.members) for q in org.queues.values())
    assert 7.8 < members / 1000 < 8.2
    assert 1.9 < sum(len(u.grants) for u in org.users.values()) / 1000 < 2.1


def test_addresses_and_employee_numbers_are_unique() -> None:
    """Names need not be: there are namesakes."""
    org = generate_org(users=2000, queues=1, queues_per_user=1)
    users = org.users.values()
    assert 2000 == len({u.email for u in users}) == len({u.employee_id for u in users})
    assert len({u.name for u in users}) < 2000
    assert all(u.email and u.email.isascii() for u in users)


def test_shares_are_kept() -> None:
    """Inactive and deleted users, unjoined memberships, grants for all divisions."""
    org = generate_org(
        users=1000,
        queues=20,
        inactive_share=0.2,
        deleted_share=0.1,
        unjoined_share=0.3,
        all_divisions_share=0.5,
    )
    states = [u.state for u in org.users.values()]
    assert 150 < states.count("inactive") < 250
    assert 70 < states.count("deleted") < 130
    joined = [m.joined for q in org.queues.values() for m in q.members.values()]
    assert 0.25 < joined.count(False) / len(joined) < 0.35
    everywhere = [g.division == "*" for u in org.users.values() for g in u.grants]
    assert 0.4 < everywhere.count(True) / len(everywhere) < 0.6
    assert all(not u.grants for u in org.users.values() if u.state != "active")


def test_an_organisation_without_queues_is_possible() -> None:
    """Nobody is in any."""
    assert generate_org(users=3, queues=0).queues == {}


def test_a_mistyped_size_is_an_error() -> None:
    """It is not silently ignored."""
    with pytest.raises(TypeError):
        generate_org(usres=3)
