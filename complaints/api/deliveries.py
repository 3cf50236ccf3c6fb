"""The log of notices by the API, sending one again, the days of the feed, and the catalogue with its schemas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from http import HTTPStatus

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import endpoint_shapes as shapes
from complaints.api.doors import Door
from complaints.api.errors import Refused
from complaints.api.paging import newest_first
from complaints.api.serializers import NothingIn
from complaints.api.versions import answered_as
from complaints.conformance.calls import What
from complaints.flow import feed, lines
from complaints.models import Delivery
from complaints.notice_types import CATALOGUE
from complaints.webhooks import SCHEMA

PAGE = 50


class DeliveriesView(Door):
    """What was sent and is to be sent to the organisation's addresses, newest first; also to those taken away."""

    scope = "webhooks:manage"
    tells = {
        "GET": {
            "id": "listDeliveries",
            "does": gettext_lazy("看投递记录"),
            "query": {
                **dict.fromkeys(("endpoint", "state", "type", "case", "since", "until", "cursor"), "string"),
                "limit": "integer",
            },
        }
    }

    def get(self, request: Request) -> Response:
        page, following = newest_first(request, self._narrowed(request), usual=PAGE)
        return Response({"deliveries": [shapes.delivery(one) for one in page], "next": following})

    def _narrowed(self, request: Request) -> QuerySet[Delivery]:
        rows, asked = lines.log_of(self.caller.actor), request.query_params
        if endpoint := asked.get("endpoint"):
            rows = rows.filter(endpoint=shapes.pk_of(endpoint))
        if state := asked.get("state"):
            rows = rows.filter(state=_one_of("state", state, Delivery.State.values))
        if kind := asked.get("type"):
            rows = rows.filter(type=_one_of("type", kind, list(CATALOGUE)))
        if reference := asked.get("case"):
            rows = rows.filter(event__complaint__reference=reference.replace("\x00", ""))
        if since := asked.get("since"):
            rows = rows.filter(created_at__gte=_time("since", since))
        if until := asked.get("until"):
            rows = rows.filter(created_at__lt=_time("until", until))
        return rows


class DeliveryView(Door):
    """One notice with its bytes and every attempt."""

    scope = "webhooks:manage"
    tells = {"GET": {"id": "getDelivery", "does": gettext_lazy("看一条通知的投递")}}

    def get(self, request: Request, message: str) -> Response:
        return Response(shapes.delivery_whole(_notice(self, message)))


class ResendView(Door):
    """Send one notice again at once, under the same id."""

    scope = "webhooks:manage"
    tells = {
        "POST": {
            "id": "resendDelivery",
            "does": gettext_lazy("重发一条通知"),
            "takes": None,
            "status": 202,
            "once": False,
            "errors": {"cannot_resend": 409, "cannot_change_endpoint": 409},
        }
    }

    def post(self, request: Request, message: str) -> Response:
        notice = _notice(self, message)
        NothingIn(data=request.data or {}).is_valid(raise_exception=True)
        lines.resend(notice, actor=self.caller.actor, at=timezone.now())
        return Response(shapes.delivery(_notice(self, message)), status=HTTPStatus.ACCEPTED)


class EventDayView(Door):
    """How many notices arose on a day of UTC, and a checksum over them: for whoever wants to know that none is
    missing (docs/webhooks.md says how to count it)."""

    scope = "events:read"
    watched = What.DAY
    tells = {
        "GET": {
            "id": "getEventDay",
            "does": gettext_lazy("核对一天的通知"),
            "more": gettext_lazy("ETag就是checksum。把自己算出来的放进If-None-Match：一样就回304。"),
            "etag": True,
            "errors": {"day_forgotten": 410},
        }
    }

    def get(self, request: Request, day: str) -> Response:
        at, wanted = timezone.now(), _day(day)
        today = at.astimezone(UTC).date()
        if wanted > today:
            raise Http404
        if wanted < today - feed.KEPT:
            words = _("通知的内容只留90天，这一天的已经不能核对了。")
            raise Refused(HTTPStatus.GONE, "day_forgotten", words)
        house = self.caller.organisation
        found = feed.sum_of(feed.of_day(feed.feed_of(house, at=at), wanted))
        own = {
            line.code: feed.sum_of(feed.of_day(feed.feed_of(house, at=at, line=line), wanted))
            for line in house.endpoints.order_by("pk")
        }
        told = {
            "day": day,
            "closed": feed.is_closed(wanted, at=at),
            "count": found.count,
            "checksum": found.checksum,
            "after": str(max(0, found.first - 1)),
            "last": str(found.last),
            "endpoints": [
                {"endpoint": code, "count": each.count, "checksum": each.checksum} for code, each in own.items()
            ],
        }
        return answered_as(request, f'"{found.checksum}"', told)


class EventTypesView(Door):
    """The catalogue of notices, each with the address of its schema."""

    scope = "events:read"
    tells = {"GET": {"id": "listEventTypes", "does": gettext_lazy("看有哪些通知")}}

    def get(self, request: Request) -> Response:
        return Response({"types": shapes.types(), "next": None})


@require_safe
@cache_control(public=True, max_age=3600)
def schema(request: HttpRequest, kind: str, version: str) -> JsonResponse:
    """The JSON Schema of a type of notice; open to everybody."""
    if kind not in CATALOGUE or version != SCHEMA:
        raise Http404
    return JsonResponse(CATALOGUE[kind].schema(), content_type="application/schema+json")


def _notice(door: Door, message: str) -> Delivery:
    """A notice in the caller's log by its webhook-id; else 404."""
    if not message.isprintable():
        raise Http404
    return get_object_or_404(lines.log_of(door.caller.actor), message_id=message)


def _one_of(name: str, value: str, allowed: list[str]) -> str:
    if value not in allowed:
        raise ValidationError({name: [_("写其中一个：{allowed}。").format(allowed=_("、").join(allowed))]})
    return value


def _time(name: str, text: str) -> datetime:
    """A moment with its offset from UTC. In a query an unescaped ``+`` has become a space."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
        if found.tzinfo is None:
            raise ValueError(text)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        words = _("写成带时区的时间，例如2026-06-01T02:00:00Z。")
        raise ValidationError({name: [words]}) from None


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date() if len(text) == 10 else date.max
    except ValueError:
        raise Http404 from None
