"""A hostile document costs one quarantined reading and a bounded time, whatever it does; its neighbours notice nothing."""

import os
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.isolation import Limits, SandboxedReader, probe, sandbox, worker
from connectors.isolation.frames import BrokenFrame, DeadlinePassed, decode_readings, receive_frame, send_frame
from connectors.isolation.sandbox import SandboxUnavailable, bubblewrap_problem
from schemas.elements import Reading
from schemas.identity import digest_bytes
from schemas.outcome import Failed, Outcome
from schemas.ports import ReadRequest

HOSTILE = Path(__file__).parent / "hostile"
LIMITS = Limits(wall_seconds=6, cpu_seconds=60, memory_mb=512, max_reply_mb=4, scratch_mb=8, max_processes=24)


@pytest.fixture(params=["bubblewrap", "process"])
def level(request: pytest.FixtureRequest) -> str:
    if request.param == "bubblewrap" and bubblewrap_problem():
        pytest.skip(f"bubblewrap does not work here: {bubblewrap_problem()}")
    return request.param


@pytest.fixture
def reader(level: str) -> Iterator[SandboxedReader]:
    with SandboxedReader(2, LIMITS, level, read="hostile_reading:read", extra_paths=[HOSTILE]) as made:
        yield made


def ask(reader: SandboxedReader, orders: Sequence[str]) -> dict[str, Reading]:
    requests = [
        ReadRequest(content_id=digest_bytes(order.encode()), name=order, load=lambda order=order: order.encode())
        for order in orders
    ]
    answers = list(reader.read(requests))

    assert sorted(content_id for content_id, _ in answers) == sorted(request.content_id for request in requests)
    assert all(len(readings) == 1 and readings[0].content_id == content_id for content_id, readings in answers)
    return {readings[0].name: readings[0] for _, readings in answers}


def text_of(reading: Reading) -> str:
    assert reading.outcome is Outcome.KEPT, reading.reason
    return reading.elements[0].text


def processes_with(marker: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if marker.encode() in command:
                found.append(entry.name)
    return found


VERDICTS = {
    "hang": "timeout",
    "deaf": "timeout",
    "eat": "out_of_memory",
    "crash": "reader_crashed",
    "abort": "reader_crashed",
    "exit 0": "reader_crashed",
    "exit 3": "reader_crashed",
    "huge 8": "too_many_elements",
    "raise": "reader_crashed",
    "kill-zygote": "reader_crashed",
    "crash-zygote": "reader_crashed",
}


def test_hostile_documents_are_quarantined_and_their_neighbours_are_read(reader: SandboxedReader):
    neighbours = [f"neighbour {number}" for number in range(2 * len(VERDICTS))]
    orders = [order for trio in zip(neighbours[::2], VERDICTS, neighbours[1::2], strict=True) for order in trio]
    answers = ask(reader, orders)

    assert {order: answers[order].reason for order in VERDICTS} == VERDICTS
    assert {answers[order].outcome for order in VERDICTS} == {Outcome.QUARANTINED}
    assert [text_of(answers[name]) for name in neighbours] == [f"read {name}" for name in neighbours]


def test_processor_time_has_a_limit_of_its_own(level: str):
    limits = LIMITS.model_copy(update={"wall_seconds": 240, "cpu_seconds": 1})
    began = time.monotonic()
    with SandboxedReader(1, limits, level, read="hostile_reading:read", extra_paths=[HOSTILE]) as reader:
        assert ask(reader, ["hang"])["hang"].reason == "timeout"
    assert time.monotonic() - began < 200


@pytest.mark.parametrize("order", ["grandchild", "grandchild-hang", "grandchild-crash"])
def test_no_process_of_a_document_is_left(reader: SandboxedReader, order: str):
    marker = f"gotgan-test-{os.getpid()}-{time.monotonic_ns()}"
    answers = ask(reader, [f"{order} {marker}", "neighbour"])

    assert text_of(answers["neighbour"]) == "read neighbour"
    if order == "grandchild":
        assert text_of(answers[f"{order} {marker}"]) == "left"
    assert processes_with(marker) == []


def test_forks_are_bounded_and_gone_afterwards(reader: SandboxedReader):
    before = set(worker._descendants(os.getpid()))
    answers = ask(reader, ["forks 60", "neighbour"])

    assert text_of(answers["neighbour"]) == "read neighbour"
    # the kernel counts the processes of everybody but root
    is_counted = reader.level == "bubblewrap" and os.getuid() != 0
    assert int(text_of(answers["forks 60"])) <= (24 if is_counted else 60)
    reader.close()
    # what other tests of this process have started is no concern of this one
    assert set(worker._descendants(os.getpid())) <= before


def test_what_a_document_writes_into_pipes_is_no_answer(reader: SandboxedReader):
    answers = ask(reader, ["forge", "neighbour", "another"])

    assert text_of(answers["neighbour"]) == "read neighbour"
    assert text_of(answers["another"]) == "read another"
    if reader.level == "bubblewrap":
        assert text_of(answers["forge"]) == "tried"


def test_a_document_sees_nothing_in_bubblewrap(tmp_path: Path):
    if bubblewrap_problem():
        pytest.skip(f"bubblewrap does not work here: {bubblewrap_problem()}")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with SandboxedReader(1, LIMITS, "bubblewrap", read="hostile_reading:read", extra_paths=[HOSTILE]) as reader:
        order = f"look {secret}"
        assert text_of(ask(reader, [order])[order]) == "ConnectionRefusedError"


def test_the_environment_is_empty_but_for_what_the_worker_needs(reader: SandboxedReader, monkeypatch):
    monkeypatch.setenv("GOTGAN_SECRET", "secret")
    seen = set(text_of(ask(reader, ["environment"])["environment"]).split(","))

    assert seen <= {"HOME", "TMPDIR", "LANG", "LC_CTYPE", "OMP_NUM_THREADS", "PYTHONHASHSEED", "PWD"}


def test_temporary_files_do_not_reach_the_next_document(level: str):
    with SandboxedReader(1, LIMITS, level, read="hostile_reading:read", extra_paths=[HOSTILE]) as reader:
        answers = ask(reader, ["leave a", "find"])

    assert text_of(answers["leave a"]) == "left"
    assert text_of(answers["find"]) == ""


def test_temporary_files_have_a_limit_in_bubblewrap():
    if bubblewrap_problem():
        pytest.skip(f"bubblewrap does not work here: {bubblewrap_problem()}")
    with SandboxedReader(1, LIMITS, "bubblewrap", read="hostile_reading:read", extra_paths=[HOSTILE]) as reader:
        answers = ask(reader, ["fill 64", "neighbour"])

    assert text_of(answers["fill 64"]).startswith("OSError after")
    assert text_of(answers["neighbour"]) == "read neighbour"


@pytest.mark.parametrize("function", ["read_as_another", "read_nothing"])
def test_an_answer_for_another_file_is_refused(level: str, function: str):
    with SandboxedReader(1, LIMITS, level, read=f"hostile_reading:{function}", extra_paths=[HOSTILE]) as reader:
        assert ask(reader, ["anything"])["anything"].reason == "reader_crashed"


def test_a_file_that_cannot_be_fetched_is_quarantined_with_the_reason_of_its_source(reader: SandboxedReader):
    def fail() -> bytes:
        raise Failed("permission_denied", "예산총괄과 850614-1234567")

    requests = [
        ReadRequest(content_id="x", name="850614-1234567.hwp", load=fail),
        ReadRequest(content_id=digest_bytes(b"neighbour"), name="neighbour", load=lambda: b"neighbour"),
    ]
    answers = {content_id: readings[0] for content_id, readings in reader.read(requests)}

    assert answers["x"].reason == "permission_denied"
    assert "1234567" not in answers["x"].model_dump_json()
    assert answers[digest_bytes(b"neighbour")].outcome is Outcome.KEPT


def test_an_error_that_is_no_verdict_reaches_the_caller(reader: SandboxedReader):
    def fail() -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(reader.read([ReadRequest(content_id="x", name="x", load=fail)]))
    assert text_of(ask(reader, ["neighbour"])["neighbour"]) == "read neighbour"


def test_files_are_loaded_when_it_is_their_turn(reader: SandboxedReader):
    loaded: list[int] = []

    def load(number: int) -> bytes:
        loaded.append(number)
        return f"file {number}".encode()

    requests = (
        ReadRequest(content_id=digest_bytes(f"file {n}".encode()), name=str(n), load=lambda n=n: load(n))
        for n in range(40)
    )
    results = reader.read(requests)
    assert isinstance(results, Generator)
    for _ in range(3):
        next(results)

    assert len(loaded) <= 3 + 4
    results.close()
    assert text_of(ask(reader, ["neighbour"])["neighbour"]) == "read neighbour"


def test_what_was_spent_is_counted(reader: SandboxedReader):
    ask(reader, ["one", "two"])

    assert reader.cpu_seconds > 0
    assert reader.peak_mb > 1


def test_bubblewrap_is_never_silently_replaced(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    bubblewrap_problem.cache_clear()
    try:
        with pytest.raises(SandboxUnavailable, match="bubblewrap"):
            SandboxedReader(1, LIMITS, "bubblewrap")
        reader = SandboxedReader(1, LIMITS, "auto")
        assert (reader.level, bool(reader.downgrade)) == ("process", True)
        with pytest.raises(ValueError, match="level"):
            SandboxedReader(1, LIMITS, "none")
    finally:
        bubblewrap_problem.cache_clear()


def test_a_worker_that_cannot_start_says_why(level: str):
    with (
        SandboxedReader(1, LIMITS, level, read="no_such_module:read") as reader,
        pytest.raises(RuntimeError, match="no_such_module"),
    ):
        ask(reader, ["anything"])


def starting_badly(monkeypatch: pytest.MonkeyPatch, n_times: int) -> list[int]:
    """Let the first workers crash natively before they are ready; returns a list that grows by one at each start."""
    real, starts = sandbox.worker_command, list[int]()

    def command(*arguments: Any, **options: Any) -> sandbox.Command:
        starts.append(len(starts))
        if len(starts) <= n_times:
            return sandbox.Command(["/bin/sh", "-c", "ulimit -c 0; kill -SEGV $$"], {})
        return real(*arguments, **options)

    monkeypatch.setattr(sandbox, "worker_command", command)
    return starts


def test_a_worker_that_crashes_at_its_start_is_started_again(level: str, monkeypatch: pytest.MonkeyPatch):
    starts = starting_badly(monkeypatch, 2)
    with SandboxedReader(1, LIMITS, level, read="hostile_reading:read", extra_paths=[HOSTILE]) as reader:
        assert text_of(ask(reader, ["neighbour"])["neighbour"]) == "read neighbour"
    assert len(starts) == 3


def test_one_that_always_crashes_at_its_start_is_given_up_with_how_it_ended(
    level: str, monkeypatch: pytest.MonkeyPatch
):
    starts = starting_badly(monkeypatch, 99)
    with (
        SandboxedReader(1, LIMITS, level, read="hostile_reading:read", extra_paths=[HOSTILE]) as reader,
        pytest.raises(RuntimeError, match="-11"),
    ):
        ask(reader, ["anything"])
    assert len(starts) == 3


def test_the_sandbox_withholds_what_it_should():
    if bubblewrap_problem():
        pytest.skip(f"bubblewrap does not work here: {bubblewrap_problem()}")
    found = probe("bubblewrap")

    assert found.is_tight, [result for result in found.results if not result.is_held]
    assert len(found.results) == 7


def test_without_bubblewrap_the_probe_says_what_is_open():
    found = probe("process")

    assert found.level == "process"
    assert not found.is_tight


def test_the_real_reading_function_runs_in_the_sandbox(level: str):
    text = "제1장 총칙\n신청인 850614-1234567\n".encode()
    with SandboxedReader(1, Limits(), level) as reader:
        requests = [ReadRequest(content_id=digest_bytes(text), name="가.txt", load=lambda: text)]
        ((_, readings),) = list(reader.read(requests))
        assert reader.fingerprint != SandboxedReader(1, Limits(max_depth=2), level).fingerprint

    assert [e.text for e in readings[0].elements] == ["제1장 총칙", "신청인 ******-*******"]


def test_a_release_reaches_the_reading_function_and_no_other_document(level: str):
    content = "대외비\n교육 자료이다".encode()
    requests = [
        ReadRequest(content_id=digest_bytes(content), name="a.txt", load=lambda: content, is_released=is_released)
        for is_released in (False, True, False)
    ]
    with SandboxedReader(n_workers=1, level=level) as real:
        outcomes = [readings[0].outcome for request in requests for _, readings in real.read([request])]
    assert outcomes == ["quarantined", "kept", "quarantined"]


def test_frames_keep_their_borders_and_their_limits():
    receiver, sender = os.pipe()
    send_frame(sender, b"first")
    send_frame(sender, b"")
    send_frame(sender, b"too long")

    assert receive_frame(receiver, 5) == b"first"
    assert receive_frame(receiver, 5) == b""
    with pytest.raises(BrokenFrame, match="at most 5"):
        receive_frame(receiver, 5)


def test_a_frame_that_does_not_come_in_time_is_noticed():
    receiver, sender = os.pipe()
    os.set_blocking(receiver, False)
    with pytest.raises(DeadlinePassed):
        receive_frame(receiver, 5, time.monotonic() + 0.05)
    os.close(sender)
    with pytest.raises(BrokenFrame):
        receive_frame(receiver, 5, time.monotonic() + 5)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"no json",
        b"{}",
        b"[{}]",
        b'[{"content_id": "x", "name": "x", "size_bytes": 1, "outcome": "kept", "extra": 1}]',
        b'[{"content_id": 3, "name": "x", "size_bytes": 1, "outcome": "kept"}]',
        b'[{"content_id": "x", "name": "x", "size_bytes": "1", "outcome": "kept"}]',
        b'[{"content_id": "x", "name": "x", "size_bytes": 1, "outcome": "lost"}]',
        b'[{"content_id": "\xff", "name": "x", "size_bytes": 1, "outcome": "kept"}]',
    ],
)
def test_an_answer_of_the_wrong_shape_is_refused(payload: bytes):
    with pytest.raises(BrokenFrame):
        decode_readings(payload)
