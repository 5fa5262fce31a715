"""What every shell shows, arranged once: what was found in a list, pace and time left."""
