"""What several web processes may rely on when the operator gives them a Redis. Run by the redis lane."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache

ROOT = Path(__file__).resolve().parents[2]
COUNT = "from django.core.cache import cache; [cache.incr('counted') for _ in range(100)]"

pytestmark = pytest.mark.redis


def test_all_processes_share_one_cache_and_count_exactly() -> None:
    assert settings.REDIS_URL
    cache.set("counted", 0, 60)
    shell = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", COUNT]
    running = [subprocess.Popen(shell, cwd=ROOT) for _process in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert cache.get("counted") == 200


def test_what_one_process_keeps_another_may_read_until_it_expires() -> None:
    cache.set("kept", {"数": [1, 2, 3]}, 60)
    shell = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command"]
    told = subprocess.run(
        [*shell, "from django.core.cache import cache; print(cache.get('kept'))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "{'数': [1, 2, 3]}"
