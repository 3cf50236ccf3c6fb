"""A checker that misbehaves as the file tells it to: a stand-in for decoders that hostile bytes break."""

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

said = sys.stdin.buffer.read().split(b"#")[1].decode()
if said == "crash":
    ctypes.string_at(0)
elif said == "sleep":
    time.sleep(60)
elif said == "alloc":
    kept = bytearray(8 << 30)
elif said.startswith("fork"):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    Path(said.split(":")[1]).write_text(str(child.pid))
    time.sleep(60)
elif said == "endless":
    while True:
        sys.stdout.write("x" * (1 << 20))
elif said == "held":
    print('{"problem": "unchecked"}')
    sys.exit(4)
elif said == "what":  # what it has: descriptors, environment, rights, limits
    import json
    import resource

    status = Path("/proc/self/status").read_text()
    rights = next(line.split()[1] for line in status.splitlines() if line.startswith("NoNewPrivs"))
    # The last one is the folder that is being listed.
    open_now = sorted(int(name) for name in os.listdir("/proc/self/fd"))[:-1]
    names = sorted(os.environ)
    limits = [
        resource.getrlimit(each)[0] for each in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)
    ]
    report = {"descriptors": open_now, "environment": names, "rights": rights, "limits": limits}
    print(json.dumps({"width": 1, "height": 1, "report": report}))
