"""What answers each route: read the form, have the desk do it, show a screen."""
