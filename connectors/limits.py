"""How much one file may cost: depth, members, bytes, elements, seconds and memory. Beyond a limit it is quarantined."""

from typing import Self

from pydantic import BaseModel, ConfigDict, PositiveInt


class Limits(BaseModel):
    """Limits for one file with everything inside it. The first six shape readings, the others guard the machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_depth: PositiveInt = 3
    """Containers inside containers: members of a container this deep are not read any more."""
    max_members: PositiveInt = 10_000
    max_inflated_mb: PositiveInt = 500
    max_elements: PositiveInt = 400_000
    max_text_mb: PositiveInt = 200
    max_grid_cells: PositiveInt = 10_000_000
    """Rows times columns of one table."""

    wall_seconds: PositiveInt = 120
    cpu_seconds: PositiveInt = 110
    stall_seconds: PositiveInt = 60
    """Seconds in which a document's processes may all stand still before it counts as hung."""
    memory_mb: PositiveInt = 3_072
    """Address space of the process that reads one file."""
    max_reply_mb: PositiveInt = 512
    scratch_mb: PositiveInt = 256
    """Room for temporary files."""
    max_processes: PositiveInt = 64
    """Processes and threads in one worker, where the system lets them be counted apart."""

    tool_seconds: PositiveInt = 1_800
    """Wall seconds of a file that needs text recognition or conversion; a scan takes about six a page."""
    tool_memory_mb: PositiveInt = 4_096
    tool_scratch_mb: PositiveInt = 1_024
    tool_processes: PositiveInt = 256

    def for_tools(self) -> Self:
        """The limits in the second sandbox, where programs may be started for a document."""
        return self.model_copy(
            update={
                "wall_seconds": self.tool_seconds,
                "cpu_seconds": self.tool_seconds,
                "memory_mb": self.tool_memory_mb,
                "scratch_mb": self.tool_scratch_mb,
                "max_processes": self.tool_processes,
            }
        )


SHAPING_LIMITS = ("max_depth", "max_members", "max_inflated_mb", "max_elements", "max_text_mb", "max_grid_cells")
"""Part of the reader's fingerprint. The others guard the machine: giving files more time must not read them all again."""
