"""The calls a platform needs, with the standard library only."""

import json
import urllib.error
import urllib.request
import uuid
from typing import Any, Protocol


class Refused(Exception):
    """The API said no: its status, the problem it described (RFC 9457), and how many seconds it asks to wait."""

    def __init__(self, status: int, problem: dict[str, Any], wait: int = 0) -> None:
        super().__init__(f"{status} {problem.get('detail', '')}")
        self.status, self.problem, self.wait = status, problem, wait

    @property
    def is_passing(self) -> bool:
        """Whether the very same request may succeed later: too many at a time, or trouble on their side."""
        return self.status == 429 or self.status >= 500


class Calls(Protocol):
    """What the worker and the feed need of the API; tests put their own in its place."""

    def case(self, reference: str) -> dict[str, Any]: ...

    def events(self, after: str = "0") -> dict[str, Any]: ...

    def is_day(self, day: str, checksum: str) -> bool: ...

    def answer(self, reference: str, response: dict[str, Any], *, key: str, version: int) -> dict[str, Any]: ...


class Api:
    """``base`` is the site's address; ``key`` its API key."""

    def __init__(self, base: str, key: str, language: str = "zh-CN") -> None:
        self.base = base.rstrip("/").removesuffix("/api/v1") + "/api/v1"
        self.headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}

    def case(self, reference: str) -> dict[str, Any]:
        """What happened, what is asked of us, by when."""
        return self._call("GET", f"/cases/{reference}")

    def events(self, after: str = "0") -> dict[str, Any]:
        """Notices again, in order: after an outage, read on from the last cursor you have."""
        return self._call("GET", f"/events?after={after}")

    def is_day(self, day: str, checksum: str) -> bool:
        """Whether a day of the feed comes to this checksum on their side too."""
        try:
            self._call("GET", f"/events/days/{day}", headers={"If-None-Match": f'"{checksum}"'})
        except Refused as answer:
            if answer.status == 304:
                return True
            raise
        return False

    def offer(self, reference: str, name: str, content: bytes, kind: str) -> int:
        """Upload one file. Returns its id, to name in an answer."""
        border = uuid.uuid4().hex
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{kind}\r\n'.encode(),
            f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + content,
            f"\r\n--{border}--\r\n".encode(),
        ]
        headers = {"Content-Type": f"multipart/form-data; boundary={border}"}
        return int(self._call("POST", f"/cases/{reference}/evidence", b"".join(parts), headers)["id"])

    def answer(
        self, reference: str, response: dict[str, Any], *, key: str, version: int | None = None
    ) -> dict[str, Any]:
        """Answer once: with the same ``key`` it may be sent again after any trouble on the way. With the ``version``
        that was read it is taken only while the case is still in that; else 412."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._call("POST", f"/cases/{reference}/responses", json.dumps(response).encode(), headers)

    def _call(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        request = urllib.request.Request(self.base + path, body, {**self.headers, **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                found: dict[str, Any] = json.load(reply)
                return found
        except urllib.error.HTTPError as error:
            try:
                problem = json.load(error)
            except ValueError:
                problem = {}
            wait = error.headers.get("Retry-After", "")
            raise Refused(error.code, problem, int(wait) if wait.isdigit() else 0) from None
