"""``manage.py demo``: the whole site with cases in every state on one machine, until Ctrl-C."""

import os
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.deadlines import local_day
from complaints.demo import cast
from complaints.demo.seeding import Notes, seed
from complaints.demo.supervisor import Child, Supervisor
from complaints.flow.boards import keep_counts
from complaints.flow.publishing import publish_figures
from complaints.models import FigureSheet
from complaints.synthetic.history import fill
from complaints.synthetic.stage import set_stage

DEFAULT_PORT = 8000
PLATFORM_OFFSET = 201
RECEIVER = "docs/examples/platform/server.py"
SHOWN = "tonic"  # the case whose receipt code is printed
HISTORY, HISTORY_DAYS = 900, 92  # invented cases, and the days they are spread over


class Command(BaseCommand):
    help = "Seed the demonstration once and run the whole site on this machine (PORT=8000 moves it)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed-only", action="store_true", help="migrate and seed, start nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO=0：这是正式环境，不放演示数据。 This is production; no demonstration here.")
        port = _port()
        if not options["seed_only"]:
            for wanted in (port, port + PLATFORM_OFFSET):
                _require_free(wanted, instead=port + 10)
        notes = self._prepare(port)
        if not options["seed_only"]:
            sys.exit(self._serve(port, notes))

    def _prepare(self, port: int) -> Notes:
        call_command("migrate", verbosity=0, interactive=False)
        first, began = not cast.is_assembled(), time.monotonic()
        if first:
            self.stdout.write("正在放入演示投诉…… Seeding the demo cases…")
        notes = seed(webhook_url=f"http://localhost:{port + PLATFORM_OFFSET}/webhooks", at=timezone.now())
        if first:
            self.stdout.write(f"{len(notes.cases)}件投诉，{time.monotonic() - began:.1f}秒。 {len(notes.cases)} cases.")
        if not FigureSheet.objects.exists():  # also where the first start was stopped before it was done
            self._add_history()
        keep_counts(timezone.now)  # what the desk's dashboard shows
        return notes

    def _add_history(self) -> None:
        """Ended cases of the months before this one, so that the public figures have something to tell."""
        began, now = time.monotonic(), timezone.now()
        over = local_day(now).day  # days back to the last one of the month before
        stage = set_stage(seed=1, until=now, days=over + HISTORY_DAYS, newest=over, only_ended=True)
        written = sum(fill(stage, HISTORY, workers=os.cpu_count() or 1, at=now))
        publish_figures(timezone.now)
        self.stdout.write(
            f"公开数据用的往月投诉{written}件，{time.monotonic() - began:.1f}秒。 {written} cases of earlier months."
        )

    def _serve(self, port: int, notes: Notes) -> int:
        logs = Path(settings.DATA_DIR) / "logs"
        logs.mkdir(exist_ok=True)
        Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # stays empty: the demonstration serves the sources
        supervisor = Supervisor(_children(port, notes, logs), self._say)
        code = supervisor.run(is_ready=lambda: _answers(port), on_ready=lambda: self._say(_guide(port, notes, logs)))
        self._say("已全部停止。 Everything has stopped.")
        return code

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _port() -> int:
    text = os.environ.get("PORT", str(DEFAULT_PORT))
    if not text.isdecimal() or not 1024 <= int(text) <= 65535 - PLATFORM_OFFSET:
        raise CommandError(
            f"PORT={text}：要1024到{65535 - PLATFORM_OFFSET}之间的数字。 A number in that range, please."
        )
    return int(text)


class _Probe(TCPServer):
    allow_reuse_address = True  # a port whose last visitor has just left is free


def _require_free(port: int, *, instead: int) -> None:
    try:
        _Probe(("127.0.0.1", port), BaseRequestHandler).server_close()
    except OSError:
        raise CommandError(
            f"端口{port}已被占用，换一个： Port {port} is taken; try another: make run PORT={instead}"
        ) from None


def _children(port: int, notes: Notes, logs: Path) -> list[Child]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PORT": str(port)}
    python, manage = sys.executable, str(settings.BASE_DIR / "manage.py")
    web = [python, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--chdir", str(settings.BASE_DIR)]
    receiver = [python, str(settings.BASE_DIR / RECEIVER), "--port", str(port + PLATFORM_OFFSET)]
    receiver += ["--api", f"http://localhost:{port}"]
    secrets = {"PLATFORM_SECRET": notes.keys.webhook_secret, "PLATFORM_KEY": notes.keys.connected_key}
    return [
        Child("web", web, logs / "web.log", environment),
        Child("queue", [python, manage, "watch_queue"], logs / "queue.log", environment),
        Child("platform", receiver, logs / "platform.log", environment | secrets),
    ]


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _guide(port: int, notes: Notes, logs: Path) -> str:
    """Where to look, and as whom."""
    site, platform = f"http://localhost:{port}", f"http://localhost:{port + PLATFORM_OFFSET}"
    reference, code = notes.cases.get(SHOWN, ("", ""))
    receipt = f"\n  回执码 Receipt code   {code}   （{reference}，在 at {site}/track/）" if code else ""
    return f"""
责在谁 / WhoAnswers
  网站 Site             {site}/    English: {site}/en/
  工作台 Desk           {site}/admin/
  演示平台 Platform     {platform}/   （{cast.CONNECTED}，收通知并自动答复 takes notices, answers by itself）
  接口文档 API          {site}/developers/

登录 Sign in（密码都是 password: {cast.PASSWORD}）
  消费者 Consumer       {cast.LIN}{receipt}
  协会工作人员 Officer  {cast.CHEN}（浙江 Zhejiang） {cast.HUANG}（广东 Guangdong） {cast.ZHOU}（全国 national）
  浙江的同事 Also there {cast.SUN}（登记受理 intake） {cast.HE}（监督 auditor）
  平台的人 Platform     {", ".join(each[0] for each in cast.MEMBERS)}（/r/sign-in/）
  运行维护 Operator     {cast.OPERATOR}（密钥、接口、投递 keys, endpoints, deliveries）
  平台接口密钥 API key  {notes.keys.connected_key}

日志 Logs {logs}    重新开始 Start afresh: make reset    停止 Stop: Ctrl-C
"""
