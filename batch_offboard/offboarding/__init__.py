"""What offboarding means, as pure functions over values: no I/O, no clock, no SDK."""
