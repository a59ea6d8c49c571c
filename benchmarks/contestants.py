"""The contestants: in which environment, on which share of the records, and how far ahead of it Minka has to be."""

from dataclasses import dataclass

from deploy.trial.layout import REPOSITORY

LEAST = 2_000
"""Records that even the slowest gets."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """`share` of the records: who is slow is measured as a rate on fewer. `gate`: the least Minka's multiple may be."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: str = ".venv"
    share: float = 1.0
    gate: float | None = None

    def command(self) -> tuple[str, ...]:
        return (str(REPOSITORY / self.environment / "bin" / "python"), "-m", self.module, *self.arguments)

    def records(self, of: int) -> int:
        """Its share of so many records."""
        return max(min(LEAST, of), int(of * self.share))


PEERS = ".venv-bench"
"""The environment of libraries that services do not need."""

MINKA = Contestant("minka", "benchmarks.minka")

CONTESTANTS = (
    MINKA,
    Contestant("floor", "benchmarks.peers.floor", gate=0.4),
    Contestant("quixstreams", "benchmarks.peers.quix", ("at-least-once",), PEERS, share=0.25),
    Contestant("quixstreams-eos", "benchmarks.peers.quix", ("exactly-once",), PEERS, share=0.25, gate=2),
    Contestant("bytewax", "benchmarks.peers.bytewax_flow", environment=PEERS, share=0.25),
    Contestant("faust", "benchmarks.peers.faust_tables", environment=PEERS, share=0.02),
    Contestant("faststream-batch", "benchmarks.peers.faststream_batch", share=0.25),
    Contestant("faststream-single", "benchmarks.peers.faststream_single", share=0.01, gate=50),
)
