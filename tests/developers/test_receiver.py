"""The reference receiver's own tests, by its own interpreter, as somebody who copied the folder would run them."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings


def test_the_reference_receivers_own_tests_pass() -> None:
    folder = settings.BASE_DIR / "docs" / "examples" / "receiver"
    command = [sys.executable, "-I", "-m", "unittest", "discover", "-s", "tests"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "Ran 12 tests" in done.stderr
