"""Pictures of Dagster's pages of a home: `python docs/screenshots.py --home HOME --out FOLDER`.

Needs Chromium (`chromium`, `chromium-browser` or `google-chrome` on the path) and a font with Hangul. The web server that
it starts is stopped again, whatever happens.
"""

import argparse
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

import dagster as dg

from pipelines.cli.running import prepare_instance
from pipelines.settings import Settings
from warehouse.layout import project_folder

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_START_SECONDS = 120
_PICTURE_SECONDS = 120
_STOP_SECONDS = 30


@dataclass(frozen=True)
class Page:
    """A page by its path, and the window that it is seen in, in pixels."""

    path: str
    width: int
    height: int


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
        "reading-checks": Page("/assets/core/reading?view=checks", 1500, 1000),
        "chunk": Page("/assets/index/chunk", 1500, 1800),
        "passage": Page("/assets/index/passage", 1500, 1000),
        "passage-checks": Page("/assets/index/passage?view=checks", 1500, 1000),
        "holding": Page("/assets/mart/holding", 1500, 2600),
        "schedule": Page("/automation", 1500, 600),
    }
    with dg.DagsterInstance.get() as instance:
        latest = instance.get_runs(limit=1)
        sources = sorted(key.path[1] for key in instance.all_asset_keys() if key.path[0] == "raw")
    if sources:
        chosen["source"] = Page(f"/assets/raw/{urllib.parse.quote(sources[0])}", 1500, 2200)
    if latest:
        chosen["run"] = Page(f"/runs/{latest[0].run_id}", 1500, 1300)
    return chosen


def take_picture(browser: str, address: str, page: Page, file: Path) -> None:
    """Take a picture of one page, when it has come to rest.

    Raises:
        CannotTakePictures: the browser gave none.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            browser,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={profile}",
            "--virtual-time-budget=40000",
            f"--window-size={page.width},{page.height}",
            f"--screenshot={file}",
            address + page.path,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PICTURE_SECONDS, check=False)
    if done.returncode or not file.is_file():
        raise CannotTakePictures(f"{page.path}의 사진을 찍지 못했습니다:\n{done.stderr}")


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
        with web_server(free_port()) as address:
            for name, page in pages().items():
                if chosen.only and name not in chosen.only:
                    continue
                file = (chosen.out / f"{name}.png").resolve()
                take_picture(browser, address, page, file)
                sys.stdout.write(f"{file}\n")
    except CannotTakePictures as missing:
        sys.stderr.write(f"오류: {missing}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
