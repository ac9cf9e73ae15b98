"""Pictures of Dagster's pages of a home: `python docs/screenshots.py --home HOME --out FOLDER`.

Needs Chromium (`chromium`, `chromium-browser` or `google-chrome` on the path) and a font with Hangul. The web server that
it starts is stopped again, whatever happens.
"""

import argparse
import base64
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
from websockets.sync.client import ClientConnection, connect

from pipelines.instance import prepare_instance
from pipelines.settings import Settings
from warehouse.layout import project_folder

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_START_SECONDS = 120
_PICTURE_SECONDS = 120
_ANSWER_SECONDS = 60
_REST_SECONDS = 3
_LEAST_TEXT = 200
# Dagster shows an entry of this kind in a window of its own, behind a link in the entry's row.
_CLICK = """(() => {
  const rows = [...document.querySelectorAll('tr')].filter(row => row.innerText.trim().startsWith(%s));
  const link = rows.flatMap(row => [...row.querySelectorAll('*')]).find(
    item => item.children.length === 0 && item.innerText && item.innerText.includes('Show Markdown'));
  if (!link) return false;
  link.click();
  return true;
})()"""
_STOP_SECONDS = 30


@dataclass(frozen=True)
class Page:
    """A page by its path, and the window that it is seen in, in pixels; `click` opens an entry of its metadata."""

    path: str
    width: int
    height: int
    click: str | None = None


class CannotTakePictures(RuntimeError):
    """Something is missing; the message says what."""


def find_browser() -> str:
    """The path of Chromium.

    Raises:
        CannotTakePictures: there is none.
    """
    for name in _BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise CannotTakePictures(f"크로미움이 없습니다. 찾은 이름: {', '.join(_BROWSERS)} (apt-get install chromium)")


def free_port() -> int:
    """A port of this host that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def web_server(port: int) -> Iterator[str]:
    """Dagster's web server on the instance that the environment names; yields its address.

    Raises:
        CannotTakePictures: it ended, or did not answer in time.
    """
    workspace = project_folder() / "workspace.yaml"
    command = [sys.executable, "-m", "dagster_webserver", "-w", str(workspace), "-h", "127.0.0.1", "-p", str(port)]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            if not _answers(address, server):
                log.seek(0)
                raise CannotTakePictures(f"dagster-webserver가 뜨지 않았습니다:\n{log.read().decode(errors='replace')}")
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(address: str, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/server_info", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    return False


def pages() -> dict[str, Page]:
    """Picture's name → the page it shows."""
    groups = ",".join(f"global@global:{layer}" for layer in ("raw", "core", "index", "mart"))
    upstream = "view=lineage&lineageScope=upstream&lineageDepth=5"
    chosen = {
        "groups": Page(f"/asset-groups?expanded={groups}", 2000, 900),
        "lineage": Page(f"/assets/mart/serving_file?{upstream}", 2400, 1000),
        "catalog": Page("/assets", 1500, 900),
        "reading": Page("/assets/core/reading", 1500, 2100),
        "reading-pictures": Page("/assets/core/reading", 1500, 2100, "그림"),
        "reading-lineage": Page("/assets/core/reading", 1500, 2100, "열 계보"),
        "reading-checks": Page("/assets/core/reading?view=checks", 1500, 1000),
        "export": Page("/assets/raw/export", 1500, 1600),
        "conversation": Page("/assets/core/conversation", 1500, 1800),
        "message": Page("/assets/core/message", 1500, 1800),
        "message-pictures": Page("/assets/core/message", 1500, 1400, "그림"),
        "amount": Page("/assets/core/budget_amount", 1500, 2100),
        "amount-pictures": Page("/assets/core/budget_amount", 1500, 1600, "그림"),
        "amount-checks": Page("/assets/core/budget_amount?view=checks", 1500, 1000),
        "macro-pictures": Page("/assets/mart/macro_view", 1500, 1600, "그림"),
        "draft": Page("/assets/core/draft", 1500, 1800),
        "draft-pictures": Page("/assets/core/draft", 1500, 1400, "그림"),
        "chunk": Page("/assets/index/chunk", 1500, 1800),
        "passage": Page("/assets/index/passage", 1500, 1000),
        "passage-checks": Page("/assets/index/passage?view=checks", 1500, 1000),
        "holding": Page("/assets/mart/holding", 1500, 2600),
        "holding-pictures": Page("/assets/mart/holding", 1500, 2000, "그림"),
        "serving": Page("/assets/mart/serving_file", 1500, 2000),
        "automation": Page("/automation", 1500, 600),
    }
    with dg.DagsterInstance.get() as instance:
        latest = instance.get_runs(limit=1)
        sources = sorted(key.path[1] for key in instance.all_asset_keys() if key.path[0] == "raw")
    if sources:
        place = f"/assets/raw/{urllib.parse.quote(sources[0])}"
        chosen["source"] = Page(place, 1500, 2200)
        chosen["source-pictures"] = Page(place, 1500, 2200, "그림")
        chosen["source-checks"] = Page(f"{place}?view=checks", 1500, 1000)
    if latest:
        chosen["run"] = Page(f"/runs/{latest[0].run_id}", 1500, 1300)
    return chosen


class Browser:
    """A headless Chromium that is spoken to over its debugging port; one tab a picture."""

    def __init__(self, port: int) -> None:
        self._port = port

    def take_picture(self, address: str, page: Page, file: Path) -> None:
        """Take a picture of one page, when it has come to rest.

        Raises:
            CannotTakePictures: the page never came to rest, or shows nothing of what is to be clicked.
        """
        opened = urllib.request.Request(f"http://127.0.0.1:{self._port}/json/new?about:blank", method="PUT")
        with urllib.request.urlopen(opened, timeout=_ANSWER_SECONDS) as answer:
            tab = json.load(answer)
        with connect(tab["webSocketDebuggerUrl"], max_size=None) as socket:
            talk = _Talk(socket)
            size = {"width": page.width, "height": page.height, "deviceScaleFactor": 1, "mobile": False}
            talk.ask("Emulation.setDeviceMetricsOverride", **size)
            talk.ask("Page.navigate", url=address + page.path)
            _wait_for_rest(talk, page)
            if page.click:
                clicked = talk.evaluate(_CLICK % json.dumps(page.click))
                if not clicked:
                    raise CannotTakePictures(f"{page.path}에 {page.click}의 Markdown이 없습니다")
                _wait_for_rest(talk, page)
            file.write_bytes(base64.b64decode(talk.ask("Page.captureScreenshot", format="png")["data"]))
            talk.ask("Page.close")


class _Talk:
    """Commands of the debugging protocol, one after the other; events in between are of no interest."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=_ANSWER_SECONDS))
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise CannotTakePictures(f"{method}: {answer['error']}")
                return answer["result"]

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")


def _wait_for_rest(talk: _Talk, page: Page) -> None:
    """Until the page has shown the same for a few seconds, and something at all."""
    deadline = time.monotonic() + _PICTURE_SECONDS
    shown, since = "", time.monotonic()
    while time.monotonic() < deadline:
        now = str(talk.evaluate("document.body ? document.body.innerText : ''"))
        if now != shown:
            shown, since = now, time.monotonic()
        elif len(shown) > _LEAST_TEXT and time.monotonic() - since > _REST_SECONDS:
            return
        time.sleep(0.5)
    raise CannotTakePictures(f"{page.path}이(가) {_PICTURE_SECONDS}초 안에 다 그려지지 않았습니다")


@contextmanager
def browser_window(program: str) -> Iterator[Browser]:
    """A headless browser, ended afterwards.

    Raises:
        CannotTakePictures: it does not start.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            program,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={profile}",
            "--remote-debugging-port=0",
            "about:blank",
        ]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            told = Path(profile) / "DevToolsActivePort"
            deadline = time.monotonic() + _START_SECONDS
            while not (told.is_file() and told.read_text("utf-8")):
                if running.poll() is not None or time.monotonic() > deadline:
                    raise CannotTakePictures(f"{program}이(가) 시작되지 않았습니다")
                time.sleep(0.2)
            yield Browser(int(told.read_text("utf-8").split()[0]))
        finally:
            running.terminate()
            running.wait(_STOP_SECONDS)


def main() -> None:
    """Take all pictures; exit status 1 with a message if something is missing."""
    parser = argparse.ArgumentParser(description="한 홈의 Dagster 화면을 사진으로 남긴다.")
    parser.add_argument("--home", type=Path, required=True, help="한 번 이상 실행한 홈")
    parser.add_argument("--out", type=Path, required=True, help="사진을 둘 폴더")
    parser.add_argument("--only", nargs="*", help="이 사진들만")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    try:
        browser = find_browser()
        prepare_instance(Settings(chosen.home))
        with web_server(free_port()) as address, browser_window(browser) as window:
            for name, page in pages().items():
                if chosen.only and name not in chosen.only:
                    continue
                file = (chosen.out / f"{name}.png").resolve()
                window.take_picture(address, page, file)
                sys.stdout.write(f"{file}\n")
    except CannotTakePictures as missing:
        sys.stderr.write(f"오류: {missing}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
