"""What can end a request early. None of these may be caught by code of the user, so all derive from BaseException."""


class Refused(BaseException):
    """The program uses syntax, a name or a value that is not let into the sandbox."""


class NotReached(BaseException):
    """The program left (``raise``, ``return``) before it came to the expression: this branch sends nothing."""


class Unknowable(Exception):
    """A library needs a real value where the program has a hole, and nothing can stand in for it."""
