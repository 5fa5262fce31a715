"""What answers each route: a form is read, the desk does it, and a screen shows what became."""
