"""A new engineer's first hour, timed: every command copied from the page, against a site that really runs."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

from tests.platform.conftest import Environment
from tests.platform.test_example import free_port, is_up, read
from tests.platform.test_killed import started, wait_for

MARK = "::step::"

pytestmark = pytest.mark.timeout(420)


@dataclass(frozen=True, slots=True)
class Step:
    """What stands under one heading of the page: its commands, all of them, in their order."""

    title: str
    commands: str


def steps_on(page: str) -> list[Step]:
    """As the page shows them, out of its HTML: what a person would copy."""
    found = []
    for part in re.findall(r"<section\b.*?</section>", page, re.DOTALL):
        title = re.search(r"<h2[^>]*>(.*?)</h2>", part, re.DOTALL)
        blocks = re.findall(r'<pre class="code"[^>]*><code>(.*?)</code></pre>', part, re.DOTALL)
        if title and blocks:
            found.append(Step(html.unescape(title.group(1)).strip(), "\n".join(map(html.unescape, blocks))))
    return found


def test_the_first_hour_as_it_stands_on_the_page(site: Environment, tmp_path: Path) -> None:
    port, receiver = free_port(), free_port()
    url = f"http://localhost:{port}"
    site = {**site, "SITE_URL": url, "PORT": str(port), "DEBUG": "0", "DEMO": "1", "CONFORMANCE_WAIT": "10"}
    web = ("-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread")
    with (
        started(site, *web, "--threads", "4", "--no-control-socket"),
        started(site, "manage.py", "watch_queue"),
    ):
        wait_for(lambda: is_up(f"{url}/healthz"), seconds=60)
        steps = steps_on(read(f"{url}/en/developers/first-hour/", "en"))
        assert len(steps) == 12
        said = run(steps, tmp_path / "engineer", receiver)
        assert said["10"].count("version 1") == 1
        versions = [int(each) for each in re.findall(r"version (\d+)", said["10"])]
        assert versions[1] > versions[0]
        assert said["5"].strip() == "active"
        assert "the same answer" in said["9"]
        report = re.search(r"passed (\d+), failed (\d+), not seen (\d+)", said["11"])
        assert report
        assert int(report.group(1)) >= 20
        results = json.loads((tmp_path / "engineer" / "report.json").read_text("utf-8"))["results"]
        assert [each for each in results if each["result"] == "failed"] == []
        assert report.group(2) == "0"
        assert re.search(r"\d+ in the feed, \d+ had never arrived", said["12"])


def run(steps: list[Step], folder: Path, receiver: int) -> dict[str, str]:
    """All steps in one terminal; what each said, by its number. Prints how long each took."""
    folder.mkdir()
    script = ["set -euo pipefail", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"]
    for step in steps:
        script += [f"echo '{MARK}{step.title}' $(date +%s.%N)", step.commands.replace("8300", str(receiver))]
    script.append(f"echo '{MARK}end' $(date +%s.%N)")
    home = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    began = time.monotonic()
    shell = subprocess.Popen(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        env=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        told, _none = shell.communicate(timeout=240)
    finally:
        if shell.poll() is None:
            os.killpg(shell.pid, signal.SIGKILL)
    marks = re.findall(rf"^{MARK}(.*?) ([\d.]+)\n(.*?)(?=^{MARK}|\Z)", told, re.MULTILINE | re.DOTALL)
    for (title, at, _text), (_next, until, _more) in pairwise(marks):
        print(f"{float(until) - float(at):6.1f} s  {title}")
    print(f"{time.monotonic() - began:6.1f} s  in all")
    assert shell.returncode == 0, told
    return {title.partition(".")[0]: text for title, _at, text in marks}


def test_both_languages_have_the_same_twelve_blocks_of_commands() -> None:
    documents = (settings.BASE_DIR / "docs" / name for name in ("first-hour.md", "first-hour.zh.md"))
    english, chinese = (re.findall(r"^```sh\n.*?^```$", each.read_text("utf-8"), re.M | re.S) for each in documents)
    assert len(english) == 12
    assert chinese == english
