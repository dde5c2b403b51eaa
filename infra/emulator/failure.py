"""What goes wrong, in one sentence."""


class Failure(Exception):
    """Says what happened, where, and what to do."""
