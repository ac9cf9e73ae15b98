"""Which model is used: the one that is set, and for what is public the one that made it.

The choice stands in `[model]` of `gotgan.toml`. A publication names the model that made its vectors, so that it is served
by that model while the settings name another one already.
"""

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from schemas.ports import Embedder
from warehouse.durability import replace_file
from warehouse.embedders import NoSuchModel, default_lane, describe_model, load_model
from warehouse.publication import IndexModel

_HEADER = re.compile(r"^\s*\[\s*model\s*\]\s*(?:#.*)?$")
_ANY_HEADER = re.compile(r"^\s*\[")
_SETTING = re.compile(r"^\s*(?:folder|lane)\s*=")


class ModelGone(NoSuchModel):
    """The model that made what is public is nowhere to be found: its folder is gone, or its files have changed."""


class ChoiceNotWritten(ValueError):
    """`gotgan.toml` is written so that the choice of a model cannot be put into it; the message says what to write there."""


@dataclass(frozen=True)
class ChosenModel:
    """A model folder and the lane on which it runs, the model's own if None; described and loaded at first use, and once."""

    folder: Path
    lane: str | None = None

    @cached_property
    def _described(self) -> tuple[str, int]:
        return describe_model(self.folder, self.lane)

    @property
    def fingerprint(self) -> str:
        """Changes whenever a vector could come out differently.

        Raises:
            NoSuchModel: no embedder can load what lies in the folder, or the lane is not prepared.
        """
        return self._described[0]

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._described[1]

    @cached_property
    def _loaded(self) -> Embedder:
        return load_model(self.folder, self.lane)

    def load(self) -> Embedder:
        """The model, loaded.

        Raises:
            ModelGone: its files have changed since it was described; its vectors would go where another model's are.
        """
        if self._loaded.fingerprint != self.fingerprint:
            raise ModelGone(f"{self.folder}: 쓰는 동안 임베딩 모형의 파일이 바뀌었습니다. 다시 실행하십시오.")
        return self._loaded

    def named(self, analyser: str) -> IndexModel:
        """What a publication says of it.

        Args:
            analyser: fingerprint of the analyser that works beside it.
        """
        return IndexModel(
            embedder=self.fingerprint,
            dimension=self.dimension,
            folder=str(self.folder),
            lane=self.lane or default_lane(self.folder),
            analyser=analyser,
        )


def find_model(index: IndexModel, elsewhere: Iterable[ChosenModel]) -> ChosenModel:
    """The model that made an index, by its fingerprint: where it lay, else at another place that holds the same bytes.

    Raises:
        ModelGone: nowhere.
    """
    own = [ChosenModel(Path(index.folder), index.lane)] if index.folder else []
    same_lane = [model if model.lane == index.lane else ChosenModel(model.folder, index.lane) for model in elsewhere]
    for model in (*own, *same_lane):
        try:
            if model.fingerprint == index.embedder:
                return model
        except (NoSuchModel, FileNotFoundError):
            continue
    raise ModelGone(
        f"공개된 색인을 만든 임베딩 모형이 없거나 파일이 바뀌었습니다: {index.folder} ({index.lane}). 그 폴더를 되돌려 놓거나, "
        "`gotgan index switch 모형폴더`로 다른 모형의 색인을 만들거나, `gotgan rollback`으로 앞선 공개로 돌아가십시오."
    )


def write_choice(settings_file: Path, folder: Path, lane: str | None) -> None:
    """Put the choice of a model into `gotgan.toml`; everything else in it, comments too, stays as it is.

    Raises:
        ChoiceNotWritten: the file would say something else than before.
    """
    text = settings_file.read_text(encoding="utf-8") if settings_file.exists() else ""
    before = tomllib.loads(text)
    chosen = {"folder": str(folder)} | ({"lane": lane} if lane else {})
    # A string of JSON is one of TOML, but for the escape of one character that no path needs.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in chosen.items()]
    written = _with_table(text, lines)
    try:
        after = tomllib.loads(written)
    except tomllib.TOMLDecodeError:
        after = {}
    others = {name: value for name, value in before.items() if name != "model"}
    kept = {name: value for name, value in before.get("model", {}).items() if name not in ("folder", "lane")}
    if after != others | {"model": kept | chosen}:
        listed = "\n".join(lines)
        raise ChoiceNotWritten(f"{settings_file}에 모형을 적지 못했습니다. [model] 표를 이렇게 고치십시오:\n{listed}")
    replace_file(settings_file, written.encode())


def _with_table(text: str, lines: list[str]) -> str:
    """The text with these lines in its `[model]` table, which is put in front of the other tables' end if there is none."""
    rows = text.splitlines()
    start = next((place for place, row in enumerate(rows) if _HEADER.match(row)), None)
    if start is None:
        return "\n".join([*rows, *([""] if rows and rows[-1].strip() else []), "[model]", *lines, ""])
    stop = next((place for place in range(start + 1, len(rows)) if _ANY_HEADER.match(rows[place])), len(rows))
    kept = [row for row in rows[start + 1 : stop] if not _SETTING.match(row)]
    return "\n".join([*rows[: start + 1], *lines, *kept, *rows[stop:], ""])
