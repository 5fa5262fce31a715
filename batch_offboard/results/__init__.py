"""The results of a run: a pure fold of its journal, written as results file and report."""
