"""The screens: from values to what their templates need, one module each."""
