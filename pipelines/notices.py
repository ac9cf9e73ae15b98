"""Notices: what people are told when a run has failed, and once when it works again.

The words come from the run's report and from Dagster's own record of the run. An exception's message is never among them:
it may quote a document.
"""

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from logging import Logger

import dagster as dg

from assets.failures import failed_steps
from assets.resources import RUN_TAG
from pipelines.delivery import Notice, Outcome, Target, deliver, targets_of
from pipelines.reporting.digest import why
from pipelines.reporting.wording import minute, step_words
from pipelines.settings import Settings
from warehouse.layout import Home
from warehouse.publication import NothingPublished, read_current
from warehouse.report import RunReport, history

_LOOKED_BACK = 50
_WILL_RETRY = "dagster/will_retry"
_FAILURE_REASON = "dagster/failure_reason"
# What Dagster knows of a run that left no report.
_REASONS = {
    "START_TIMEOUT": "실행이 제때 시작되지 못했습니다.",
    "JOB_INITIALIZATION_FAILURE": "실행을 준비하지 못했습니다.",
    "RUN_EXCEPTION": "실행을 준비하거나 끝내는 중에 오류가 났습니다.",
    "STEP_FAILURE": "단계에서 오류가 났습니다.",
}
_DIED = "보고서를 남기지 못하고 멈추었습니다. 프로세스가 죽었거나 제한 시간을 넘겼습니다."
# Kinds of error that stop a run before its night is open, and so before there is a report.
_ERRORS = {
    "WriterBusy": "다른 실행이 아직 끝나지 않아 홈을 열지 못했습니다.",
    "SettingsRefused": "gotgan.toml을 읽을 수 없습니다.",
    "NoSuchModel": "임베딩 모델 폴더가 없습니다.",
    "MemoryError": "메모리가 모자랍니다.",
    "PermissionError": "홈에 쓸 권한이 없습니다.",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed run, in words."""

    night: datetime
    """When it began."""
    steps: tuple[str, ...]
    """The steps and checks that failed, in their order, as Dagster shows them (`core/reading`)."""
    why: str
    report: RunReport | None
    will_retry: bool


@dataclass(frozen=True, slots=True)
class Bell:
    """Tells the targets of one home."""

    home: Home
    targets: tuple[Target, ...]

    def ring_failure(self, instance: dg.DagsterInstance, run: dg.DagsterRun, log: Logger) -> list[Outcome]:
        """Tell that a run has failed."""
        failure = explain(instance, run, self.home)
        return self._deliver(failure_notice(self.home, run.run_id, failure), log)

    def ring_recovery(self, instance: dg.DagsterInstance, run: dg.DagsterRun, log: Logger) -> list[Outcome]:
        """Tell that a run has succeeded, if the one that ended before it had failed."""
        failed = failed_before(instance, run)
        if failed is None:
            return []
        return self._deliver(recovery_notice(self.home, instance, run, failed), log)

    def ring_trial(self) -> list[Outcome]:
        """Send everybody a notice that says that it is only a trial."""
        return deliver(self.targets, trial_notice(self.home))

    def _deliver(self, notice: Notice, log: Logger) -> list[Outcome]:
        if not self.targets:
            log.info("gotgan.toml에 [[notify]]가 없어 아무에게도 알리지 않았습니다.")
        outcomes = deliver(self.targets, notice)
        for outcome in outcomes:
            if outcome.problem is None:
                log.info(f"알림: {outcome.label}")
            else:
                log.error(f"알리지 못함: {outcome.label}: {outcome.problem}")
        return outcomes


def bell_of(settings: Settings) -> Bell:
    """The bell of a home, with the targets of its gotgan.toml."""
    return Bell(settings.home, tuple(targets_of(settings)))


def explain(instance: dg.DagsterInstance, run: dg.DagsterRun, home: Home) -> Failure:
    """What is known of a failed run: from its report if it left one, else from Dagster's record."""
    report = next(
        (report for report in history(home, _LOOKED_BACK).reports if report.dagster_run_id == run.run_id), None
    )
    failed = failed_steps(instance, run.run_id)
    error = next(iter(failed.values()), None)
    told = why(report) if report is not None else None
    if told is None:
        told = _ERRORS.get(error or "") or _REASONS.get(run.tags.get(_FAILURE_REASON, "")) or _DIED
        if error and error not in _ERRORS and run.tags.get(_FAILURE_REASON) in _REASONS:
            told = f"{told} ({error})"
    # A run that a person started in a terminal has no origin, and Dagster does not start it again.
    will_retry = run.tags.get(_WILL_RETRY) == "true" and run.remote_job_origin is not None
    return Failure(_began(instance, run), tuple(failed), told, report, will_retry)


def failed_before(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.RunRecord | None:
    """The failed run that this one makes good: the last of the same job that ended before it, unless that one succeeded."""
    ended = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
    filters = dg.RunsFilter(job_name=run.job_name, statuses=ended)
    own = instance.get_run_record_by_id(run.run_id)
    for record in instance.get_run_records(filters, limit=_LOOKED_BACK):
        earlier = own is None or record.storage_id < own.storage_id
        if record.dagster_run.run_id != run.run_id and earlier:
            return record if record.dagster_run.status is dg.DagsterRunStatus.FAILURE else None
    return None


def failure_notice(home: Home, dagster_run_id: str, failure: Failure) -> Notice:
    """The notice of a failed run."""
    first = _step_words(failure.steps[0]) if failure.steps else None
    run_id = failure.report.run_id if failure.report else None
    place = shlex.quote(str(home.root))
    shown = f"gotgan report --home {place}" + (f" --run {run_id}" if run_id else "")
    lines = [
        "밤 작업이 실패했습니다.",
        "",
        f"밤    {minute(failure.night)}에 시작 (실행 {run_id or '보고서 없음'}, Dagster 실행 {dagster_run_id})",
        f"단계  {', '.join(_step_words(step) for step in failure.steps) or '시작하기 전이거나 알 수 없음'}",
        f"까닭  {failure.why}",
        f"지금  {_standing(home)}",
        *(["다시  프로세스가 죽은 것이므로 Dagster가 한 번 저절로 다시 시작합니다."] if failure.will_retry else []),
        "",
        "할 일",
        f"  1. 무엇이 어디까지 되었는지 본다:      {shown}",
        f"  2. 공유·디스크·모델·격리실을 확인한다:  gotgan doctor --home {place}",
        f"  3. 고친 뒤 멈춘 곳에서 이어서 돌린다:   gotgan run --home {place}",
    ]
    facts = {
        "run_id": run_id,
        "dagster_run_id": dagster_run_id,
        "started_at": failure.night.astimezone(UTC).isoformat(timespec="seconds"),
        "step": ", ".join(failure.steps) or None,
        "why": failure.why,
        "publication": _published(home),
        "home": str(home.root),
    }
    subject = f"[곳간] 밤 작업 실패 {minute(failure.night)}" + (f" — {first}" if first else "")
    return Notice("failure", subject, "\n".join(lines) + "\n", facts)


def recovery_notice(home: Home, instance: dg.DagsterInstance, run: dg.DagsterRun, failed: dg.RunRecord) -> Notice:
    """The notice of the first success after a failure."""
    night, since = _began(instance, run), _began(instance, failed.dagster_run)
    published = _published(home)
    lines = [
        "밤 작업이 다시 성공했습니다.",
        "",
        f"밤    {minute(night)}에 시작 (Dagster 실행 {run.run_id})",
        f"앞서  {minute(since)}에 시작한 밤이 실패했습니다 (Dagster 실행 {failed.dagster_run.run_id}).",
        f"지금  읽히는 공개: {published or '없음'}",
        "",
        "할 일은 없습니다.",
    ]
    facts = {
        "run_id": run.tags.get(RUN_TAG),
        "dagster_run_id": run.run_id,
        "started_at": night.astimezone(UTC).isoformat(timespec="seconds"),
        "failed_dagster_run_id": failed.dagster_run.run_id,
        "publication": published,
        "home": str(home.root),
    }
    return Notice("recovery", f"[곳간] 밤 작업 회복 {minute(night)}", "\n".join(lines) + "\n", facts)


def trial_notice(home: Home) -> Notice:
    """A notice that asks for nothing."""
    text = (
        "곳간의 시험 알림입니다. 이 글이 보이면 실패 알림도 여기로 옵니다. 할 일은 없습니다.\n\n"
        f"홈    {home.root}\n보냄  {minute(datetime.now(UTC))}\n"
    )
    return Notice("trial", "[곳간] 시험 알림", text, {"home": str(home.root), "publication": _published(home)})


def _step_words(step: str) -> str:
    asset, _, check = step.partition(" · ")
    return f"{step_words(asset)[0]} 뒤의 검사 {check}" if check else step_words(asset)[0]


def _began(instance: dg.DagsterInstance, run: dg.DagsterRun) -> datetime:
    record = instance.get_run_record_by_id(run.run_id)
    if record is None:
        return datetime.now(UTC)
    return datetime.fromtimestamp(record.start_time, UTC) if record.start_time else record.create_timestamp


def _published(home: Home) -> str | None:
    try:
        return read_current(home).publication_id
    except NothingPublished:
        return None


def _standing(home: Home) -> str:
    published = _published(home)
    if published is None:
        return "아직 공개한 것이 없어 이용자는 아무것도 찾을 수 없습니다."
    return f"지난 공개가 그대로 읽힙니다 ({published}). 이용자에게는 그때의 자료가 보입니다."
