"""Old binary formats made new ones by LibreOffice: one document a process, with a profile folder of its own."""

import contextlib
import os
import signal
import subprocess
import tempfile
from pathlib import Path

from connectors import tools
from connectors.tools import Tool
from schemas.outcome import Failed

_SECONDS = 150
_MAX_RESULT_BYTES = 500 << 20
_FILTERS = {"docx": "MS Word 2007 XML", "xlsx": "Calc MS Excel 2007 XML", "pptx": "Impress MS PowerPoint 2007 XML"}


def convert(content: bytes, extension: str, target: str) -> bytes:
    """The document in another format.

    Args:
        content: its bytes.
        extension: what it is, such as `doc`, without the dot.
        target: `docx`, `xlsx` or `pptx`.

    Raises:
        connectors.tools.NeedsTool: LibreOffice may not be started here.
        schemas.outcome.Failed: `converter_unavailable`, `timeout`, `corrupt` if it cannot open the document, `too_large`
            if what it makes of it is.
    """
    tools.require(Tool.OFFICE)
    # Scratch is the sandbox's own memory, emptied with it; nothing of the document reaches a disk.
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"document.{extension}"
        source.write_bytes(content)
        command = [
            tools.current().office, f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless",
            "--norestore", "--nolockcheck", "--nodefault", "--convert-to", f"{target}:{_FILTERS[target]}",
            "--outdir", folder, str(source),
        ]  # fmt: skip
        said = _run(command, {**tools.environment_of(folder), "SAL_USE_VCLPLUGIN": "svp"})
        result = source.with_suffix(f".{target}")
        if not result.exists():
            raise Failed("corrupt", f"LibreOffice: {said[-200:]}")
        if result.stat().st_size > _MAX_RESULT_BYTES:
            raise Failed("too_large", "LibreOffice")
        return result.read_bytes()


def _run(command: list[str], environment: dict[str, str]) -> str:
    """Run the program and return what it said; its helpers end with it, however it ends."""
    # The command is but a starter: the program itself is its child, and would live on with the pipes in its hands.
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Failed("timeout", "LibreOffice") from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return output.decode("utf-8", "replace").strip()
