"""Programs that some files can only be read with: tesseract for pictures of text, LibreOffice for the old binary formats.

They are started by what reads the document, in a sandbox of their own that serves one document and is thrown away. Where
a reader meets the need for one in the first sandbox, it asks with `require`, and the file is read again in the second.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas.identity import fingerprint as fingerprint_of
from schemas.outcome import Failed

_SECONDS = 60
_OFFICE_NAMES = ("soffice", "libreoffice")
_OFFICE_PLACES = ("/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice")


class Tool(StrEnum):
    """What a reader may need, by the reason that a file bears where it is not there."""

    OCR = "ocr_unavailable"
    OFFICE = "converter_unavailable"


class Toolbox(BaseModel):
    """The programs of this machine, and whether the reader stands where it may start them.

    `ocr` and `office` are the commands' paths, empty where there are none; `languages` are tesseract's, joined by `+`.
    `seconds` is how long a document's pages may be recognised before the rest are left unread, 0 if that does not matter.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ocr: str = ""
    ocr_version: str = ""
    languages: str = ""
    office: str = ""
    office_version: str = ""
    place: Literal["elsewhere", "here"] = "here"
    seconds: int = 0

    def has(self, tool: Tool) -> bool:
        """Whether this machine has the program."""
        return bool(self.ocr if tool is Tool.OCR else self.office)

    @property
    def is_empty(self) -> bool:
        """Whether this machine has none of them."""
        return not self.ocr and not self.office

    @property
    def fingerprint(self) -> str:
        """Changes with the programs' versions, since what they bring out may change."""
        return fingerprint_of(ocr=self.ocr_version, languages=self.languages, office=self.office_version)


class NeedsTool(Exception):
    """The document can only be read, or read whole, where a program may be started."""


_toolbox: ContextVar[Toolbox] = ContextVar("toolbox", default=Toolbox())  # noqa: B039 - it is frozen
_began: ContextVar[float] = ContextVar("began", default=0.0)


def current() -> Toolbox:
    """The toolbox of the file that is being read."""
    return _toolbox.get()


@contextmanager
def using(toolbox: Toolbox) -> Iterator[None]:
    """Read what is read inside with this toolbox."""
    token, began = _toolbox.set(toolbox), _began.set(time.monotonic())
    try:
        yield
    finally:
        _toolbox.reset(token)
        _began.reset(began)


def is_time_left() -> bool:
    """Whether another page may be recognised: a book that is read in part is better than one that is cut off."""
    seconds = current().seconds
    return not seconds or time.monotonic() - _began.get() < seconds


def environment_of(folder: str) -> dict[str, str]:
    """All that a program finds in its environment, with `folder` for its home and its temporary files."""
    # One document has one core; tesseract's threads would only wait for each other.
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder, "OMP_THREAD_LIMIT": "1"}


def is_available(tool: Tool) -> bool:
    """Whether the program is on this machine, here or in the other sandbox; for readers that can do without."""
    return current().has(tool)


def require(tool: Tool) -> None:
    """Make sure that the program may be started here.

    Raises:
        NeedsTool: it may, but in the other sandbox; let it pass.
        schemas.outcome.Failed: `ocr_unavailable` or `converter_unavailable`.
    """
    toolbox = current()
    if not toolbox.has(tool):
        raise Failed(tool.value)
    if toolbox.place == "elsewhere":
        raise NeedsTool(tool.name)


@cache
def find_tools() -> Toolbox:
    """The programs of this machine, asked for their versions once."""
    ocr = shutil.which("tesseract") or ""
    ocr_version = _first_line(ocr, "--version")
    known = _output(ocr, "--list-langs").split() if ocr_version else []
    languages = "+".join(language for language in ("kor", "eng") if language in known)
    office = next(filter(None, (shutil.which(name) for name in _OFFICE_NAMES)), "")
    office = office or next((place for place in _OFFICE_PLACES if Path(place).exists()), "")
    office_version = _first_line(office, "--version")
    return Toolbox(
        # Without the Korean data it would read Hangul as Latin letters, which is worse than not to read it.
        ocr=ocr if "kor" in languages else "",
        ocr_version=ocr_version if "kor" in languages else "",
        languages=languages if "kor" in languages else "",
        office=office if office_version else "",
        office_version=office_version,
    )


def _first_line(command: str, option: str) -> str:
    return next(iter(_output(command, option).splitlines()), "").strip()


def _output(command: str, option: str) -> str:
    if not command:
        return ""
    try:
        finished = subprocess.run(
            [command, option], stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (finished.stdout or finished.stderr).decode("utf-8", "replace") if finished.returncode == 0 else ""
