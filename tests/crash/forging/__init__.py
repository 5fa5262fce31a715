"""Forgeries of a run folder, and honest edits, as tables of cases."""
