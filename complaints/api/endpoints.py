"""An organisation's addresses by the API: add, verify, change, try, rotate, pause, take away, send a span again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Endpoint
from complaints.api import endpoint_shapes as shapes
from complaints.api.doors import Door
from complaints.api.idempotency import once
from complaints.api.paging import newest_first
from complaints.api.serializers import NothingIn
from complaints.flow import line_tls, lines, replaying
from complaints.models import ReplayJob

PAGE = 50


class LinesDoor(Door):
    """What the addresses of this room share: one's own, and nobody else's."""

    scope = "webhooks:manage"

    def line(self, endpoint: str) -> Endpoint:
        """An address the caller may look after; else 404."""
        return get_object_or_404(lines.visible_to(self.caller.actor), pk=shapes.pk_of(endpoint))

    @transaction.atomic
    def change(self, line: Endpoint, wanted: Mapping[str, Any], *, at: datetime) -> None:
        """Everything that is named, or nothing of it."""
        lines.change(line, wanted, actor=self.caller.actor, at=at)
        if "extra_ca" in wanted:
            line_tls.trust_authority(line, wanted["extra_ca"] or "", actor=self.caller.actor, at=at)
        if "client_certificate" in wanted:
            given = wanted["client_certificate"] or {"certificate": "", "key": ""}
            line_tls.show_certificate(line, **given, actor=self.caller.actor, at=at)

    def shown(self, line: Endpoint, *, at: datetime) -> dict[str, Any]:
        line.refresh_from_db()
        return shapes.line(line, at=at)


class EndpointsView(LinesDoor):
    """The organisation's addresses; a POST adds one and tells its secret once. Needs an Idempotency-Key."""

    tells = {
        "GET": {"id": "listEndpoints", "does": _("看接收通知的地址")},
        "POST": {
            "id": "addEndpoint",
            "does": _("添加接收通知的地址"),
            "takes": shapes.LineIn,
            "status": 201,
            "errors": {"endpoint_not_allowed": 422, "cannot_change_endpoint": 409},
        },
    }

    def get(self, request: Request) -> Response:
        own = lines.visible_to(self.caller.actor).order_by("pk")
        return Response({"endpoints": [shapes.line(one, at=timezone.now()) for one in own], "next": None})

    def post(self, request: Request) -> Response:
        at = timezone.now()
        return once(request, self.caller.key, lambda: self._add(request, at), at=at, unstored=["secret"])

    def _add(self, request: Request, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = shapes.LineIn(data=request.data)
        given.is_valid(raise_exception=True)
        said, actor = given.validated_data, self.caller.actor
        line, secret = lines.add_line(
            self.caller.organisation, url=said["url"], types=said.get("types", []), actor=actor, at=at
        )
        self.change(line, {name: said[name] for name in said if name != "url"}, at=at)
        return HTTPStatus.CREATED, {"endpoint": self.shown(line, at=at), "secret": secret}


class EndpointView(LinesDoor):
    """One address; a PATCH changes what it names, a DELETE takes the address away. Its log stays."""

    tells = {
        "GET": {"id": "getEndpoint", "does": _("看一个地址")},
        "PATCH": {
            "id": "changeEndpoint",
            "does": _("改一个地址"),
            "takes": shapes.LineChangeIn,
            "once": False,
            "errors": {"endpoint_not_allowed": 422, "cannot_change_endpoint": 409},
        },
        "DELETE": {"id": "removeEndpoint", "does": _("删掉一个地址"), "takes": None, "status": 204, "once": False},
    }

    def get(self, request: Request, endpoint: str) -> Response:
        return Response(self.shown(self.line(endpoint), at=timezone.now()))

    def patch(self, request: Request, endpoint: str) -> Response:
        line, at = self.line(endpoint), timezone.now()
        given = shapes.LineChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        self.change(line, given.validated_data, at=at)
        return Response(self.shown(line, at=at))

    def delete(self, request: Request, endpoint: str) -> Response:
        lines.remove(self.line(endpoint), actor=self.caller.actor, at=timezone.now())
        return Response(status=HTTPStatus.NO_CONTENT)


class Acting(LinesDoor):
    """A POST without a body that may be sent twice."""

    act: Callable[..., Any]

    def post(self, request: Request, endpoint: str) -> Response:
        line, at = self.line(endpoint), timezone.now()
        NothingIn(data=request.data or {}).is_valid(raise_exception=True)
        made = type(self).act(line, actor=self.caller.actor, at=at)
        tried = shapes.probe(made) if isinstance(made, lines.Probe) else {}
        return Response({**tried, "endpoint": self.shown(line, at=at)})


class VerificationView(Acting):
    """Send the address a challenge. It is in use as soon as it has repeated it, in a 2xx answer within ten seconds."""

    tells = {"POST": {"id": "verifyEndpoint", "does": _("核对地址"), "takes": None, "status": 200, "once": False}}
    act = staticmethod(lines.verify_line)


class PingView(Acting):
    """Send the address a test, five times a minute at most."""

    tells = {"POST": {"id": "pingEndpoint", "does": _("发一条测试"), "takes": None, "status": 200, "once": False}}
    act = staticmethod(lines.ping)


class PauseView(Acting):
    """Send nothing for a while; what comes up is parked."""

    tells = {"POST": {"id": "pauseEndpoint", "does": _("暂停一个地址"), "takes": None, "status": 200, "once": False}}
    act = staticmethod(lines.pause)


class ResumeView(Acting):
    """Send again, what was parked first."""

    tells = {"POST": {"id": "resumeEndpoint", "does": _("恢复一个地址"), "takes": None, "status": 200, "once": False}}
    act = staticmethod(lines.resume)


class SecretRotationView(LinesDoor):
    """A new signing secret, told once; the one before signs beside it for ``overlap``. Needs an Idempotency-Key."""

    tells = {
        "POST": {
            "id": "rotateSecret",
            "does": _("换签名密钥"),
            "takes": shapes.RotationOfSecretIn,
            "status": 201,
            "errors": {"cannot_change_endpoint": 409},
        }
    }

    def post(self, request: Request, endpoint: str) -> Response:
        at, line = timezone.now(), self.line(endpoint)
        return once(request, self.caller.key, lambda: self._rotate(request, line, at), at=at, unstored=["secret"])

    def _rotate(self, request: Request, line: Endpoint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = shapes.RotationOfSecretIn(data=request.data or {})
        given.is_valid(raise_exception=True)
        overlap = shapes.overlap_of(given.validated_data["overlap"])
        secret = lines.rotate_secret(line, overlap=overlap, actor=self.caller.actor, at=at)
        return HTTPStatus.CREATED, {"secret": secret, "endpoint": self.shown(line, at=at)}


class ReplaysView(LinesDoor):
    """The replays of an address, newest first; a POST sends a span again. Needs an Idempotency-Key."""

    tells = {
        "GET": {"id": "listReplays", "does": _("看重放")},
        "POST": {
            "id": "replaySpan",
            "does": _("重放一段时间的通知"),
            "takes": shapes.ReplayIn,
            "status": 201,
            "errors": {"endpoint_not_allowed": 422, "cannot_change_endpoint": 409},
        },
    }

    def get(self, request: Request, endpoint: str) -> Response:
        page, following = newest_first(request, ReplayJob.objects.filter(endpoint=self.line(endpoint)), usual=PAGE)
        return Response({"replays": [shapes.replay(one) for one in page], "next": following})

    def post(self, request: Request, endpoint: str) -> Response:
        at, line = timezone.now(), self.line(endpoint)
        return once(request, self.caller.key, lambda: self._replay(request, line, at), at=at)

    def _replay(self, request: Request, line: Endpoint, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        given = shapes.ReplayIn(data=request.data)
        given.is_valid(raise_exception=True)
        job = replaying.replay_span(line, **given.validated_data, actor=self.caller.actor, at=at)
        return HTTPStatus.CREATED, shapes.replay(job)


class ReplayView(LinesDoor):
    """One replay and how far it has come; a DELETE puts no more of it in line."""

    tells = {
        "GET": {"id": "getReplay", "does": _("看一次重放")},
        "DELETE": {
            "id": "cancelReplay",
            "does": _("取消重放"),
            "takes": None,
            "status": 200,
            "once": False,
            "errors": {"cannot_change_endpoint": 409},
        },
    }

    def get(self, request: Request, endpoint: str, replay_id: int) -> Response:
        return Response(shapes.replay(self._job(endpoint, replay_id)))

    def delete(self, request: Request, endpoint: str, replay_id: int) -> Response:
        job = replaying.cancel(self._job(endpoint, replay_id), actor=self.caller.actor, at=timezone.now())
        return Response(shapes.replay(job))

    def _job(self, endpoint: str, replay_id: int) -> ReplayJob:
        return get_object_or_404(ReplayJob, endpoint=self.line(endpoint), pk=replay_id)
