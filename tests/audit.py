"""Ask the advisory source about every installed package: ``python -m tests.audit`` (``make audit``).

pip-audit ends well and says "No known vulnerabilities found" also when it could ask nobody about anything. So its
report is read package by package: what could not be asked about is "not audited", and then the exit code is 2. A
known weakness is 1; 0 means that every package was asked about and none is known to be weak.
"""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

TOOL = "pip-audit==2.10.1"
SECONDS = 300
WEAK, NOT_AUDITED = 1, 2


def main() -> int:
    uvx = Path(sys.executable).with_name("uvx")
    if not uvx.exists():
        print(f"Not audited: {uvx.name} is not there to fetch {TOOL}.")
        return NOT_AUDITED
    command = [str(uvx), "--quiet", TOOL, "--path", sysconfig.get_path("purelib"), "--format", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        print("Not audited: the advisory source gave no answer.")
        return NOT_AUDITED
    return _tell(packages)


def _tell(packages: list[dict[str, object]]) -> int:
    weak = [package for package in packages if package.get("vulns")]
    unknown = [package for package in packages if "skip_reason" in package]
    for package in weak:
        names = ", ".join(str(found["id"]) for found in package["vulns"])  # type: ignore[attr-defined]
        print(f"{package['name']} {package['version']}: {names}")
    if unknown or not packages:
        print(f"Not audited: {len(unknown)} of {len(packages)} packages; the advisory source does not know them here.")
    if weak:
        return WEAK
    if unknown or not packages:
        return NOT_AUDITED
    print(f"{len(packages)} packages asked about; none has a known weakness.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
