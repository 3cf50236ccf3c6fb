"""The OpenAPI document: every address is in it, and what it shows is what the API answers."""

from __future__ import annotations

import json
import os
import re
from copy import deepcopy
from typing import Any

import pytest
import yaml
from django.test import Client
from jsonschema import Draft202012Validator

from complaints.api import docs, problems, schema
from complaints.api.doors import NowhereView
from complaints.api.operations import OPERATIONS
from complaints.api.urls import urlpatterns
from tests.cast import Cast
from tests.contract.scene import play

LANGUAGES = ("zh", "en")
# Nothing JSON is answered, or nobody in the scene has it.
WITHOUT_EXAMPLE = {"getEvidenceOriginal", "getBundleFile", "getAgreementFile", "getEvidence"}


def operations(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for item in found["paths"].values() for one in item.values()}


def check(found: dict[str, Any], content: dict[str, Any], value: Any) -> Any:
    """What stands against a value by the schema of its content."""
    whole = {**content["schema"], "components": found["components"]}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(value)


def closed(found: dict[str, Any]) -> dict[str, Any]:
    """The document as if no field could come beside those it names: so a field that nobody told of is found."""
    found = deepcopy(found)

    def shut(part: Any) -> None:
        if isinstance(part, dict):
            if part.get("type") == "object" and part.get("properties"):
                part.setdefault("additionalProperties", False)
            for each in part.values():
                shut(each)
        elif isinstance(part, list):
            for each in part:
                shut(each)

    shut(found["components"]["schemas"])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_and_method_is_in_the_document(language: str) -> None:
    found = schema.document(language)
    assert found["openapi"].startswith("3.1")
    known = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/api/v1/{pattern.pattern}"), verb)
        for pattern in urlpatterns
        if (view := getattr(pattern.callback, "view_class", None)) and view is not NowhereView
        for verb in ("get", "post", "patch", "put", "delete")
        if hasattr(view, verb) and verb in view.http_method_names
    }
    assert {(path, verb) for path, item in found["paths"].items() for verb in item} == known
    told = {f"{verb.upper()} {path.removeprefix(schema.ROOT)}" for path, verb in known}
    assert set(OPERATIONS) <= told
    ids = [one["operationId"] for item in found["paths"].values() for one in item.values()]
    assert len(ids) == len(set(ids))
    for one in operations(found).values():
        assert one["summary"]
        assert "x-scope" in one
        assert {"401", "403", "429"} <= set(one["responses"]) or not one.get("security")
    assert not re.search(r"[一-鿿]", json.dumps(operations(found)["getCase"]["summary"])) or language == "zh"


def test_every_code_the_door_answers_with_is_explained() -> None:
    source = "".join(path.read_text("utf-8") for path in (schema.FOLDER.parent).glob("*.py"))
    used = set(re.findall(r'HTTPStatus\.\w+, "(\w+)"', source)) | set(re.findall(r'_Problem\(\d+, "(\w+)"', source))
    assert used <= set(problems.CODES), used - set(problems.CODES)


def test_the_document_is_given_as_json_and_yaml_in_both_languages() -> None:
    reader = Client()
    chinese = reader.get("/api/v1/schema/", headers={"Accept-Language": "zh-CN"})
    assert chinese["Content-Type"] == "application/json"
    english = reader.get("/api/v1/schema/?lang=en")
    assert json.loads(english.content) == schema.document("en")
    assert yaml.safe_load(reader.get("/api/v1/schema/?format=yaml&lang=zh").content) == json.loads(chinese.content)
    assert docs.written("zh", as_yaml=False)[0] == chinese.content


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_are_what_the_api_answers_and_fit_their_schemas(cast: Cast, language: str) -> None:
    found, heard, path = schema.document(language), play(cast, language), schema.FOLDER / f"{language}.json"
    if os.environ.get("WRITE_EXAMPLES"):
        path.write_text(json.dumps(heard, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    kept, known, strict = json.loads(path.read_text("utf-8")), operations(found), closed(found)
    assert set(heard) | WITHOUT_EXAMPLE >= {each.id for each in OPERATIONS.values()}
    wrong: list[tuple[str, str, str]] = []
    for name, one in heard.items():
        operation, example = known[name], kept[name]
        assert shape(one["response"]) == shape(example["response"]), name
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for sent in (one["request"], example["request"]):
                if sent is not None:
                    wrong += [(name, each.json_path, each.message) for each in check(found, content, sent)]
        answer = operation["responses"][str(one["status"])]["content"].get("application/json")
        if answer:
            for body in (one["response"], example["response"]):
                wrong += [(name, each.json_path, each.message[:200]) for each in check(strict, answer, body)]
    assert not wrong


def shape(value: Any) -> Any:
    """Names and kinds, without the values, which differ from day to day."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__
