"""Expected failures."""


class Failure(Exception):
    """A failure whose message says what happened, where, and what to do."""
