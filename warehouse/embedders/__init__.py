"""Embedders turn texts into vectors: one module a way of loading a model, offering `EMBEDDER`."""

import json
from pathlib import Path

from schemas import discovery
from schemas.identity import fingerprint
from schemas.ports import Embedder, EmbedderPlugin
from warehouse.model_folder import digest_folder

_DIMENSION_NAMES = ("embedding_dimension", "word_embedding_dimension", "out_features")


class NoSuchModel(LookupError):
    """No embedder can load what lies in the folder."""


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
    raise NoSuchModel(f"임베딩 모델이 없습니다: {folder} (`make setup`이 기본 모델을 만듭니다)")


def load_model(folder: Path) -> Embedder:
    """Load the model in `folder`; expensive.

    Raises:
        NoSuchModel: no embedder can load it.
    """
    return plugin_for(folder).load(folder)


def describe_model(folder: Path) -> tuple[str, int]:
    """Fingerprint and dimension of the model in `folder`, without loading it where its own files tell the dimension.

    Raises:
        NoSuchModel: no embedder can load it.
    """
    plugin = plugin_for(folder)
    known = fingerprint(plugin=plugin.name, model=digest_folder(folder))
    dimension = _written_dimension(folder)
    return known, dimension if dimension is not None else plugin.load(folder).dimension


def _written_dimension(folder: Path) -> int | None:
    """The dimension of the last module that says one."""
    found: int | None = None
    for config in sorted(folder.glob("[0-9]*_*/config.json")):
        written = json.loads(config.read_text(encoding="utf-8"))
        found = next((int(written[name]) for name in _DIMENSION_NAMES if name in written), found)
    return found
