"""Embedders turn texts into vectors: one module a way of loading a model, offering `EMBEDDER`."""

import json
from pathlib import Path

from schemas import discovery
from schemas.ports import Embedder, EmbedderPlugin
from warehouse.lane_folder import LANES, LaneNotPrepared, LaneSettings, UnknownLane, default_lane, require_lane
from warehouse.model_folder import BrokenFolder, NoSuchModel, fingerprint_of, require_prompts, require_whole

_DIMENSION_NAMES = ("embedding_dimension", "word_embedding_dimension", "out_features")


__all__ = [
    "LANES",
    "LaneNotPrepared",
    "NoSuchModel",
    "UnknownLane",
    "default_lane",
    "describe_model",
    "discover_embedders",
    "load_model",
    "plugin_for",
    "prepare_lane",
]


def discover_embedders() -> dict[str, EmbedderPlugin]:
    """Every way of loading a model, by name."""
    import warehouse.embedders as package

    return discovery.discover(package, "EMBEDDER")


def plugin_for(folder: Path) -> EmbedderPlugin:
    """The embedder that can load the model in `folder`.

    Raises:
        NoSuchModel: there is none.
    """
    for plugin in discover_embedders().values():
        if plugin.recognises(folder):
            return plugin
    if (folder / "config.json").is_file():
        raise NoSuchModel(
            f"{folder}: modules.json이 없어 벡터를 어떻게 만드는 모형인지 알 수 없습니다. sentence-transformers 형식의 폴더를 "
            "통째로 복사하십시오"
        )
    raise NoSuchModel(f"임베딩 모델이 없습니다: {folder} (`make setup`이 기본 모델을 만듭니다)")


def load_model(folder: Path, lane: str | None = None) -> Embedder:
    """Load the model in `folder`; expensive.

    Args:
        folder: the model's folder.
        lane: one of `LANES`; the model's own without it.

    Raises:
        NoSuchModel: no embedder can load it, a part of it is missing, or the lane has not been prepared.
        BrokenFolder: it says that it is another model than lies there.
    """
    laid = _laid(folder, lane)
    plugin = plugin_for(laid)
    model = plugin.load(laid)
    if model.fingerprint != fingerprint_of(plugin.name, laid):
        raise BrokenFolder(
            f"{laid}: 읽는 동안 모형의 파일이 바뀌었거나, {plugin.name} 임베더의 지문이 폴더의 것과 다릅니다"
        )
    return model


def describe_model(folder: Path, lane: str | None = None) -> tuple[str, int]:
    """Fingerprint and dimension of the model in `folder`, without loading it where its own files tell the dimension.

    Args:
        folder: the model's folder.
        lane: one of `LANES`; the model's own without it.

    Raises:
        NoSuchModel: no embedder can load it, a part of it is missing, or the lane has not been prepared.
    """
    laid = _laid(folder, lane)
    plugin = plugin_for(laid)
    if (laid / "modules.json").is_file():
        require_whole(laid)
        require_prompts(laid)
    known = fingerprint_of(plugin.name, laid)
    dimension = _written_dimension(laid)
    return known, dimension if dimension is not None else plugin.load(laid).dimension


def prepare_lane(folder: Path, lane: str) -> Path:
    """Make the lane beside the model if it is not there and whole; returns its folder. Costs up to a minute.

    Raises:
        NoSuchModel: no embedder can load the model, there is no such lane, or the model does not go into it.
    """
    from warehouse import model_lanes

    return model_lanes.prepare_lane(folder, lane)


def _laid(folder: Path, lane: str | None) -> Path:
    return require_lane(folder, lane or default_lane(folder))


def _written_dimension(folder: Path) -> int | None:
    """The dimension of the last module that says one."""
    found: int | None = None
    for config in sorted(folder.glob("[0-9]*_*/config.json")):
        written = json.loads(config.read_text(encoding="utf-8"))
        found = next((int(written[name]) for name in _DIMENSION_NAMES if name in written), found)
    return found if found is not None else _lane_dimension(folder)


def _lane_dimension(folder: Path) -> int | None:
    return LaneSettings.read(folder).dimension if LaneSettings.is_in(folder) else None
