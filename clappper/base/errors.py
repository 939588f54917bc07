"""The errors a person can meet: one sentence that says what is wrong, and a hint that says what to do."""


class ClappperError(Exception):
    """Something a person can act on. Anything else that is raised is a bug.

    ``message`` is one sentence; ``hint`` says what to do, or is empty when the message already does.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UnusableInputError(ClappperError):
    """A file or a value that was handed in cannot be used. The command line exits with 2."""


class InDoubtError(ClappperError):
    """A provider may or may not have been asked, and may or may not bill it: a person has to look.

    The command line exits with 3.
    """
