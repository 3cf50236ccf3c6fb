"""The way to the documentation: a page for people, which stands among the pages in both languages, and its sources."""

import hashlib
import json
from functools import lru_cache

import yaml
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from complaints.api.schema import document


@require_safe
def page(request: HttpRequest) -> HttpResponseRedirect:
    """To the page in the reader's language: the API stands outside the pages' language prefixes."""
    with translation.override(translation.get_language_from_request(request)):
        answer = redirect("complaints:developers")
    patch_vary_headers(answer, ["Accept-Language", "Cookie"])
    return answer


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document: JSON, or YAML with ``?format=yaml``; ``?lang=`` or Accept-Language says in which words."""
    wished = request.GET.get("lang") or translation.get_language_from_request(request)
    as_yaml = request.GET.get("format", "") == "yaml" or "yaml" in request.headers.get("Accept", "")
    body, media = written("en" if wished.startswith("en") else "zh", as_yaml=as_yaml)
    answer = HttpResponse(body, content_type=media)
    answer["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer["Content-Disposition"] = f'inline; filename="openapi.{"yaml" if as_yaml else "json"}"'
    answer["Access-Control-Allow-Origin"] = "*"  # it is for everybody, and says nothing of anybody
    patch_vary_headers(answer, ["Accept", "Accept-Language", "Cookie"])
    return answer


@lru_cache(maxsize=4)
def written(language: str, *, as_yaml: bool) -> tuple[bytes, str]:
    """The document as it leaves, and its media type (RFC 9512 for YAML)."""
    found = document(language)
    if as_yaml:
        text = yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=120)
        return text.encode(), "application/yaml; charset=utf-8"
    return json.dumps(found, ensure_ascii=False, indent=1).encode(), "application/json"


@require_safe
def raw(request: HttpRequest, name: str) -> HttpResponse:
    """A document as it stands in the checkout, for programs and for reading in a terminal."""
    text = (settings.BASE_DIR / "docs" / name).read_bytes()
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
