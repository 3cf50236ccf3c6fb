"""How the answers of the check travel: signed, in the body of every request, and kept nowhere."""

from datetime import timedelta

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from complaints.asking.check_forms import AskForm
from complaints.check import Answer, Walk
from complaints.narrative import language

FIELD, SALT = "told", "two-minute-check"
OPEN_FOR = timedelta(hours=2)  # a page left longer than that starts anew


class Lost(Exception):
    """The answers did not arrive, are too old, or are not as we sent them."""


def sealed(walk: Walk) -> str:
    """The answers as text that only we can have written."""
    told = [[answer.key, list(answer.codes), list(answer.about)] for answer in walk.told]
    return signing.dumps(told, salt=SALT, compress=True)


def beginning() -> Walk:
    return Walk((), timezone.localdate(), language())


def opened(request: HttpRequest) -> Walk:
    """The answers that came with the request. Raises Lost."""
    try:
        told = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=OPEN_FOR)
        answers = tuple(Answer(key, tuple(codes), tuple(about)) for key, codes, about in told)
        return Walk(answers, timezone.localdate(), language())
    except (signing.BadSignature, ValueError, TypeError) as error:
        # ValueError too: a new release of the site may know the question no more.
        raise Lost from error


def taken_further(walk: Walk, request: HttpRequest) -> tuple[Walk, AskForm | None]:
    """The walk with the answer that was sent; or as it is, with the form that says why not.

    An answer to another question than the one that is next was sent from a page that is no longer true: it is left out.
    """
    ask = walk.ask
    if ask is None or request.POST.get("asked") != ask.key:
        return walk, None
    form = AskForm(ask, request.POST)
    return (walk.with_answer(ask, form.cleaned_data["answer"]), None) if form.is_valid() else (walk, form)
