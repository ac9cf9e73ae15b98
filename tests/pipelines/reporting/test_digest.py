"""What a report means: how bad, why, how fresh, and what a person must do."""

from datetime import timedelta

import pytest

from pipelines.reporting.digest import days_until_full, digest, freshness, slow_files, wanted_free_bytes, why
from pipelines.reporting.wording import instant
from schemas.outcome import QUARANTINE_REASONS
from warehouse.report import CheckReport, Growth, HomeBytes, ReviewCount, SlowFile, SourceReport

GB = 1 << 30


def _end(report):
    return instant(report.ended_at)


def _all(meaning) -> str:
    return " | ".join(f"{todo.korean} {todo.advice} {todo.command or ''}" for todo in meaning.todos)


def test_a_good_night_asks_for_nothing(make_report):
    report = make_report(3)
    meaning = digest(report, [make_report(n) for n in range(3)], _end(report))
    assert (meaning.level, meaning.todos, meaning.why) == ("good", [], None)
    assert "새로 보관한 파일 10개" in meaning.korean


def test_an_unchanged_night_is_good_too(make_report):
    report = make_report(outcome="unchanged")
    assert digest(report, [], _end(report)).level == "good"


def test_a_partial_run_says_where_it_ended(make_report):
    report = make_report(outcome="partial")
    meaning = digest(report, [], _end(report))
    assert meaning.level == "warning"
    assert "읽기 뒤의 단계가 실행되지 않음" in _all(meaning)
    assert "시작 뒤의" in _all(digest(make_report(outcome="partial", steps=[]), [], _end(report)))


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ("core/reading: OSError", "읽기 단계에서 디스크나 공유에서 읽거나 쓰지 못했습니다 (OSError)."),
        (
            "raw/예산 총괄: PermissionError",
            "예산 총괄 훑기 단계에서 파일이나 폴더를 다룰 권한이 없습니다 (PermissionError).",
        ),
        ("publish: Surprise", "공개 단계에서 예상하지 못한 오류가 났습니다 (Surprise)."),
        ("KeyboardInterrupt", "사람이 멈췄습니다 (KeyboardInterrupt)."),
        ("결말이 없는 파일이 2개 있습니다: a.hwp", "결말이 없는 파일이 2개 있습니다: a.hwp"),
        (None, "끝을 보지 못했습니다."),
    ],
)
def test_why_in_words(make_report, failure, said):
    assert why(make_report(outcome="failed", failure=failure)) == said


def test_a_broken_step_and_a_failed_check_ask_for_different_things(make_report):
    broken = make_report(1, outcome="failed", failure="core/reading: OSError")
    checked = make_report(1, outcome="failed", failure="결말이 없는 파일이 2개 있습니다: a.hwp")
    for report, said in ((broken, "이어 갑니다"), (checked, "막았습니다")):
        first = digest(report, [], _end(report)).todos[0]
        assert (first.level, first.command) == ("bad", "gotgan doctor")
        assert said in first.advice


def test_a_failed_run_says_whether_anything_is_public(make_report):
    report = make_report(1, outcome="failed", publication=None)
    assert "아직 공개된 것이 없습니다" in digest(report, [], _end(report)).korean
    report = make_report(1, outcome="failed")
    assert "지난 공개는 그대로" in digest(report, [], _end(report)).korean


def test_each_state_of_a_source_asks_for_its_own_thing(make_report):
    names = {"갑": "unreachable", "을": "held", "병": "partial", "정": "complete"}
    report = make_report(2, sources=names)
    before = [make_report(0, sources=dict.fromkeys(names, "complete")), make_report(1, sources=names)]
    meaning = digest(report, before, _end(report))
    assert meaning.level == "bad"
    said = {name: [todo for todo in meaning.todos if f"소스 {name}:" in todo.korean] for name in names}
    assert [len(todos) for todos in said.values()] == [1, 1, 1, 0]
    assert "2번째 이어서" in said["갑"][0].korean
    assert "held_deletion" in (said["을"][0].command or "")
    assert said["병"][0].level == "warning"


def test_what_is_urgent_comes_first(make_report):
    report = make_report(1, sources={"병": "partial", "갑": "unreachable"}, reasons_new={"no_text": 2})
    levels = [todo.level for todo in digest(report, [], _end(report)).todos]
    assert levels == sorted(levels, key=lambda level: level != "bad")
    assert levels[0] == "bad"


def test_new_quarantine_comes_with_the_catalogues_advice_and_secrets_first(make_report):
    report = make_report(1, reasons_new={"no_text": 9, "secrecy_mark": 1})
    first, second = digest(report, [], _end(report)).todos
    assert QUARANTINE_REASONS["secrecy_mark"].korean in first.korean
    assert first.advice == QUARANTINE_REASONS["secrecy_mark"].advice
    assert "9건" in second.korean


def test_many_new_reasons_are_summed_up(make_report):
    reasons = dict.fromkeys(list(QUARANTINE_REASONS)[:10], 2)
    report = make_report(1, reasons_new=reasons)
    meaning = digest(report, [], _end(report))
    assert len(meaning.todos) == 7
    assert "새로 격리 8건" in meaning.todos[-1].korean


def test_a_reason_of_a_later_version_stands_for_itself(make_report):
    report = make_report(1, reasons_new={"of_a_later_version": 1})
    assert "of_a_later_version" in digest(report, [], _end(report)).todos[0].korean


def test_open_reviews_are_named_once(make_report):
    reviews = [ReviewCount(kind="quarantine", n=4), ReviewCount(kind="held_deletion", n=1)]
    quiet = make_report(1, reviews_open=reviews)
    assert "5건" in _all(digest(quiet, [], _end(quiet)))
    held = make_report(1, reviews_open=reviews, sources={"을": "held"})
    said = _all(digest(held, [], _end(held)))
    assert "기다리는 것 4건" in said
    assert said.count("보류된 삭제") == 0


def test_a_warning_check_is_named_unless_its_source_is(make_report):
    checks = [
        CheckReport(name="quarantine_rate", passed=False, description="격리율이 세 배입니다.", is_blocking=False),
        CheckReport(name="listed_whole:갑", passed=False, description="닿지 못했습니다.", is_blocking=False),
        CheckReport(name="coverage", passed=True, description="다 읽었습니다.", is_blocking=False),
    ]
    report = make_report(1, checks=checks)
    (only,) = digest(report, [], _end(report)).todos
    assert only.korean == "격리율이 세 배입니다."


def test_freshness_counts_from_the_last_whole_listing(make_report):
    before = [make_report(0), make_report(1, sources={"예산총괄과": "unreachable"})]
    report = make_report(2, sources={"예산총괄과": "partial"})
    (source,) = freshness(report, before, _end(report) + timedelta(hours=1))
    assert source.hours == pytest.approx(49)
    assert source.is_late


def test_freshness_of_old_reports_without_the_field(make_report):
    old = make_report(0, sources=[SourceReport(name="갑", state="complete")])
    report = make_report(1, sources=[SourceReport(name="갑", state="unreachable")])
    (source,) = freshness(report, [old], _end(report))
    assert source.hours == pytest.approx(24)
    assert not source.is_late


def test_a_source_that_was_never_read_is_late(make_report):
    report = make_report(0, sources={"갑": "unreachable"})
    (source,) = freshness(report, [], _end(report))
    assert (source.hours, source.is_late) == (None, True)


def test_a_run_that_failed_early_still_shows_the_sources_that_it_did_not_come_to(make_report):
    before = [make_report(0, sources={"갑": "complete", "을": "complete"})]
    report = make_report(1, outcome="failed", failure="raw/갑: OSError", sources={})
    found = freshness(report, before, _end(report))
    assert [(source.name, source.is_walked) for source in found] == [("갑", False), ("을", False)]
    # Of a night that came to its end, a source that is not there was taken out of the settings.
    assert [source.name for source in freshness(make_report(1, sources={"갑": "complete"}), before, _end(report))] == [
        "갑"
    ]


def test_a_report_that_is_read_days_later_names_what_has_become_late(make_report):
    report = make_report(0, sources={"갑": "complete", "을": "complete"})
    (todo,) = digest(report, [], _end(report) + timedelta(days=3)).todos
    assert "갑, 을" in todo.korean


def test_later_runs_do_not_change_what_an_earlier_one_meant(make_report):
    report = make_report(1, sources={"갑": "unreachable"})
    later = make_report(2, sources={"갑": "unreachable"})
    assert digest(report, [report, later], _end(report)).todos == digest(report, [], _end(report)).todos


def test_free_space_is_measured_by_what_a_night_writes_anew(make_report):
    held = HomeBytes(lake=20 * GB, vectors=5 * GB, blobs=900 * GB, serving=1 * GB)
    assert wanted_free_bytes(held) == 26 * GB
    assert wanted_free_bytes(HomeBytes()) == 2 * GB
    low = make_report(0, growth=Growth(home_bytes=held), free_bytes=10 * GB)
    (todo,) = digest(low, [], _end(low)).todos
    assert (todo.level, "26.0 GB" in todo.korean) == ("warning", True)
    lowest = make_report(0, growth=Growth(home_bytes=held), free_bytes=GB)
    assert digest(lowest, [], _end(lowest)).level == "bad"


def test_the_pace_says_when_the_disk_is_full(make_report):
    runs = [make_report(n, growth=Growth(home_bytes=HomeBytes(blobs=n * GB)), free_bytes=100 * GB) for n in range(5)]
    assert days_until_full(runs[-1], runs[:-1]) == pytest.approx(100)
    assert days_until_full(runs[1], runs[:1]) is None
    soon = runs[-1].model_copy(update={"free_bytes": 10 * GB})
    (todo,) = digest(soon, runs[:-1], _end(soon)).todos
    assert "약 10일 뒤" in todo.korean


def test_a_file_that_took_no_time_is_not_named_as_slow(make_report):
    slowest = [SlowFile(source="갑", path=f"{n}.hwp", seconds=n) for n in (9.0, 1.0, 0.9)]
    assert [file.path for file in slow_files(make_report(slowest=slowest))] == ["9.0.hwp", "1.0.hwp"]
