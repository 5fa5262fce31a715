"""Carrying out a run: its phases, which alone make calls, and its record on disk."""
