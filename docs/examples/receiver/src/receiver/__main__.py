"""``python -m receiver serve`` and ``python -m receiver reconcile``."""

from __future__ import annotations

import argparse
import contextlib
import os

from receiver.api import Api
from receiver.reconcile import reconcile
from receiver.server import serve
from receiver.store import Store
from receiver.worker import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="receiver", description="Takes complaint notices and answers them.")
    parser.add_argument("act", choices=["serve", "reconcile"])
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--api", default="http://localhost:8000", help="the address of the site")
    parser.add_argument("--secret", action="append", help="whsec_…; twice while you rotate (or RECEIVER_SECRET)")
    parser.add_argument("--key", default=os.environ.get("RECEIVER_KEY", ""), help="zz_test_… (or RECEIVER_KEY)")
    parser.add_argument("--database", default="receiver.sqlite3")
    parser.add_argument("--every", type=float, default=3600, help="seconds between two readings of the feed")
    parser.add_argument("--answer", choices=["auto", "manual"], default="manual")
    given = parser.parse_args()
    secrets = given.secret or os.environ.get("RECEIVER_SECRET", "").split()
    if not given.key or (given.act == "serve" and not secrets):
        parser.error("--key is needed, and to serve --secret (or RECEIVER_KEY and RECEIVER_SECRET)")
    store, api = Store(given.database), Api(given.api, given.key)
    if given.act == "reconcile":
        held, missing, same = reconcile(store, api)
        print(f"{held} in the feed, {missing} had never arrived, sums {'agree' if same else 'differ'}", flush=True)
        return
    run(store, api, auto=given.answer == "auto", every=given.every)
    with serve(store, secrets, given.port) as server, contextlib.suppress(KeyboardInterrupt):
        print(f"http://localhost:{given.port}/webhooks", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
