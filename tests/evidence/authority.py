"""A time-stamping authority of one's own: ``openssl ts`` behind a small HTTP server in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

POLICY = "1.3.6.1.4.1.99999.1"
CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Test authority
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[other]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
[tsa]
default_tsa = here
[here]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
certs = {folder}/root.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = {policy}
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
SERVER = """
import http.server, subprocess, sys, pathlib
folder = pathlib.Path(sys.argv[1])
class Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        mood = (folder / "mood").read_text()
        if mood == "away":
            self.send_response(503); self.send_header("Content-Length", "0"); self.end_headers(); return
        if mood == "replay" and (folder / "last.tsr").exists():
            answer = (folder / "last.tsr").read_bytes()
        else:
            (folder / "q.tsq").write_bytes(body)
            subprocess.run(["openssl", "ts", "-reply", "-config", str(folder / "ts.cnf"), "-queryfile",
                            str(folder / "q.tsq"), "-out", str(folder / "last.tsr")], check=True, capture_output=True)
            answer = (folder / "last.tsr").read_bytes()
        if mood == "garbled":
            answer = answer[:-40] + bytes(40)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer))); self.end_headers(); self.wfile.write(answer)
    def log_message(self, *told):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Door)
(folder / "port").write_text(str(server.server_port))
server.serve_forever()
"""


@dataclass(frozen=True, slots=True)
class Authority:
    url: str
    folder: Path

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def is_in(self, mood: str) -> None:
        """``well``, ``away``, ``garbled``, or ``replay``: it answers with the answer before."""
        (self.folder / "mood").write_text(mood)


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """Make its keys and certificates, and have it answer until the block ends."""
    folder.mkdir()
    (folder / "ts.cnf").write_text(CONFIG.format(folder=folder, policy=POLICY))
    (folder / "serial").write_text("01\n")
    (folder / "mood").write_text("well")
    _certify(folder)
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(folder)])
    try:
        yield Authority(_wait(folder), folder)
    finally:
        process.kill()
        process.wait()


def openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OPENSSL_CONF": str(folder / "ts.cnf")}
    return subprocess.run(
        ["openssl", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _certify(folder: Path) -> None:
    key = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    steps = [
        ["genpkey", *key, "-out", "root.key"],
        ["genpkey", *key, "-out", "signer.key"],
        ["req", "-new", "-x509", "-key", "root.key", "-out", "root.pem", "-days", "30", "-extensions", "root"],
        ["req", "-new", "-key", "signer.key", "-subj", "/CN=Signer", "-out", "signer.csr"],
    ]
    for name in ("signer", "other"):
        told = ["x509", "-req", "-in", "signer.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"]
        steps.append([*told, "-days", "30", "-extfile", "ts.cnf", "-extensions", name, "-out", f"{name}.pem"])
    for step in steps:
        done = openssl(folder, *step)
        assert done.returncode == 0, done.stderr


def _wait(folder: Path) -> str:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if (folder / "port").exists() and (port := (folder / "port").read_text()):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
                return f"http://127.0.0.1:{port}/tsr"
            except (urllib.error.URLError, OSError):
                pass
        time.sleep(0.05)
    raise OSError("the authority did not start")
