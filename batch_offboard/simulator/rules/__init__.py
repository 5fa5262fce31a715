"""Genesys' rules, one module per area of the API: what a caller may do and what it does."""
