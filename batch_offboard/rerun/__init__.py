"""What a rerun goes by: its source, the chain of runs before, decisions about rows, a recheck."""
