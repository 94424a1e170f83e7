"""What ends a command with a sentence in place of a result."""


class SanError(Exception):
    """Ends the command with its exit code."""

    code = 3


class UsageError(SanError):
    """The command line, or a file that the user wrote, is to be changed."""

    code = 2


class CannotRunError(SanError):
    """Nothing was proven: the run could not start, or did not come to its end."""

    code = 3
