"""The sandbox that files are read in: bytes in and readings out, no file, network, share or neighbour in sight.

A pool (`host`) keeps processes (`process`), each a zygote (`worker`) in bubblewrap where the machine allows it
(`sandbox`). The zygote forks one child a document under limits of memory, processor and time, so that a hang, a crash or a
bomb costs one quarantined reading. A document that needs a program (text recognition, conversion) is read again in a second
sandbox of its own, with other limits, which is thrown away afterwards. Replies come through a framed pipe (`frames`) and
are untrusted until decoded. `probes` shows what the sandbox really withholds on this machine.
"""

from connectors.isolation.host import SandboxedReader
from connectors.isolation.probes import Probe, ProbeResult, probe
from connectors.limits import Limits

__all__ = ["Limits", "Probe", "ProbeResult", "SandboxedReader", "probe"]
