"""Carrying out a run: the only room that awaits calls and writes a run's state."""
