"""``python -m tests.pictures [--into FOLDER] [--only NAME…]`` (``make pictures``): a picture of every page.

The demonstration runs on a free port, in a folder of its own that is gone afterwards. Each page is taken in both
languages, on a phone and at a desk. ``--only decision offer`` takes those whose names begin so, and writes no index.
"""

import argparse
import os
import tempfile
from pathlib import Path

import django

from tests.serving import ROOT, demo_site


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "pictures", help="where the files go")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="names, or how they begin")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        django.setup()
        # The stories that fill the form build files with Django's help, so they are imported now.
        from tests.pictures.taking import take_all

        with demo_site(Path(folder)) as site:
            take_all(site, given.into, only=tuple(given.only))


if __name__ == "__main__":
    main()
