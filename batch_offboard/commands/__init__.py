"""The commands, each one function that takes values and a listener and needs no terminal."""
