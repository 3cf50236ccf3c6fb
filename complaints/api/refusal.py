"""A refusal of this door, apart from the envelope of errors: what checks a key needs it before DRF's views exist."""

from http import HTTPStatus

from rest_framework.exceptions import APIException


class Refused(APIException):
    """A refusal of this door: a status, a code for programs, a sentence for people."""

    def __init__(self, status: HTTPStatus, code: str, sentence: str) -> None:
        super().__init__(sentence, code)
        self.status_code = status
