"""What a night is given from outside the warehouse; `pipelines.ports` binds the real parts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.budget import Declared
from schemas.ports import Embedder, FormReader, Progress, Reader
from schemas.scope import Register
from warehouse.placements import DeletionRule
from warehouse.publication import IndexModel
from warehouse.serving import Audience


@dataclass(frozen=True)
class NightPorts:
    """What a night is given from outside the warehouse, and what the settings say."""

    reader: Callable[[], Reader]
    """Starts the sandboxed workers at first use."""
    embedder: Callable[[], Embedder]
    """Loads the model at first use."""
    model_fingerprint: Callable[[], str]
    """The model's fingerprint and dimension are known without loading it."""
    dimension: Callable[[], int]
    analyse: Callable[[Sequence[str]], list[str]]
    analyser_fingerprint: Callable[[], str]
    secret_name: Callable[[str], str | None]
    fetch: Callable[[str, str], bytes]
    audiences: list[Audience]
    limit_bytes: int
    deletion: DeletionRule
    progress: Progress
    children_usage: Callable[[], tuple[float, float]]
    """CPU seconds and peak MB of workers that are not this process's reaped children."""
    index_model: Callable[[], IndexModel | None] = lambda: None
    """What a publication says of the model and the analyser, so that doors go through the same."""
    register: Register = field(default_factory=Register)
    """The conversations that may be kept."""
    forms: FormReader | None = None
    """Finds amounts in what was read; without it none are looked for."""
    declared: Mapping[str, Declared] = field(default_factory=dict)
    """Source → what the settings say of its tables that print no unit or stage."""
    shown_path: Callable[[str], str] = str
    """A path for people without the names of rooms that are nobody's business."""
