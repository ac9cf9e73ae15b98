"""Raw: what came. One asset a source of `gotgan.toml`, under the source's own name."""

import re
from collections.abc import Iterable

import dagster as dg

from assets import pictures
from assets.checks import warned
from assets.layers import OWNER, Guide, table_metadata
from schemas.identity import digest_bytes
from schemas.ports import Source
from schemas.record import Record
from schemas.records.access import AccessRecord
from schemas.records.placement import Placement
from warehouse.night import Night

_PLAIN = re.compile(r"[A-Za-z0-9_]+")
_RECORDS: list[type[Record]] = [Placement, AccessRecord]
_LISTED = "listed_whole"


def raw_assets(sources: Iterable[Source]) -> list[dg.AssetsDefinition]:
    """An asset for each source: walk it and receive what is new."""
    return [_received(source) for source in sources]


def source_inputs(raw: Iterable[dg.AssetsDefinition]) -> dict[str, dg.AssetIn]:
    """The raw assets as inputs without values, each under a name that Dagster accepts."""
    keys = [key for asset in raw for key in asset.keys]
    return {_ascii_name(key.path[-1]): dg.AssetIn(key=key, dagster_type=dg.Nothing) for key in keys}


def _ascii_name(name: str) -> str:
    # Dagster takes Hangul in a key, but in the name of an op or an input nothing beyond ASCII letters, digits and _.
    return name if _PLAIN.fullmatch(name) else f"source_{digest_bytes(name.encode())[:12]}"


def _received(source: Source) -> dg.AssetsDefinition:
    key = dg.AssetKey(["raw", source.name])

    # The check is an output of the same op: a check's own op would be named after the source, which may be in Hangul.
    @dg.op(
        name=f"raw__{_ascii_name(source.name)}",
        out={"received": dg.Out(dg.Nothing), "listed": dg.Out(dg.Nothing)},
        pool="lake_writer",
    )
    def received(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        walk = night.receive(source)
        return dg.MaterializeResult(
            asset_key=key,
            metadata={
                "dagster/row_count": walk.n_seen,
                **pictures.of_source(night, walk),
                "상태": walk.state,
                "새 파일": walk.n_new,
                "바뀐 파일": walk.n_changed,
                "옮긴 파일": walk.n_moved,
                "안 보인 파일": walk.n_missing,
                "사라진 파일": walk.n_deleted,
                "상세": walk.detail or "-",
            },
            check_results=[warned(night.check_source(source.name), key, _LISTED)],
        )

    spec = dg.AssetSpec(
        key=key,
        group_name="raw",
        description=_guide(source).text(_RECORDS),
        kinds={source.kind, "ducklake"},
        owners=[OWNER],
        metadata=table_metadata(_RECORDS),
    )
    return dg.AssetsDefinition(
        keys_by_output_name={"received": key},
        node_def=received,
        specs=[spec],
        check_specs_by_output_name={"listed": _listed_whole(key)},
    )


def _listed_whole(key: dg.AssetKey) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=_LISTED,
        asset=key,
        description="소스에 닿아 목록을 끝까지 읽었고 보류한 삭제가 없는가. 경고만 하고 막지 않는다: 닿지 않은 소스의 자료는 "
        "지난밤 그대로 남아 이용자가 계속 볼 수 있다. 공유의 연결과 수집 계정의 권한을 확인하고, 보류한 삭제는 "
        "`gotgan review list`를 보고 지울지 그대로 둘지 정한다.",
    )


def _guide(source: Source) -> Guide:
    return Guide(
        purpose=f"소스 {source.name} ({source.kind}): 목록을 훑어 새로 오거나 바뀐 파일을 알아낸다. "
        "목록을 다 읽지 못한 소스에서는 아무것도 지우지 않는다.",
        readers="`core/reading`이 새 내용을 읽고, 검색과 인용은 여기 적힌 자리와 권한으로 보일 것을 고른다.",
        when_red="공유에 닿지 않는 것은 실패가 아니라 경고다. 빨갛다면 프로그램이나 디스크의 문제이니 `gotgan doctor`로 "
        "공유와 남은 공간을 확인하고 `gotgan run`을 다시 실행한다. 지난 공개는 그대로 보인다.",
        query=f"SELECT extension, count(*) AS n\nFROM raw.placement WHERE source_name = '{source.name}'\nGROUP BY ALL",
        pages=("dictionary", "reasons", "adr/0005-access-by-class"),
    )
