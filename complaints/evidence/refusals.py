"""Why a file is not taken: a code, and a sentence that says what was found, what is allowed and what to do."""

NO_SPACE, BUSY, CROWDED = "no-space", "busy", "crowded"


class Unacceptable(Exception):
    """A file we do not take, with a sentence that says what was found, what is allowed and what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code

    @property
    def is_ours(self) -> bool:
        """Whether it is no fault of the file: the same may be sent again later."""
        return self.code in {NO_SPACE, BUSY, CROWDED}
