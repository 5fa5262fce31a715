"""Set a termination list of Genesys Cloud users to inactive and take them out of their queues."""

__version__ = "0.2.0.dev0"
