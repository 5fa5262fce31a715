"""The local page: the second shell, for people who use no terminal.

It decides nothing that a command does not decide. It listens on 127.0.0.1 only and lets in nobody
but the person who started it.
"""
