"""What each step of a night cost: wall and processor seconds, and the inputs that it worked on."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from warehouse.report import StepReport
from warehouse.steps import StepCount


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@dataclass
class Timing:
    """Times a night from its making on."""

    children_usage: Callable[[], tuple[float, float]]
    """CPU seconds and peak MB of workers that are not this process's reaped children."""
    steps: list[StepReport] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _cpu_before: float = field(default_factory=_cpu_seconds)

    @property
    def seconds(self) -> float:
        """Wall seconds so far."""
        return round(time.monotonic() - self._began, 2)

    @property
    def cpu_seconds(self) -> float:
        """Processor seconds so far, with the workers'."""
        return round(_cpu_seconds() - self._cpu_before + self.children_usage()[0], 2)

    @property
    def peak_mb(self) -> float:
        """Largest resident memory of one process so far."""
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return round(max(own, self.children_usage()[1]), 1)

    @contextmanager
    def step(self, name: str) -> Iterator[list[StepCount]]:
        """Time a step, one that fails too; what it did is added to the list that it is given."""
        began, cpu_before = time.monotonic(), self.cpu_seconds
        counts: list[StepCount] = []
        try:
            yield counts
        finally:
            self.steps.append(
                StepReport(
                    name=name,
                    added=sum(count.n_added for count in counts),
                    removed=sum(count.n_removed for count in counts),
                    seconds=round(time.monotonic() - began, 2),
                    cpu_seconds=round(self.cpu_seconds - cpu_before, 2),
                )
            )
