"""The handlers of the routes: each reads the request, has the desk act, and answers a screen."""
