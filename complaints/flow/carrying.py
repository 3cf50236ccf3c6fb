"""The two-minute check turned into a complaint: its answers stand where the form would have kept them."""

from datetime import datetime

from django.db import transaction

from complaints.check_pages import Carried
from complaints.flow import drafting
from complaints.models import Draft

CARRIED = "carried"  # beside the pages in Draft.answers: which pages and facts came from the check
MORE = "more"  # the page of the law's own questions


@transaction.atomic
def carry_over(draft: Draft | None, carried: Carried, *, language: str, at: datetime) -> Draft:
    """Fill in what the check answered, in a new draft or in the one at hand, whose own answers stay as they are."""
    draft = draft or drafting.begin(language=language, at=at)
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    pages = {slug: dict(fields) for slug, fields in carried.pages.items() if slug not in draft.answers}
    facts = {f"fact-{key}": "yes" if value else "no" for key, value in carried.facts.items()}
    done = [slug for slug in carried.done if slug in pages]
    draft.answers = {
        **draft.answers,
        **pages,
        **({MORE: facts | draft.answers.get(MORE, {})} if facts else {}),
        CARRIED: {"pages": done, "facts": list(carried.facts)},
    }
    draft.done = [*draft.done, *done, *([MORE] if facts and MORE not in draft.done else [])]
    draft.touched_at, draft.language = at, language
    draft.save(update_fields=["answers", "done", "touched_at", "language"])
    return draft
