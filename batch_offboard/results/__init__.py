"""What a run came to: a pure fold of its journal, written as results file and report."""
