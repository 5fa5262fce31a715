"""The rules of offboarding, as pure functions over values: no I/O, no clock, no SDK."""
