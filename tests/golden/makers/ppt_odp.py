"""Makes ppt_briefing.ppt and odp_briefing.odp of the golden set: one invented briefing, through LibreOffice.

Run by hand: `PYTHONPATH=. .venv/bin/python tests/golden/makers/ppt_odp.py`.
"""

import io
import struct
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import olefile
from pptx import Presentation
from pptx.util import Cm

from pipelines.sample.writers.compound_file import write_compound_file

SOURCES = Path(__file__).resolve().parents[1] / "sources"
TARGETS = {"ppt_briefing.ppt": "ppt:MS PowerPoint 97", "odp_briefing.odp": "odp:impress8"}
SUMMARY, THUMBNAIL = "\x05SummaryInformation", 17
TITLE_AND_CONTENT, TITLE_ONLY = 1, 5
ROWS = (
    ("구분", "2025년", "", "2026년"),
    ("", "예산", "결산", "예산안"),
    ("일반회계", "412,300", "405,100", "428,900"),
    ("특별회계", "98,700", "97,250", "101,400"),
)


def build(target: Path) -> None:
    """Write the briefing as PPTX."""
    presentation: Any = Presentation()
    first = presentation.slides.add_slide(presentation.slide_layouts[TITLE_AND_CONTENT])
    first.shapes.title.text = "2026년 예산안 설명"
    frame = first.placeholders[1].text_frame
    frame.text = "총지출은 전년보다 3.1% 늘어난다."
    for text in ("민생 안정", "미래 투자"):
        item = frame.add_paragraph()
        item.text, item.level = text, 1
    first.notes_slide.notes_text_frame.text = "상임위 설명용 원고이다."
    second = presentation.slides.add_slide(presentation.slide_layouts[TITLE_ONLY])
    second.shapes.title.text = "회계별 규모"
    second.shapes.add_textbox(Cm(18), Cm(4), Cm(6), Cm(1)).text_frame.text = "(단위: 억원)"
    table = second.shapes.add_table(len(ROWS), len(ROWS[0]), Cm(2), Cm(5), Cm(20), Cm(6)).table
    for row, texts in enumerate(ROWS):
        for col, text in enumerate(texts):
            table.cell(row, col).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    hidden = presentation.slides.add_slide(presentation.slide_layouts[TITLE_ONLY])
    hidden.shapes.title.text = "예비 쪽"
    hidden.shapes.add_textbox(Cm(2), Cm(5), Cm(12), Cm(2)).text_frame.text = "질의가 있을 때만 보인다."
    hidden.element.set("show", "0")
    used = {slide.slide_layout.name for slide in presentation.slides}
    for layout in list(presentation.slide_layouts):
        if layout.name not in used:
            presentation.slide_layouts.remove(layout)
    presentation.core_properties.author = "예산총괄과"
    presentation.core_properties.title = "예산안 설명 자료"
    presentation.core_properties.comments = ""
    presentation.core_properties.last_modified_by = "김예산"
    presentation.core_properties.created = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    presentation.core_properties.modified = datetime(2026, 3, 5, 18, 30, tzinfo=UTC)
    package = presentation.part.package
    for relation in [one for one in package._rels.values() if one.reltype.endswith("/thumbnail")]:
        package._rels.pop(relation.rId)
    presentation.save(str(target))


def without_thumbnail(content: bytes) -> bytes:
    """The compound file without the picture of its first slide, which is twenty times as large as the slides."""
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        streams = {"/".join(path): compound.openstream(path).read() for path in compound.listdir()}
    summary = bytearray(streams[SUMMARY])
    (section,) = struct.unpack_from("<I", summary, 44)
    (count,) = struct.unpack_from("<I", summary, section + 4)
    entries = [struct.unpack_from("<II", summary, section + 8 + index * 8) for index in range(count)]
    kept = [entry for entry in entries if entry[0] != THUMBNAIL]
    struct.pack_into("<I", summary, section + 4, len(kept))
    for index, entry in enumerate(kept):
        struct.pack_into("<II", summary, section + 8 + index * 8, *entry)
    end = section + next((offset for number, offset in entries if number == THUMBNAIL), len(summary) - section)
    struct.pack_into("<I", summary, section, end - section)
    streams[SUMMARY] = bytes(summary[:end])
    return write_compound_file({name: stream for name, stream in streams.items() if stream})


def main() -> None:
    """Write the two files."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "briefing.pptx"
        build(source)
        for name, target in TARGETS.items():
            command = [
                "soffice", f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless",
                "--convert-to", target, "--outdir", folder, str(source),
            ]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            content = (Path(folder) / f"briefing.{target.split(':')[0]}").read_bytes()
            (SOURCES / name).write_bytes(without_thumbnail(content) if name.endswith(".ppt") else content)


if __name__ == "__main__":
    main()
