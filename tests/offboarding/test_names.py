import pytest

from batch_offboard.offboarding.names import names_agree, why_names_differ

from .snapshots import cases


@pytest.mark.parametrize("one, other, agree", cases("names"))
def test_names_agree(one: str, other: str, agree: bool) -> None:
    """Forgiving about spelling and order, not about who it is; the same from either side."""
    assert (names_agree(one, other), names_agree(other, one)) == (agree, agree)


@pytest.mark.parametrize(
    "name, held, says",
    [
        (
            "MÃ¼ller",
            "Ann Müller",
            "“MÃ¼ller” is probably “Müller”, read in the wrong encoding (UTF-8",
        ),
        ("Jan Dvoøák", "Jan Dvořák", "(Central European, Windows-1250). Save the list as .xlsx or"),
        ("Kšnig", "König", "(Mac Roman)"),
        ("SÃ¸ren Müller", "Søren Müller", "is probably “Søren Müller”"),
        ("M?ller", "Müller", "Letters of “M?ller” were lost when the list was saved."),
        ("J\ufffdger", "Jäger", "Letters of “J\ufffdger” were lost"),
        ("Ann ????", "Анна Иванова", "were lost"),
        ("Müller", "Meier", ""),
        ("Ann Lee", "Bob Roy", ""),
        ("Dvoøák", "Novák", ""),
    ],
)
def test_an_encoding_that_made_a_name_differ_is_named(name: str, held: str, says: str) -> None:
    """And nothing else: a wrong name stays a wrong name."""
    assert not names_agree(name, held)
    assert says in why_names_differ(name, held)
    assert bool(says) is bool(why_names_differ(name, held))
