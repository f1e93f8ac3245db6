"""A sample shop whose device is an emulator on a wire: bills are rung, drained, and killed at any frame."""

from dataclasses import dataclass, field

from billing.devices.address import Address
from billing.devices.printer import Printer
from billing.documents import Answer
from billing.emulators.memory import Memory
from billing.jobs.queue import print_job
from billing.services.keeping import StoredBill
from billing.services.register import open_register
from billing.store.engine import Store
from tests.devices.wired import Bench, Killed


@dataclass
class Shop:
    """A store and its one device; ``kill_at`` counts the writes of the next opening, 0 never."""

    store: Store
    bench: Bench = field(default_factory=Bench)
    kill_at: int = 0
    kill_after: bool = False
    opened: list[Address] = field(default_factory=list)

    def opener(self, address: Address) -> Printer:
        """Give a printer on the wire, whatever the address says."""
        self.opened.append(address)
        return self.bench.printer(self.kill_at, kill_after=self.kill_after)

    def ring(self, *lines: str, key: str | None = None) -> StoredBill:
        """Ring one bill; nothing is printed."""
        return open_register(self.store).ring(list(lines), key=key)

    def print(self, job: int | None) -> Answer:
        """Print a job as a till does."""
        assert job is not None
        return print_job(self.store, job, opener=self.opener)

    def killed(self, job: int | None, frame: int, *, after: bool) -> bool:
        """Print a job in a process that dies at ``frame``; return whether it died."""
        self.kill_at, self.kill_after = frame, after
        try:
            self.print(job)
        except Killed:
            self.bench.wire.reopen()
            return True
        finally:
            self.kill_at = 0
        return False

    @property
    def memory(self) -> Memory:
        """The device's own books."""
        return self.bench.device.memory

    @property
    def sales(self) -> list[tuple[str, str]]:
        """The unique sale number and total of each closed receipt, by the device's journal."""
        receipts = [each.receipt for each in self.memory.journal if each.receipt_number]
        return [(each.unique_sale_number, str(each.total)) for each in receipts if each is not None]
