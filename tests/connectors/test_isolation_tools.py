"""The second sandbox: programs run there and nowhere else, one document each, under limits of their own."""

import io
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from connectors.isolation import Limits, SandboxedReader
from connectors.isolation.sandbox import bubblewrap_problem
from connectors.tools import NeedsTool, Tool, Toolbox, current, find_tools, is_available, require, using
from schemas.elements import Flag, Reading
from schemas.identity import digest_bytes
from schemas.outcome import Failed, Outcome
from schemas.ports import ReadRequest

HOSTILE = Path(__file__).parent / "hostile"
SHELL = Toolbox(ocr="/bin/sh", ocr_version="1", languages="kor")
LIMITS = Limits(
    wall_seconds=6,
    stall_seconds=60,
    memory_mb=512,
    scratch_mb=8,
    tool_seconds=12,
    tool_memory_mb=768,
    tool_scratch_mb=16,
)


@pytest.fixture(params=["bubblewrap", "process"])
def level(request: pytest.FixtureRequest) -> str:
    if request.param == "bubblewrap" and bubblewrap_problem():
        pytest.skip(f"bubblewrap does not work here: {bubblewrap_problem()}")
    return request.param


@pytest.fixture
def reader(level: str) -> Iterator[SandboxedReader]:
    with SandboxedReader(1, LIMITS, level, read="hostile_reading:read", extra_paths=[HOSTILE], toolbox=SHELL) as made:
        yield made


def ask(reader: SandboxedReader, orders: Sequence[str]) -> dict[str, Reading]:
    requests = [
        ReadRequest(content_id=digest_bytes(order.encode()), name=order, load=lambda order=order: order.encode())
        for order in orders
    ]
    return {readings[0].name: readings[0] for _, readings in reader.read(requests)}


def text_of(reading: Reading) -> str:
    assert reading.outcome is Outcome.KEPT, (reading.reason, reading.detail)
    return reading.elements[0].text


def test_each_document_with_tools_has_a_sandbox_of_its_own(reader: SandboxedReader):
    answers = ask(reader, ["tool visit a", "neighbour", "tool visit b"])

    visits = [text_of(answers[f"tool visit {name}"]) for name in "ab"]
    assert [visit.split(",")[0] for visit in visits] == ["0 before", "0 before"]
    assert reader.n_with_tools == 2
    assert text_of(answers["neighbour"]) == "read neighbour"


@pytest.mark.long
def test_the_second_sandbox_has_limits_of_its_own_and_they_hold(reader: SandboxedReader):
    answers = ask(reader, ["limits", "tool hang", "tool crash", "tool eat", "neighbour"])

    assert text_of(answers["limits"]) == "6 512 8"
    reasons = {order: answers[f"tool {order}"].reason for order in ("hang", "crash", "eat")}
    assert reasons == {"hang": "timeout", "crash": "reader_crashed", "eat": "out_of_memory"}
    assert text_of(answers["neighbour"]) == "read neighbour"


def test_without_a_toolbox_the_verdict_stands(level: str):
    with SandboxedReader(1, LIMITS, level, read="hostile_reading:read", extra_paths=[HOSTILE]) as reader:
        assert ask(reader, ["tool visit a"])["tool visit a"].reason == "needs_tool"
    assert reader.n_with_tools == 0


@pytest.mark.long
def test_who_waits_and_does_nothing_is_cut_off_before_his_time_is_up(level: str):
    limits = LIMITS.model_copy(update={"wall_seconds": 240, "stall_seconds": 5})
    began = time.monotonic()
    with SandboxedReader(1, limits, level, read="hostile_reading:read", extra_paths=[HOSTILE]) as reader:
        answers = ask(reader, ["sleep 240", "neighbour"])

    assert (answers["sleep 240"].reason, answers["sleep 240"].detail) == ("timeout", "진행 없음")
    assert text_of(answers["neighbour"]) == "read neighbour"
    assert time.monotonic() - began < 200


def test_a_tool_is_here_elsewhere_or_nowhere():
    with pytest.raises(Failed, match="ocr_unavailable"):
        require(Tool.OCR)
    with using(SHELL):
        require(Tool.OCR)
        assert is_available(Tool.OCR) and not is_available(Tool.OFFICE)
    with using(SHELL.model_copy(update={"place": "elsewhere"})), pytest.raises(NeedsTool):
        require(Tool.OCR)
    assert current().is_empty


def test_the_reading_changes_with_a_programs_version_and_not_with_its_path():
    assert Toolbox().fingerprint != SHELL.fingerprint
    assert SHELL.fingerprint == SHELL.model_copy(update={"ocr": "/opt/sh", "place": "elsewhere"}).fingerprint
    assert SHELL.fingerprint != SHELL.model_copy(update={"ocr_version": "2"}).fingerprint


def picture_of(text: str) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (1400, 260), 255)
    ImageDraw.Draw(picture).text((40, 80), text, fill=0, font=ImageFont.load_default(64))
    out = io.BytesIO()
    picture.save(out, "PNG", dpi=(300, 300))
    return out.getvalue()


def test_a_picture_is_read_by_the_real_program_in_the_real_sandbox(level: str):
    toolbox = find_tools()
    if not toolbox.ocr:
        pytest.skip("no tesseract with Korean data on this machine: text in pictures was not tried")
    content = picture_of("BUDGET 2026 TOTAL 12,345")
    request = ReadRequest(content_id=digest_bytes(content), name="scan.png", load=lambda: content)
    with SandboxedReader(1, Limits(), level, toolbox=toolbox) as reader:
        ((_, readings),) = reader.read([request])

    assert "12,345" in " ".join(element.text for element in readings[0].elements)
    assert all(Flag.OCR in element.flags and element.confidence for element in readings[0].elements)
    assert reader.n_with_tools == 1


def test_the_programs_of_this_machine_say_their_versions():
    toolbox = find_tools()
    assert bool(toolbox.ocr) == bool(toolbox.ocr_version) == bool(toolbox.languages)
    assert bool(toolbox.office) == bool(toolbox.office_version)
    assert all(os.access(program, os.X_OK) for program in (toolbox.ocr, toolbox.office) if program)
