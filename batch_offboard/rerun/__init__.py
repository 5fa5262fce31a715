"""The inputs of a rerun: its source, the chain of runs before, decisions about rows, a recheck."""
