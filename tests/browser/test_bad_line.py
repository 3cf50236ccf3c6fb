"""A line that is cut in the middle of a large film: the upload goes on where it stood, and the draft is whole."""

import hashlib
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from complaints.models import Draft, Evidence
from tests.browser.conftest import PHONE
from tests.cast import assemble
from tests.corpus import films

pytestmark = pytest.mark.django_db(transaction=True)

MIB = 1 << 20
STORY = "我在直播间买了桑蚕丝四件套，收到的吊牌写着聚酯纤维。"


class Line:
    """A TCP line to the server that can be cut: after so many bytes every connection is reset, for a while."""

    def __init__(self, port: int) -> None:
        self.target, self.sent, self.cut_at, self.cuts, self.down_until = port, 0, 0, 0, 0.0
        self.ends: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _from = self.listener.accept()
            except OSError:
                return
            if time.monotonic() < self.down_until:
                _reset(near)
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            self.ends += [near, far]
            threading.Thread(target=self._carry, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, False), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, is_outward: bool) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
                self.sent += len(data) if is_outward else 0
                if self.cut_at and self.sent > self.cut_at:
                    self.cut()
        except OSError:
            pass
        for end in (source, sink):
            end.close()

    def cut(self) -> None:
        self.cut_at, self.cuts, self.down_until = 0, self.cuts + 1, time.monotonic() + 1.5
        for end in self.ends:
            _reset(end)
        self.ends.clear()


def _reset(end: socket.socket) -> None:
    try:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    end.close()


@pytest.fixture
def line(live_server: LiveServer) -> Iterator[Line]:
    line = Line(live_server.thread.port)
    yield line
    line.listener.close()


@pytest.fixture
def page(chromium: Browser, line: Line) -> Iterator[Page]:
    context = chromium.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        locale="zh-CN",
        base_url=f"http://localhost:{line.port}",
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def test_a_film_of_fifteen_megabytes_survives_a_cut_line(
    transactional_db: None, page: Page, line: Line, tmp_path: Path, picture: Callable[[Page, str], None]
) -> None:
    assemble()
    content = films.a_film(media=os.urandom(15 * MIB))
    film = tmp_path / "直播录屏.mp4"
    film.write_bytes(content)
    page.goto("/complaint/story/")
    page.fill("[name=story]", STORY)
    page.locator(".dock button[type=submit]:not([name])").click()
    page.goto("/complaint/evidence/")

    line.cut_at = line.sent + 7 * MIB
    page.locator("[data-script] input[type=file][data-kind=live]").last.set_input_files(film)
    expect(page.locator("[data-queue]")).to_contain_text("连上就接着传")
    picture(page, "evidence-line-cut")
    expect(page.locator("[data-files]")).to_contain_text("直播录屏.mp4")

    assert line.cuts == 1
    assert line.sent < 15 * MIB + 7 * MIB  # it went on; it did not begin again
    piece = Evidence.objects.select_related("blob").get()
    assert (piece.kind, piece.blob.sha256) == ("live", hashlib.sha256(content).hexdigest())
    assert Draft.objects.get().answers["story"]["story"] == STORY


def test_a_line_that_stays_cut_is_said_and_try_again_goes_on(
    transactional_db: None, page: Page, line: Line, tmp_path: Path
) -> None:
    assemble()
    film = tmp_path / "直播录屏.mp4"
    film.write_bytes(films.a_film(media=os.urandom(4 * MIB)))
    page.clock.install()
    page.goto("/complaint/evidence/")
    line.cut_at = line.sent + 2 * MIB
    page.locator("[data-script] input[type=file][data-kind=live]").last.set_input_files(film)
    expect(page.locator("[data-queue]")).to_contain_text("连上就接着传")
    line.down_until = time.monotonic() + 600
    for _try in range(8):
        page.clock.run_for(8_000)
        page.wait_for_timeout(100)
    expect(page.locator("[data-queue]")).to_contain_text("网络断了，没传上。文件还在，点重试就行。")
    line.down_until = 0
    page.get_by_role("button", name="重试").click()
    expect(page.locator("[data-files]")).to_contain_text("直播录屏.mp4")
    assert line.cuts == 1
