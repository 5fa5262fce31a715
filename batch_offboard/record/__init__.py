"""What a run leaves on disk: its events, the journal that holds them, and the run folder."""
