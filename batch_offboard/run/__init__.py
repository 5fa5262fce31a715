"""Carrying out a run or an undo: its phases, the only code that makes calls."""
