"""The checks: those that must hold before a night becomes visible, and those that only warn. Each says in words what is wrong."""

import dagster as dg

from warehouse.checks import CheckResult
from warehouse.night import Night

_READING = ["core", "reading"]
_PASSAGE = ["index", "passage"]
_EXPORT = ["raw", "export"]
_CONVERSATION = ["core", "conversation"]
_MESSAGE = ["core", "message"]
_AMOUNT = ["core", "budget_amount"]
_RECONCILIATION = ["core", "reconciliation"]


def warned(check: CheckResult, key: dg.AssetKey | None = None, name: str | None = None) -> dg.AssetCheckResult:
    """A result that turns yellow and never blocks; key and name where the asset itself reports it."""
    return dg.AssetCheckResult(
        passed=check.passed,
        asset_key=key,
        check_name=name,
        severity=dg.AssetCheckSeverity.WARN,
        description=check.description,
        metadata=dict(check.figures),
    )


def _blocked(check: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=check.passed, description=check.description, metadata=dict(check.figures))


@dg.asset_check(
    asset=_READING,
    blocking=True,
    description="본 파일이 모두 보관·그대로·건너뜀·격리 가운데 꼭 하나로 끝났는가. 하나라도 사라졌다면 없는 자료를 없다고 답하게 "
    "되므로 공개를 막는다. 설명에 적힌 파일과 `gotgan report`를 개발자에게 알린다.",
)
def counts_add_up(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """Nothing is lost."""
    return _blocked(night.check_counts())


@dg.asset_check(
    asset=_PASSAGE,
    blocking=True,
    description="가리지 않은 주민·외국인등록번호가 어느 표에도 색인에도 없는가. 하나라도 있으면 볼 수 없어야 할 사람에게 "
    "개인정보가 나가므로 공개를 막는다. 설명에 적힌 열을 보안 담당자와 개발자에게 알리고, 값은 옮겨 적지 않는다.",
)
def no_unmasked_number(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """No unmasked identifier."""
    return _blocked(night.check_unmasked())


@dg.asset_check(
    asset=_PASSAGE,
    blocking=True,
    description="레이크와 벡터가 같은 구절을 같은 권한으로 가지는가. 다르면 검색이 지운 글이나 볼 수 없는 글을 보일 수 있으므로 "
    "공개를 막는다. `gotgan run`을 다시 실행하면 색인이 다시 맞추어지고, 그래도 다르면 개발자에게 알린다.",
)
def lake_and_vectors_agree(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """Lake and vectors agree."""
    return _blocked(night.check_agreement())


@dg.asset_check(
    asset=_CONVERSATION,
    blocking=True,
    description="업무용으로 등록되지 않은 대화가 어느 표에도 없는가. 하나라도 있으면 누구의 사생활이 보일 수 있으므로 "
    "공개를 막는다. 설명을 개인정보 담당자와 개발자에게 알리고, 글은 옮겨 적지 않는다.",
)
def only_registered_conversations(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """No conversation is stored that is not registered."""
    return _blocked(night.check_registered())


@dg.asset_check(
    asset=_EXPORT,
    blocking=True,
    description="보관한 메신저 내보내기마다 바이트의 98% 이상을 메시지·시스템 줄·구분선으로 알아들었는가. 못 알아들은 "
    "줄이 많으면 대화가 빠지거나 다른 사람의 말로 붙으므로 공개를 막는다. `gotgan read`로 그 줄을 보고 개발자에게 알린다.",
)
def export_bytes_accounted(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """The bytes of every export are accounted for."""
    return _blocked(night.check_accounted())


@dg.asset_check(
    asset=_MESSAGE,
    blocking=True,
    description="같은 내보내기를 한 번 더 합쳐도 메시지가 늘거나 줄지 않는가. 늘면 같은 말이 두 번 인용되므로 공개를 막는다. "
    "설명을 개발자에게 알리고, `gotgan report`를 함께 보낸다.",
)
def merge_adds_nothing(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """Merging again adds nothing."""
    return _blocked(night.check_merge_stable())


@dg.asset_check(
    asset=_AMOUNT,
    blocking=True,
    description="금액마다 적힌 글을 그 단위로 다시 읽으면 같은 값이 나오는가. 다르면 분석가가 셀과 다른 수를 인용하게 되므로 "
    "공개를 막는다. 설명에 적힌 금액 ID와 `gotgan report`를 개발자에게 알린다.",
)
def amounts_reparse(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """Every amount says what its cell says."""
    return _blocked(night.check_reparse())


@dg.asset_check(
    asset=_RECONCILIATION,
    description="합계와 부분의 합처럼 맞아야 할 식이 맞는가. 경고만 한다: 금액은 적힌 그대로이고, 어긋남은 문서에 있다. "
    "`gotgan sql`로 `core.reconciliation`을 보고, 원인이 적힌 행의 문서를 낸 부서에 확인한다.",
)
def amounts_add_up(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """What should add up does."""
    return warned(night.check_breaks())


@dg.asset_check(
    asset=_READING,
    description="격리된 파일의 비율이 지난 밤들의 가운뎃값의 세 배를 넘지 않는가. 경고만 한다: 격리된 파일은 보이지 않을 뿐 "
    "나머지는 옳다. `gotgan quarantine list`로 어떤 사유가 늘었는지 보고, 암호나 DRM이면 그 부서에 풀어 달라고 한다.",
)
def quarantine_rate(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """No more is quarantined than usual."""
    return warned(night.check_quarantine_rate())


@dg.asset_check(
    asset=_READING,
    description="완전성을 잴 수 있는 문서가 거의 모두 98% 이상 읽혔는가. 경고만 한다: 읽힌 글은 옳지만 빠진 글이 있을 수 있다. "
    "설명에 적힌 파일을 `gotgan read`로 보고, 원본을 다른 형식으로 다시 저장해 두게 한다.",
)
def coverage(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """Nearly all documents were read whole."""
    return warned(night.check_coverage())


@dg.asset_check(
    asset=_READING,
    description="이 밤에 앞서 26시간 안에 성공한 밤이 있는가. 경고만 한다: 그동안 이용자가 오래된 자료를 보았다는 뜻이다. "
    "데몬이 떠 있는지, 지난 실행이 왜 실패했는지 `gotgan report`로 본다.",
)
def last_success(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """The night before was not long ago."""
    return warned(night.check_last_success())


CHECKS = [
    counts_add_up,
    export_bytes_accounted,
    only_registered_conversations,
    merge_adds_nothing,
    no_unmasked_number,
    lake_and_vectors_agree,
    amounts_reparse,
    amounts_add_up,
    quarantine_rate,
    coverage,
    last_success,
]
