"""Bind the real parts to the warehouse's ports: the sandboxed reader, the model, the analyser, the sources."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property

from connectors import extraction
from connectors.forms.fiscal_package import fields_of
from connectors.isolation import SandboxedReader
from connectors.limits import Limits
from connectors.messengers.roomnames import hide_rooms
from connectors.screening import secrecy_mark_in_name
from connectors.tools import Toolbox, find_tools
from pipelines.models import ChosenModel, find_model
from pipelines.settings import Settings
from schemas.budget import Extraction, FormDocument
from schemas.ports import Embedder, Progress
from schemas.scope import Register
from warehouse.analyser import Analyser
from warehouse.clock import Clock
from warehouse.layout import default_model_folder
from warehouse.night import Night, open_night
from warehouse.night_ports import NightPorts
from warehouse.placements import DeletionRule
from warehouse.publication import IndexModel


def toolbox(settings: Settings) -> Toolbox:
    """The programs that may be started for a document: those of this machine that the settings allow."""
    if settings.file.limits.ocr == settings.file.limits.office == "off":
        return Toolbox()
    found = find_tools()
    refused = {} if settings.file.limits.ocr == "auto" else {"ocr": "", "ocr_version": "", "languages": ""}
    if settings.file.limits.office == "off":
        refused |= {"office": "", "office_version": ""}
    return found.model_copy(update=refused)


def no_progress(step: str, done: int, total: int) -> None:
    """Nobody watches."""


class Forms:
    """The forms as the warehouse is given them."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever an extraction could come out differently."""
        return extraction.fingerprint()

    def extract(self, document: FormDocument) -> Extraction:
        """Everything that the forms find in a document."""
        return extraction.extract(document)

    def described_fields(self, text: str) -> list[list[str]]:
        """Field names of the tables that a descriptor describes; none for any other text."""
        return fields_of(text)


class Parts:
    """The expensive parts of one process, each made at first use and closed at the end.

    Args:
        settings: what the process runs with.
        register: the conversations that may be kept, for who stores what is read; None for who stores nothing.
        grammars: texts of grammars of exports beside those of the settings.
    """

    def __init__(self, settings: Settings, register: Register | None = None, grammars: tuple[str, ...] = ()) -> None:
        self._settings = settings
        self._register = register
        self._grammars = grammars
        self._stack = contextlib.ExitStack()
        self._reader: SandboxedReader | None = None
        self._found: dict[IndexModel, ChosenModel] = {}

    def close(self) -> None:
        """Stop the workers."""
        self._stack.close()

    def reader(self) -> SandboxedReader:
        """The sandboxed reader, its workers started."""
        if self._reader is None:
            limits = self._settings.file.limits
            reader = SandboxedReader(
                n_workers=limits.workers,
                limits=Limits(
                    wall_seconds=limits.seconds_per_file,
                    cpu_seconds=limits.seconds_per_file,
                    memory_mb=limits.memory_mb,
                    tool_seconds=limits.tool_seconds_per_file,
                ),
                level=limits.sandbox,
                toolbox=toolbox(self._settings),
                register=self._register,
                grammars=(*self._grammars, *self._settings.grammars),
            )
            self._reader = self._stack.enter_context(reader)
        return self._reader

    @cached_property
    def analyser(self) -> Analyser:
        """The Korean analyser."""
        return Analyser()

    @cached_property
    def chosen(self) -> ChosenModel:
        """The model that is set."""
        return self._settings.model

    def embedder(self) -> Embedder:
        """The model that is set, loaded."""
        return self.chosen.load()

    @property
    def model(self) -> tuple[str, int]:
        """The set model's fingerprint and dimension, without loading it."""
        return self.chosen.fingerprint, self.chosen.dimension

    def model_of(self, index: IndexModel | None) -> ChosenModel:
        """The model that made an index; the one that is set where nothing says which it was.

        Raises:
            pipelines.models.ModelGone: it is nowhere to be found.
        """
        if index is None:
            return self.chosen
        if index not in self._found:
            self._found[index] = find_model(index, [self.chosen, ChosenModel(default_model_folder())])
        return self._found[index]

    def usage(self) -> tuple[float, float]:
        """CPU seconds and peak MB of the workers."""
        return (self._reader.cpu_seconds, self._reader.peak_mb) if self._reader else (0.0, 0.0)


def night_opener(
    settings: Settings, progress: Progress, *, deletion: DeletionRule | None = None, clock: Clock | None = None
) -> Callable[[], AbstractContextManager[Night]]:
    """What opens a night with the real parts bound."""

    @contextmanager
    def opened() -> Iterator[Night]:
        settings.arm_faults()
        parts = Parts(settings, settings.register)
        sources = {source.name: source for source in settings.sources()}
        limit_bytes = settings.file.limits.max_file_mb << 20

        def analyse(texts: Sequence[str]) -> list[str]:
            return parts.analyser.analyse(texts)

        ports = NightPorts(
            reader=parts.reader,
            embedder=parts.embedder,
            model_fingerprint=lambda: parts.model[0],
            dimension=lambda: parts.model[1],
            analyse=analyse,
            analyser_fingerprint=lambda: parts.analyser.fingerprint,
            index_model=lambda: parts.chosen.named(parts.analyser.fingerprint),
            secret_name=secrecy_mark_in_name,
            fetch=lambda source, raw_path: sources[source].fetch(raw_path, limit_bytes),
            audiences=settings.audiences,
            limit_bytes=limit_bytes,
            deletion=deletion or settings.deletion,
            progress=progress,
            children_usage=parts.usage,
            register=settings.register,
            forms=Forms(),
            declared=settings.declared,
            shown_path=lambda path: hide_rooms(path, settings.register),
        )
        with contextlib.closing(parts), open_night(settings.home, settings.place, ports, clock) as night:
            yield night

    return opened
