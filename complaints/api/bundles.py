"""The API's bundles: an organisation has one made of a case, asks how far it is, and takes it."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.doors import Door, Taking
from complaints.api.serializers import NothingIn
from complaints.flow import bundling
from complaints.models import Bundle, Complaint
from complaints.serving import hand_over


class BundlesView(Taking):
    """Have one made of the case as it stands; one of the same case that is under way or ready is given instead."""

    scope = "evidence:read"

    def _take(self, request: Request, complaint: Complaint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        NothingIn(data=request.data).is_valid(raise_exception=True)
        made = bundling.ask(complaint, actor=self.caller.actor, at=at)
        return HTTPStatus.ACCEPTED, representations.bundle(made)


class Asked(Door):
    """What both addresses of a bundle share: the bundle, if this organisation asked for it; else 404."""

    scope = "evidence:read"

    def bundle(self, reference: str, bundle_id: int) -> Bundle:
        mine = Bundle.objects.visible_to(self.caller.actor).select_related("complaint")
        return get_object_or_404(mine, pk=bundle_id, complaint=self.case(reference))


class BundleView(Asked):
    """How far it is."""

    def get(self, request: Request, reference: str, bundle_id: int) -> Response:
        return Response(representations.bundle(self.bundle(reference, bundle_id).as_of(timezone.now())))


class BundleFileView(Asked):
    """The ZIP; who takes it is in the custody chain first."""

    def get(self, request: Request, reference: str, bundle_id: int) -> HttpResponseBase:
        row = self.bundle(reference, bundle_id)
        source = bundling.take_away(row, actor=self.caller.actor, at=timezone.now())
        return hand_over(source, f"{row.complaint.reference}-evidence.zip")

    def head(self, request: Request, reference: str, bundle_id: int) -> HttpResponseBase:
        """Whether there is such an address; nothing leaves for a look."""
        self.bundle(reference, bundle_id)
        return HttpResponse(content_type="application/zip")
