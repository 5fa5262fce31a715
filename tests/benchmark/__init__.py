"""The benchmark: what a run costs in calls, time and memory, beside a plain per-row client."""
