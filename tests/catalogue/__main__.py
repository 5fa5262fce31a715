"""Writes tests/messages.md."""

from tests.catalogue import MESSAGES, rendered

MESSAGES.write_text(rendered(), "utf-8")
