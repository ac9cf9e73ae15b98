"""The blocking checks: what must hold before a night becomes visible. Each says in words what is wrong."""

import dagster as dg

from warehouse.checks import CheckResult
from warehouse.night import Night


def _result(check: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=check.passed, description=check.description, metadata=dict(check.figures))


@dg.asset_check(
    asset=["core", "reading"], blocking=True, description="본 파일이 모두 네 결말 가운데 꼭 하나로 끝났는가"
)
def counts_add_up(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """Nothing is lost."""
    return _result(night.check_counts())


@dg.asset_check(
    asset=["index", "passage"], blocking=True, description="가리지 않은 주민·외국인등록번호가 어디에도 없는가"
)
def no_unmasked_number(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """No unmasked identifier."""
    return _result(night.check_unmasked())


@dg.asset_check(
    asset=["index", "passage"], blocking=True, description="레이크와 벡터가 같은 구절을 같은 권한으로 가지는가"
)
def lake_and_vectors_agree(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """Lake and vectors agree."""
    return _result(night.check_agreement())


CHECKS = [counts_add_up, no_unmasked_number, lake_and_vectors_agree]
