"""HTTP of the API, no rules: one module per area, each a list of routes."""
