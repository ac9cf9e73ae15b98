"""A failed run is told to everybody who is listed, by real servers and a real file, and nothing of a document is in it."""

import concurrent.futures
import contextlib
import datetime
import http.server
import ipaddress
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import typer
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from pipelines import delivery
from pipelines.cli.notifying import notify_test
from pipelines.delivery import FileTarget, Notice, deliver, targets_of
from pipelines.notices import bell_of, explain, failure_notice
from pipelines.settings import Settings, SettingsRefused
from pipelines.triggers import notice_sensors
from warehouse.report import FileCounts, RunReport, write_report

SECRET = "홍길동 900101-1234567"
NOTICE = Notice("trial", "[곳간] 시험 — 제목", "본문 첫 줄\n둘째 줄\n", {"run_id": "r1", "step": None})
LOG = logging.getLogger(__name__)


@dg.op
def steady() -> None:
    pass


@dg.op
def breaking() -> None:
    raise ValueError(SECRET)


@dg.job(name="nightly", executor_def=dg.in_process_executor)
def good_night() -> None:
    steady()


@dg.job(name="nightly", executor_def=dg.in_process_executor)
def bad_night() -> None:
    breaking()


class Mailbox:
    """What a mail server took, as it came."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.envelopes.append(envelope)
        return "250 taken"

    def message(self) -> Any:
        return message_from_bytes(self.envelopes[-1].content, policy=policy.default)


def started(box: Mailbox, **options: Any) -> Controller:
    """A mail server that answers; another process may take the free port before it does."""

    def start() -> Controller:
        controller = Controller(box, hostname="127.0.0.1", port=free_port(), ready_timeout=120, **options)
        controller.start()
        return controller

    for _ in range(4):
        with contextlib.suppress(OSError):
            return start()
    return start()


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    controller = started(box)
    yield box, controller.port
    controller.stop()


@pytest.fixture
def hook() -> Iterator[tuple[list[dict[str, Any]], str, dict[str, int]]]:
    """Requests that a web server got, its address, and a place for the status that it is to answer with."""
    requests: list[dict[str, Any]] = []
    answer = {"status": 204}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append({"path": self.path, "headers": dict(self.headers), "body": json.loads(body)})
            self.send_response(answer["status"])
            if answer["status"] in (301, 307):
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield requests, f"http://127.0.0.1:{server.server_port}", answer
    server.shutdown()
    server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_settings(folder: Path, text: str) -> Settings:
    (folder / "gotgan.toml").write_text(text, "utf-8")
    return Settings(folder)


def mail_table(port: int, extra: str = "starttls = false") -> str:
    return (
        f'[[notify]]\nkind = "mail"\nhost = "127.0.0.1"\nport = {port}\nfrom = "gotgan@ministry.example"\n'
        f'to = ["night@ministry.example", "duty@ministry.example"]\n{extra}\n'
    )


def problems(settings: Settings, notice: Notice = NOTICE, **options: Any) -> list[str | None]:
    return [outcome.problem for outcome in deliver(targets_of(settings), notice, **options)]


# Delivery


def test_a_mail_arrives_whole_at_every_address(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    assert problems(write_settings(tmp_path, mail_table(port))) == [None]
    (envelope,) = box.envelopes
    assert envelope.rcpt_tos == ["night@ministry.example", "duty@ministry.example"]
    message = box.message()
    assert message["Subject"] == NOTICE.subject
    assert message["From"] == "gotgan@ministry.example"
    assert message.get_content().replace("\r\n", "\n") == NOTICE.text
    assert message["Auto-Submitted"] == "auto-generated"


def authority(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for 127.0.0.1, and the certificate that a client has to trust for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return context, public


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Mailbox, int, Path]]:
    """A mail server that wants STARTTLS and a login: `night` with the password `correct`."""
    context, certificate = authority(tmp_path)
    box = Mailbox()

    def login(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        # "handled" would mean that it has answered already: the refused would wait for an answer that never comes.
        return AuthResult(success=(given.login, given.password) == (b"night", b"correct"), handled=False)

    controller = started(box, tls_context=context, require_starttls=True, auth_required=True, authenticator=login)
    yield box, controller.port, certificate
    controller.stop()


LOGIN = 'username = "night"'


def test_a_mail_goes_encrypted_and_with_a_login(
    tmp_path: Path, guarded: tuple[Mailbox, int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, port, certificate = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("GOTGAN_SMTP_PASSWORD", "correct")
    assert problems(write_settings(tmp_path, mail_table(port, LOGIN))) == [None]
    assert len(box.envelopes) == 1


def test_a_wrong_password_is_a_problem_that_does_not_repeat_it(
    tmp_path: Path, guarded: tuple[Mailbox, int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, port, certificate = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("GOTGAN_SMTP_PASSWORD", "mistaken")
    (problem,) = problems(write_settings(tmp_path, mail_table(port, LOGIN)))
    assert problem is not None
    assert "로그인을 받지 않았습니다 (535)" in problem
    assert "mistaken" not in problem
    assert box.envelopes == []


def test_a_server_that_nobody_vouches_for_gets_neither_password_nor_mail(
    tmp_path: Path, guarded: tuple[Mailbox, int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, port, _ = guarded
    monkeypatch.setenv("GOTGAN_SMTP_PASSWORD", "correct")
    (problem,) = problems(write_settings(tmp_path, mail_table(port, LOGIN)))
    assert problem is not None
    assert "인증서" in problem
    assert box.envelopes == []


def test_a_server_without_starttls_gets_nothing_where_it_was_asked_for(
    tmp_path: Path, mailbox: tuple[Mailbox, int]
) -> None:
    box, port = mailbox
    (problem,) = problems(write_settings(tmp_path, mail_table(port, "")))
    assert problem is not None
    assert "STARTTLS" in problem
    assert box.envelopes == []


def test_a_login_without_a_password_says_which_variable_is_missing(
    tmp_path: Path, mailbox: tuple[Mailbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOTGAN_SMTP_PASSWORD", raising=False)
    (problem,) = problems(write_settings(tmp_path, mail_table(mailbox[1], LOGIN)))
    assert problem is not None
    assert "GOTGAN_SMTP_PASSWORD" in problem


def test_a_webhook_gets_json_and_the_token_in_its_header(
    tmp_path: Path, hook: tuple[list[dict[str, Any]], str, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    requests, address, _ = hook
    monkeypatch.setenv("GOTGAN_WEBHOOK_TOKEN", "Bearer abc")
    table = f'[[notify]]\nkind = "webhook"\nurl = "{address}/hooks/night?room=1"\nheader = "Authorization"\n'
    assert problems(write_settings(tmp_path, table)) == [None]
    (request,) = requests
    assert request["path"] == "/hooks/night?room=1"
    assert request["headers"]["Authorization"] == "Bearer abc"
    assert request["body"]["text"] == NOTICE.text
    assert (request["body"]["event"], request["body"]["run_id"], request["body"]["step"]) == ("trial", "r1", None)
    assert datetime.datetime.fromisoformat(request["body"]["sent_at"]).tzinfo is not None


@pytest.mark.parametrize("status", [301, 307, 400, 500])
def test_any_other_answer_is_a_problem_and_no_redirect_is_followed(
    tmp_path: Path, hook: tuple[list[dict[str, Any]], str, dict[str, int]], status: int
) -> None:
    requests, address, answer = hook
    answer["status"] = status
    settings = write_settings(tmp_path, f'[[notify]]\nkind = "webhook"\nurl = "{address}"\n')
    assert problems(settings) == [f"HTTP {status}"]
    assert [request["path"] for request in requests] == ["/"]


def test_lines_of_a_file_stay_whole_when_many_write_at_once(tmp_path: Path) -> None:
    target = FileTarget(tmp_path / "logs" / "notices.jsonl")
    long = Notice("trial", "제목", "가" * 20_000, {})
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: target.send(long), range(64)))
    lines = target.path.read_text("utf-8").splitlines()
    assert len(lines) == 64
    assert {json.loads(line)["text"] for line in lines} == {long.text}
    assert target.path.stat().st_mode & 0o007 == 0


def test_a_target_that_fails_stops_no_other(
    tmp_path: Path, mailbox: tuple[Mailbox, int], hook: tuple[list[dict[str, Any]], str, dict[str, int]]
) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    tables = [
        '[[notify]]\nkind = "file"\npath = "taken/notices.jsonl"\n',
        f'[[notify]]\nkind = "webhook"\nurl = "http://127.0.0.1:{free_port()}"\n',
        mail_table(mailbox[1]),
        f'[[notify]]\nkind = "webhook"\nurl = "{hook[1]}"\n',
        '[[notify]]\nkind = "file"\npath = "notices.jsonl"\n',
    ]
    found = problems(write_settings(tmp_path, "\n".join(tables)))
    assert [problem is None for problem in found] == [False, False, True, True, True]
    assert (len(mailbox[0].envelopes), len(hook[0])) == (1, 1)
    assert (tmp_path / "notices.jsonl").is_file()


def test_a_server_that_never_answers_costs_a_bounded_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        tables = mail_table(port) + '\n[[notify]]\nkind = "file"\npath = "notices.jsonl"\n'
        began = time.monotonic()
        found = problems(write_settings(tmp_path, tables), patience=1)
        assert time.monotonic() - began < delivery._TIMEOUT_SECONDS, "it was the target that gave up"
    assert found == ["1초 안에 끝나지 않았습니다", None]


def test_no_single_wait_is_longer_than_ten_seconds() -> None:
    assert delivery._TIMEOUT_SECONDS == 10


# Settings


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('kind = "pigeon"', "pigeon"),
        ('kind = "mail"\nhost = "h"\nfrom = "a@b"\nto = []', "to"),
        ('kind = "mail"\nhost = "h"\nfrom = "a@b"\nto = ["x@y\\r\\nBcc: z@y"]', "to"),
        ('kind = "mail"\nhost = "h"\nfrom = "a@b"\nto = ["c@d"]\nusername = "u"\nstarttls = false', "username"),
        ('kind = "webhook"\nurl = "ftp://h/x"', "url"),
        ('kind = "webhook"\nurl = "http://h/a b"', "url"),
        ('kind = "webhook"\nurl = "http://h"\nheader = "A: b"', "header"),
        ('kind = "file"', "path"),
        ('kind = "file"\npath = "a"\npassword = "x"', "password"),
    ],
)
def test_a_table_that_cannot_work_is_refused_at_loading(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(SettingsRefused, match=said):
        _ = write_settings(tmp_path, f"[[notify]]\n{table}\n").file


# What is told of a run


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as made:
        yield made


def run_of(instance: dg.DagsterInstance, job: dg.JobDefinition) -> dg.DagsterRun:
    run_id = job.execute_in_process(instance=instance, raise_on_error=False).run_id
    found = instance.get_run_by_id(run_id)
    assert found is not None
    return found


def report_on(settings: Settings, dagster_run_id: str, failure: str | None) -> None:
    write_report(
        settings.home,
        RunReport(
            run_id="20261125T020000Zaaaa",
            outcome="failed",
            publication=None,
            started_at="2026-11-25T02:00:00+00:00",
            ended_at="2026-11-25T02:01:00+00:00",
            seconds=60.0,
            cpu_seconds=1.0,
            peak_mb=1.0,
            counts=FileCounts(),
            members=0,
            parsed=0,
            embedded=0,
            passages=0,
            sources=[],
            steps=[],
            quarantine=[],
            failure=failure,
            dagster_run_id=dagster_run_id,
        ),
    )


def told(tmp_path: Path) -> list[dict[str, str]]:
    file = tmp_path / "notices.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


FILE_TABLE = '[[notify]]\nkind = "file"\npath = "notices.jsonl"\n'


def test_the_reports_own_words_say_why_and_the_exceptions_do_not(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings = write_settings(tmp_path, FILE_TABLE)
    run = run_of(instance, bad_night)
    report_on(settings, run.run_id, "결말이 없는 파일이 2개 있습니다")
    notice = failure_notice(settings.home, run.run_id, explain(instance, run, settings.home))
    assert "결말이 없는 파일이 2개 있습니다" in notice.text
    assert "breaking" in notice.text
    assert f"gotgan report --home {tmp_path} --run 20261125T020000Zaaaa" in notice.text
    assert "gotgan doctor" in notice.text
    assert "gotgan run" in notice.text
    assert "아직 공개한 것이 없어" in notice.text
    assert SECRET not in notice.text + notice.subject + json.dumps(notice.facts, ensure_ascii=False)
    assert notice.facts["run_id"] == "20261125T020000Zaaaa"


def test_a_run_that_left_no_report_is_told_by_its_kind_of_error(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings = write_settings(tmp_path, FILE_TABLE)
    report_on(settings, "another-run", "남의 까닭")
    run = run_of(instance, bad_night)
    failure = explain(instance, run, settings.home)
    assert failure.report is None
    assert "ValueError" in failure.why
    assert "남의 까닭" not in failure.why
    assert SECRET not in failure.why
    assert not failure.will_retry


def test_a_process_that_died_is_told_as_that(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings = write_settings(tmp_path, FILE_TABLE)
    run = instance.create_run_for_job(bad_night)
    instance.report_run_failed(run)
    died = instance.get_run_by_id(run.run_id)
    assert died is not None
    failure = explain(instance, died, settings.home)
    assert failure.steps == ()
    assert "죽었거나" in failure.why


def evaluate(name: str, settings: Settings, instance: dg.DagsterInstance, cursor: str | None) -> Any:
    """One tick of a sensor, as the daemon evaluates it."""
    (sensor,) = [sensor for sensor in notice_sensors(bell_of(settings)) if sensor.name == name]
    definitions = dg.Definitions(sensors=[sensor], jobs=[good_night])
    context = dg.build_sensor_context(instance, cursor=cursor, repository_def=definitions.get_repository_def())
    return sensor.evaluate_tick(context)


def test_the_failure_sensor_tells_each_failed_run_once(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings = write_settings(tmp_path, FILE_TABLE)
    cursor = evaluate("failure_notice", settings, instance, None).cursor
    run_of(instance, good_night)
    failed = run_of(instance, bad_night)
    tick = evaluate("failure_notice", settings, instance, cursor)
    assert [reaction.error for reaction in tick.dagster_run_reactions] == [None]
    assert [(row["event"], row["dagster_run_id"]) for row in told(tmp_path)] == [("failure", failed.run_id)]
    evaluate("failure_notice", settings, instance, tick.cursor)
    assert len(told(tmp_path)) == 1


def test_recovery_is_told_once_and_only_after_a_failure(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings = write_settings(tmp_path, FILE_TABLE)
    cursor = evaluate("recovery_notice", settings, instance, None).cursor
    runs = [run_of(instance, job) for job in (good_night, bad_night, bad_night, good_night, good_night)]
    for _ in range(6):
        cursor = evaluate("recovery_notice", settings, instance, cursor).cursor
    assert [(row["event"], row["dagster_run_id"], row["failed_dagster_run_id"]) for row in told(tmp_path)] == [
        ("recovery", runs[3].run_id, runs[2].run_id)
    ]


def test_a_sensor_does_not_fail_for_a_target_that_fails(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    (tmp_path / "taken").write_text("")
    settings = write_settings(tmp_path, '[[notify]]\nkind = "file"\npath = "taken/x"\n' + FILE_TABLE)
    cursor = evaluate("failure_notice", settings, instance, None).cursor
    run_of(instance, bad_night)
    tick = evaluate("failure_notice", settings, instance, cursor)
    assert [reaction.error for reaction in tick.dagster_run_reactions] == [None]
    assert tick.cursor != cursor
    assert len(told(tmp_path)) == 1


def test_without_a_target_nothing_is_sent_and_nothing_fails(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    assert bell_of(write_settings(tmp_path, "")).ring_failure(instance, run_of(instance, bad_night), LOG) == []


# The command


@pytest.fixture
def command() -> Callable[..., Any]:
    app = typer.Typer()
    app.command("notify-test")(notify_test)
    app.command("other")(lambda: None)
    return lambda *words: CliRunner().invoke(app, ["notify-test", *words])


def test_a_trial_reaches_every_target_and_says_how_it_went(
    tmp_path: Path, mailbox: tuple[Mailbox, int], command: Callable[..., Any]
) -> None:
    write_settings(tmp_path, FILE_TABLE + mail_table(mailbox[1]))
    done = command("--home", str(tmp_path), "--json")
    assert done.exit_code == 0
    assert [row["problem"] for row in json.loads(done.stdout)] == [None, None]
    assert [row["event"] for row in told(tmp_path)] == ["trial"]
    assert "시험 알림" in mailbox[0].message()["Subject"]


def test_a_trial_that_does_not_arrive_is_an_error(tmp_path: Path, command: Callable[..., Any]) -> None:
    write_settings(tmp_path, f'[[notify]]\nkind = "webhook"\nurl = "http://127.0.0.1:{free_port()}"\n')
    done = command("--home", str(tmp_path))
    assert done.exit_code == 1
    assert "못 보냄" in done.stdout


def test_a_home_without_targets_is_told_so(tmp_path: Path, command: Callable[..., Any]) -> None:
    write_settings(tmp_path, "")
    done = command("--home", str(tmp_path))
    assert done.exit_code == 2
