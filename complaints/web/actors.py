"""Who stands at a page: the one place where a request becomes an Actor."""

from django.http import HttpRequest
from django.utils import timezone

from complaints.models.actor import Actor
from complaints.web.receipts import opened_case


def actor_of(request: HttpRequest) -> Actor:
    """A signed-in person sees their own complaints, a receipt session the one it opened; anybody else sees nothing."""
    opened = opened_case(request, at=timezone.now())
    if request.user.is_authenticated:
        return Actor.consumer(request.user, opened=opened)
    return Actor.receipt(opened) if opened else Actor()
