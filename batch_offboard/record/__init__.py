"""The record of a run on disk: its events, the journal that holds them, and the run folder."""
