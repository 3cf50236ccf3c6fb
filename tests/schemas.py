"""Hold a notice against the schema that is published for its type."""

import json
from functools import cache

from jsonschema import Draft202012Validator

from complaints.notice_types import CATALOGUE


def must_fit(body: bytes) -> None:
    """Raises where a notice breaks its schema, or says more than its type is documented to say."""
    message = json.loads(body)
    kind = message["type"]
    assert kind in CATALOGUE, f"{kind} is not in complaints/notice_types.py"
    _validator(kind).validate(message)
    unknown = set(message["data"]) - set(CATALOGUE[kind].fields)
    assert not unknown, f"{kind} says more than its schema: {unknown}"


@cache
def _validator(kind: str) -> Draft202012Validator:
    schema = CATALOGUE[kind].schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
