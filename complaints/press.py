"""Papers as PDF: each is set by complaints.typesetter in a process of its own, a few at a time on one machine.

Setting Chinese type takes some 150 MB and a few seconds; the web worker keeps only the finished bytes.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Tally
from complaints.turns import NoTurn, turn

SLOTS = 2  # papers that are set at once, on one machine
SLOT_SECONDS = 2  # how long one waits for its turn: whoever waits holds a thread of the web worker
SET_SECONDS = 45
PAPERS_PER_HOUR = 30  # of one case: setting type takes seconds of a machine
STYLESHEET = "static/css/paper.css"


class NotPrinted(Exception):
    """No paper came out, with a sentence that says what to do."""


def require_room_for(whose: str, *, at: datetime) -> None:
    """Count one paper of a case, by its key, or of anything else papers are made of, by a name of its own. Raises
    NotPrinted where there were too many within the hour."""
    window = timezone.localtime(at).replace(minute=0, second=0, microsecond=0)
    if Tally.objects.count_up(f"papers:{whose}", window=window) > PAPERS_PER_HOUR:
        raise NotPrinted(_("这一小时做的文件够多了，过一会儿再来。"))


def print_pdf(html: str) -> bytes:
    """The document as PDF. Raises NotPrinted."""
    command = [sys.executable, "-m", "complaints.typesetter", str(settings.BASE_DIR / STYLESHEET)]
    try:
        with turn("press", places=SLOTS, seconds=SLOT_SECONDS):
            done = subprocess.run(
                command,
                input=html.encode(),
                capture_output=True,
                timeout=SET_SECONDS,
                cwd=settings.BASE_DIR,
                check=False,
            )
    except NoTurn:
        raise NotPrinted(_("现在做文件的人多，过一分钟再试。急用的话，先用浏览器打印这一页。")) from None
    except subprocess.TimeoutExpired:
        raise NotPrinted(_("这份文件没有做出来。过几分钟再试；急用的话，先用浏览器打印这一页。")) from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise NotPrinted(_("这份文件没有做出来。过几分钟再试；急用的话，先用浏览器打印这一页。"))
    return done.stdout
