"""Raw: what came. One asset a source of `gotgan.toml`, under the source's own name."""

import re
from collections.abc import Iterable

import dagster as dg

from assets.layers import OWNER, table_metadata, with_tables
from schemas.identity import digest_bytes
from schemas.ports import Source
from schemas.record import Record
from schemas.records.access import AccessRecord
from schemas.records.placement import Placement
from warehouse.night import Night

_PLAIN = re.compile(r"[A-Za-z0-9_]+")
_RECORDS: list[type[Record]] = [Placement, AccessRecord]


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

    @dg.op(name=f"raw__{_ascii_name(source.name)}", out={"received": dg.Out(dg.Nothing)}, pool="lake_writer")
    def received(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        walk = night.receive(source)
        return dg.MaterializeResult(
            asset_key=key,
            metadata={
                "dagster/row_count": walk.n_seen,
                "상태": walk.state,
                "새 파일": walk.n_new,
                "바뀐 파일": walk.n_changed,
                "옮긴 파일": walk.n_moved,
                "안 보인 파일": walk.n_missing,
                "사라진 파일": walk.n_deleted,
                "상세": walk.detail or "-",
            },
        )

    description = (
        f"소스 {source.name} ({source.kind}): 폴더를 훑어 새로 오거나 바뀐 파일을 알아낸다. "
        "목록을 다 읽지 못한 소스에서는 아무것도 지우지 않는다."
    )
    spec = dg.AssetSpec(
        key=key,
        group_name="raw",
        description=with_tables(description, _RECORDS),
        kinds={source.kind, "ducklake"},
        owners=[OWNER],
        metadata=table_metadata(_RECORDS),
    )
    return dg.AssetsDefinition(keys_by_output_name={"received": key}, node_def=received, specs=[spec])
