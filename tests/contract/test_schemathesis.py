"""Whatever a machine sends: never an error of ours, an answer nobody wrote down, a word of another's case."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from complaints.api import limits, schema
from complaints.flow.keys import make_key
from complaints.models import Complaint
from complaints.scope_words import SCOPES
from tests.builders import a_complaint, covered
from tests.cast import Cast
from tests.contract.scene import a_mediation, a_quarrel
from tests.platform.calls import ROOT, Machine, told

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.timeout(300),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the same door on both databases: one lane is enough"),
]
CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]
CANARY = "canary-yunji-只有云集市该看到"
WITH_KEY, WITHOUT_KEY = 3, 1  # examples of each operation, of each kind
quick = {
    "derandomize": True,
    "database": None,
    "deadline": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READS", 10**6)
    monkeypatch.setattr(limits, "WRITES", 10**6)


def others(cast: Cast) -> Complaint:
    """A case of another platform, with a piece of evidence and words that nobody else may read."""
    case = a_complaint(files=True, consumer=cast.zhao, platform={"platform": "", "name": "云集市", "other": ""})
    Complaint.objects.filter(pk=case.pk).update(story=CANARY, goods=CANARY)
    return covered(Complaint.objects.get(pk=case.pk))


@pytest.mark.parametrize("has_key", [True, False], ids=["with a key", "without"])
def test_no_input_breaks_the_contract_or_opens_anothers_case(cast: Cast, unlimited: None, has_key: bool) -> None:
    other = others(cast)
    own, mediated = a_quarrel(cast), a_mediation(cast)
    secrets = [CANARY, other.reference]
    piece = own.evidence.order_by("pk").values_list("pk", flat=True)[0]
    foreign = other.evidence.order_by("pk").values_list("pk", flat=True)[0]
    spare = make_key(  # to be replaced and revoked, again and again
        cast.kuailive,
        label="spare",
        scopes=list(SCOPES),
        networks=[],
        expires_at=None,
        actor=cast.platform,
        at=timezone.now(),
    )
    ids = {"number": 1, "evidence_id": piece, "bundle_id": 1, "key_id": spare.public_id}
    places = [
        {},
        {**ids, "reference": own.reference},
        {**ids, "reference": mediated.reference},
        {**ids, "reference": other.reference, "evidence_id": foreign, "key_id": cast.other_key.public_id},
        {**ids, "reference": own.reference, "evidence_id": foreign},
    ]
    headers = {"Authorization": f"Bearer {cast.key.text}"} if has_key else {}
    document = schemathesis.openapi.from_dict(schema.document("en"))
    document.app = get_wsgi_application()
    statuses: dict[int, int] = {}
    for result in document.get_all_operations():
        operation = result.ok()
        counted = statuses if has_key or operation.definition.raw.get("security") else {}  # some are open to all
        for place in places if has_key else places[1:2]:
            path = {name: value for name, value in place.items() if f"{{{name}}}" in operation.path}
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _try(operation, path, mode, headers, counted, secrets, has_key)
    assert statuses if has_key else set(statuses) <= {401, 400, 404, 405}
    assert not has_key or {200, 201, 400, 404, 422} <= set(statuses)


def _try(
    operation: Any, path: dict[str, Any], mode: Any, headers: dict[str, str], statuses: dict[int, int],
    secrets: list[str], has_key: bool,
) -> None:  # fmt: skip
    """Some calls of one operation; each is looked at."""

    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=path or None))
    @settings(max_examples=WITH_KEY if has_key else WITHOUT_KEY, **quick)  # type: ignore[arg-type]
    def calls(case: Any) -> None:
        case.headers.pop("Authorization", None)
        answer = case.call(base_url="http://testserver", headers=headers)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code < 500 or answer.status_code in (503, 507), (operation.label, answer.content[:300])
        case.validate_response(answer, checks=CHECKS)
        assert not [each for each in secrets if each.encode() in answer.content], operation.label

    try:
        calls()
    except Exception as wrong:
        wrong.add_note(f"{operation.label} {path} {mode}")
        raise


PAYLOADS = ("'", '"; DROP TABLE', "1 OR 1=1", "%00", "\x00", "-pk", "story__contains", "🧥" * 50)
NAMES = ("cursor", "limit", "before", "after", "ordering", "state", "id__in", "party", "version")


def test_no_filter_and_no_order_breaks_a_list_or_widens_it(cast: Cast, unlimited: None) -> None:
    other = others(cast)
    machine = Machine(cast.key)
    for path in ("/cases", "/events", "/keys"):
        for name, payload in product(NAMES, PAYLOADS):
            answer = machine.client.get(ROOT + path, {name: payload})
            assert answer.status_code in (200, 400, 404), (path, name)
            assert other.reference not in answer.content.decode()
            if answer.status_code >= 400:
                told(answer, answer.status_code)  # type: ignore[arg-type]
    assert json.loads(machine.get("/cases").content)["cases"] == []
