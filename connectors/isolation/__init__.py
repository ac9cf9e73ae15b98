"""The sandbox that files are read in: bytes in and readings out, no file, network, share or neighbour in sight.

A pool (`host`) keeps one zygote a worker (`worker`), each in bubblewrap where the machine allows it (`sandbox`). The zygote
forks one child a document under limits of memory, processor and time, so that a hang, a crash or a bomb costs one
quarantined reading. Replies come through a framed pipe (`frames`) and are untrusted until decoded. `probes` shows what
the sandbox really withholds on this machine.
"""

from connectors.isolation.host import SandboxedReader
from connectors.isolation.probes import Probe, ProbeResult, probe
from connectors.limits import Limits

__all__ = ["Limits", "Probe", "ProbeResult", "SandboxedReader", "probe"]
