"""How the lists of these tests are read: on one day, in one time zone, unless a test says more."""

from datetime import date

from batch_offboard.termination_list import ListSettings

TODAY = date(2026, 11, 27)
SETTINGS = ListSettings(today=TODAY, timezone="UTC")
