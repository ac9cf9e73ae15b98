"""The checks that warn and never block: what a person should look at, in words, though the night may become visible.

Pure rules over what a night knows of itself and over the reports of the nights before it.
"""

import statistics
from collections.abc import Sequence
from datetime import datetime, timedelta

from warehouse.checks import CheckResult
from warehouse.figures import LowCoverage
from warehouse.outcomes import Counts
from warehouse.placements import WalkResult
from warehouse.report import RunReport

LOW_COVERAGE = 0.98
_LOW_SHARE = 0.02
_RATE_FACTOR = 3
_RATE_NIGHTS = 14
_RATE_MIN_NIGHTS = 5
# A single file more is no trend, however small the share is.
_RATE_MIN_FILES = 5
_MAX_AGE = timedelta(hours=26)


def listed_whole(walk: WalkResult) -> CheckResult:
    """The source was reached, listed whole, and no deletion is held back."""
    figures: dict[str, int | float | str] = {"본 파일": walk.n_seen, "안 보인 파일": walk.n_missing}
    name = walk.source_name
    words = {
        "complete": f"소스 {name}의 목록을 끝까지 읽었습니다.",
        "partial": f"소스 {name}의 목록을 일부 읽지 못했습니다. 읽지 못한 곳의 파일은 지난밤 그대로 두었고 아무것도 지우지 "
        "않았습니다. 수집 계정의 폴더 권한을 확인하십시오.",
        "unreachable": f"소스 {name}에 닿지 못했습니다. 지난밤까지의 자료를 그대로 두었고 아무것도 지우지 않았습니다. "
        "공유가 연결되어 있는지 확인하고 `gotgan doctor`를 실행하십시오.",
        "held": f"소스 {name}에서 한꺼번에 많은 파일이 사라져 삭제를 보류했습니다. 공유를 확인한 뒤 "
        "`gotgan review list`에서 지울지 그대로 둘지 정하십시오.",
    }
    return CheckResult(walk.state == "complete", words[walk.state], figures)


def quarantine_rate(counts: Counts, past: Sequence[RunReport]) -> CheckResult:
    """No more than three times the usual share of files is in quarantine."""
    nights = [report for report in past if report.is_success and report.counts.seen][-_RATE_NIGHTS:]
    rate = counts.quarantined / counts.seen if counts.seen else 0.0
    figures: dict[str, int | float | str] = {"격리율(%)": round(100 * rate, 2), "견준 밤": len(nights)}
    if len(nights) < _RATE_MIN_NIGHTS:
        return CheckResult(True, f"견줄 밤이 아직 {len(nights)}번뿐이라 격리율을 견주지 않았습니다.", figures)
    usual = statistics.median(report.counts.quarantined / report.counts.seen for report in nights)
    figures["평소 격리율(%)"] = round(100 * usual, 2)
    many = counts.quarantined - usual * counts.seen >= _RATE_MIN_FILES
    if many and rate > _RATE_FACTOR * usual:
        return CheckResult(
            False,
            f"격리율이 {rate:.1%}로 지난 {len(nights)}번 밤의 가운뎃값 {usual:.1%}의 {_RATE_FACTOR}배를 넘었습니다. "
            "한 부서의 파일이 한꺼번에 암호·DRM으로 바뀌었거나 읽는 프로그램이 고장 났을 수 있습니다. "
            "`gotgan quarantine list`로 사유를 보십시오.",
            figures,
        )
    return CheckResult(True, f"격리율 {rate:.1%}는 평소({usual:.1%})와 다르지 않습니다.", figures)


def coverage(low: LowCoverage) -> CheckResult:
    """Nearly all documents were read whole, where that can be measured."""
    figures: dict[str, int | float | str] = {
        "잰 문서": low.n_measured,
        f"{low.threshold:.0%}보다 덜 읽은 문서": low.n_low,
        "비율(%)": round(100 * low.share, 2),
    }
    if low.share <= _LOW_SHARE:
        return CheckResult(True, f"완전성을 잰 문서 {low.n_measured}개 가운데 {low.n_low}개만 덜 읽혔습니다.", figures)
    return CheckResult(
        False,
        f"완전성을 잰 문서 {low.n_measured}개 가운데 {low.n_low}개({low.share:.1%})에서 글의 일부를 읽지 못했습니다: "
        f"{', '.join(low.paths)}. `gotgan read 파일`로 무엇이 빠졌는지 보고, "
        "원본을 다른 형식으로 저장해 두거나 개발자에게 알리십시오.",
        figures,
    )


def last_success(past: Sequence[RunReport], started_at: datetime) -> CheckResult:
    """The night before this one succeeded within 26 hours."""
    ended = [datetime.fromisoformat(report.ended_at) for report in past if report.is_success]
    if not ended:
        return CheckResult(True, "이 밤보다 먼저 성공한 밤이 없습니다(처음이면 정상입니다).")
    age = started_at - max(ended)
    hours = age.total_seconds() / 3600
    figures: dict[str, int | float | str] = {"지난 성공 뒤 시간": round(hours, 1)}
    if age <= _MAX_AGE:
        return CheckResult(True, f"지난 성공은 {hours:.1f}시간 전이었습니다.", figures)
    return CheckResult(
        False,
        f"이 밤에 앞서 {hours:.0f}시간 동안 성공한 밤이 없었습니다. 그동안 이용자는 오래된 자료를 보았습니다. "
        "데몬이 늘 떠 있는지(`gotgan ui` 또는 dagster-daemon), 지난 실행이 왜 실패했는지(`gotgan report`) 보십시오.",
        figures,
    )
