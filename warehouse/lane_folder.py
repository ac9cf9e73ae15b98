"""Where a model lies in each lane, and whether what lies there is whole and of the model as it now is.

`torch` is the model's folder itself, loaded by sentence-transformers. `onnx` is its whole computation (tokens to unit vector)
as one graph in float32: the same vectors, faster. `int8` has its matrices in eight bits: faster still, a little worse, so it
is opt-in. `MODEL` in lane `int8` lies in `MODEL.int8`. `warehouse.model_lanes` makes them.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse.model_folder import BrokenFolder, NoSuchModel, digest_files, identify, read_card

TORCH = "torch"
LANES = (TORCH, "onnx", "int8")
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
SETTINGS = "gotgan-lane.json"
_CONVERSION = 1


class UnknownLane(NoSuchModel):
    """There is no lane of that name."""


class LaneNotPrepared(NoSuchModel):
    """The lane has not been made yet, or was made from other weights; the message names the command."""


@dataclass(frozen=True)
class LaneSettings:
    """What the graph does not tell: from which model it was made, its prompts, how many tokens it reads."""

    lane: str
    source: str
    query: str
    passage: str
    max_tokens: int
    dimension: int
    conversion: int = _CONVERSION

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether `folder` holds the settings of a lane."""
        return (folder / SETTINGS).is_file()

    @classmethod
    def read(cls, folder: Path) -> "LaneSettings":
        """Read them.

        Raises:
            BrokenFolder: they are not there, or another version wrote them.
        """
        try:
            return cls(**json.loads((folder / SETTINGS).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as failure:
            raise BrokenFolder(f"{folder / SETTINGS}: 읽을 수 없습니다 ({failure})") from failure

    def write(self, folder: Path) -> None:
        """Write them."""
        (folder / SETTINGS).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def lane_folder(folder: Path, lane: str) -> Path:
    """Where the model in `folder` lies in this lane: the folder itself for `torch`, else one beside it.

    Raises:
        UnknownLane: there is no such lane.
    """
    if lane not in LANES:
        raise UnknownLane(f"임베딩 방식이 없습니다: {lane} (있는 것: {', '.join(LANES)})")
    return folder if lane == TORCH else folder.with_name(f"{folder.name}.{lane}")


def default_lane(folder: Path) -> str:
    """The lane that the model's card names, which is `onnx` for the embedded default model; else `torch`.

    It depends on the model and not on the machine, since a lane is another index.

    Raises:
        BrokenFolder: the card cannot be read.
    """
    return str(read_card(folder).get("lane", TORCH))


def require_lane(folder: Path, lane: str) -> Path:
    """The lane's folder, which was made from the model as it now is.

    Raises:
        UnknownLane: there is no such lane.
        LaneNotPrepared: it was not made yet, or from other weights or prompts.
    """
    made = lane_folder(folder, lane)
    if made == folder:
        return folder
    command = f"`python -m warehouse.model_lanes {folder} {lane}`"
    if not LaneSettings.is_in(made):
        raise LaneNotPrepared(f"{folder}: {lane} 방식이 아직 준비되지 않았습니다. 먼저 실행하십시오: {command}")
    settings = LaneSettings.read(made)
    if settings.conversion != _CONVERSION or settings.source != identify(folder):
        raise LaneNotPrepared(f"{made}: 지금의 모형에서 만든 것이 아닙니다. 다시 만드십시오: {command}")
    return made


def require_lane_whole(made: Path) -> None:
    """Refuse a lane of which a file is missing or is not what was written.

    Raises:
        BrokenFolder: the message names the folder and the command.
    """
    if not is_whole(made):
        source = made.with_name(made.name.rsplit(".", 1)[0])
        lane = made.name.rsplit(".", 1)[-1]
        raise BrokenFolder(
            f"{made}: 파일이 없거나 만들어진 때와 다릅니다. 다시 만드십시오: `python -m warehouse.model_lanes {source} {lane}`"
        )


def is_whole(made: Path) -> bool:
    """Whether every file of the lane is there as it was written."""
    try:
        return read_card(made).get("files") == digest_files(made)
    except BrokenFolder:
        return False
