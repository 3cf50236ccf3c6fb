"""Is the process alive, and can it do its work: for load balancers and for the operator."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.evidence import shelf
from complaints.models import Blob, Delivery, Fault, Heartbeat

OLDEST_DUE = timedelta(minutes=5)
OLDEST_FILE = timedelta(minutes=30)


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Database, storage and queue, each with a word; 503 if one of them is not there."""
    found = {"database": _database(), "storage": _storage()}
    found["queue"] = _queue() if found["database"] == "ok" else "unknown"
    status = 200 if set(found.values()) == {"ok"} else 503
    # Said to the operator, but no reason to send nobody here: a file is looked into as it comes, or waits; one is not
    # what it was.
    found["media"] = _media() if found["database"] == "ok" else "unknown"
    found["files"] = _files() if found["database"] == "ok" else "unknown"
    return JsonResponse(found, status=status)


def _database() -> str:
    try:
        connection.ensure_connection()
    except DatabaseError:
        return "unreachable"
    return "ok"


def _storage() -> str:
    if not settings.FILE_UPLOAD_TEMP_DIR.is_dir():
        return "missing"
    return "ok" if shelf.stands() else "unreachable"


def _media() -> str:
    """``ok`` while the cluster that looks into files beats, and none has waited for long."""
    now = timezone.now()
    if Blob.objects.filter(state=Blob.State.QUARANTINED, kept_at__lt=now - OLDEST_FILE).exists():
        return "late"
    beats = Heartbeat.objects.filter(name="media", at__gt=now - settings.MEDIA_HEARTBEAT_LIMIT)
    return "ok" if beats.exists() else "no-heartbeat"


def _files() -> str:
    return "broken" if Fault.objects.filter(ended_at=None).exists() else "ok"


def _queue() -> str:
    """``ok`` while a worker's heart beats and no notice has been due for long."""
    now = timezone.now()
    beat = Heartbeat.objects.filter(name="queue").first()
    if beat is None or beat.at < now - settings.QUEUE_HEARTBEAT_LIMIT:
        return "no-heartbeat"
    return "late" if Delivery.objects.due(now - OLDEST_DUE).exists() else "ok"
