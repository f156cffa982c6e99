class PipError(Exception):
    """Something to tell the user, as `ERROR: …`; more arguments are more lines."""
