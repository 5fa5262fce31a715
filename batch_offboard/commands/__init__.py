"""What each command does: one call that takes values and a listener, and needs no terminal."""
