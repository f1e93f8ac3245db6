"""Notes in files: for ``billing print``, which has no store. One file for each device and document key.

They lie in the user's state folder (``$XDG_STATE_HOME/billing/printing``, else
``~/.local/state/billing/printing``), readable by their owner alone. A lock on the device's own file keeps two
programs apart, also on a socket, which the operating system opens twice.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from billing.clock import SYSTEM_CLOCK
from billing.devices.faults import DeviceError, Fault
from billing.documents import Document
from billing.errors import StoreError
from billing.jobs.notebook import Notes, Stage, digest_of, key_of

WAIT_S: Final = 120.0
"""Seconds to wait for another program that prints on the device."""
TRY_S: Final = 0.02


class DeviceTaken(DeviceError):
    """Another program has printed on the device for too long."""

    def __init__(self, port: str) -> None:
        super().__init__(Fault.TAKEN, f"{port}, for {WAIT_S:.0f} s")


class NotesUnreadable(StoreError):
    """A notes file does not hold notes; what the last attempt did is not known."""

    code = "notes-unreadable"
    exit_code = 5

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} cannot be read: look at the paper, then delete the file to print the document again"
        )


def state_folder() -> Path:
    """Return where notes lie, as the XDG base directory specification has it."""
    base = os.environ.get("XDG_STATE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local/state") / "billing" / "printing"


class FileNotebook:
    """The notes of one document on one device.

    A document without a key or sale number has no first answer to give: its notes serve to finish an attempt
    that broke, and go once it ended.

    Args:
        port: the device's address without options.
        document: the document, which gives the key.
        folder: where the files lie; None: the user's state folder.
        let_go: gives the port back; called before the next program may take the device.
    """

    def __init__(
        self,
        port: str,
        document: Document,
        folder: Path | None = None,
        let_go: Callable[[], None] | None = None,
    ) -> None:
        self.port = port
        self._keyed = bool(key_of(document))
        key = key_of(document) or f"unkeyed {digest_of(document)}"
        folder = folder or state_folder()
        self.path = folder / f"{_name(port)}-{_name(key)}.json"
        self._folder = folder
        self._let_go = let_go

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the device's lock file, waiting for another program to end.

        The port is given back before the lock is, for closing a network line takes a while, and the program
        that waits would find the port taken.
        """
        with lease(self.port, self._folder):
            try:
                yield
            finally:
                if self._let_go is not None:
                    self._let_go()

    def read(self) -> Notes:
        """Return the notes; fresh ones when there are none.

        Raises:
            NotesUnreadable: the file was damaged.
        """
        try:
            text = self.path.read_bytes()
        except FileNotFoundError:
            return Notes()
        try:
            notes = Notes.model_validate_json(text)
        except ValueError:
            raise NotesUnreadable(self.path) from None
        return notes if self._keyed or notes.stage is not Stage.DONE else Notes()

    def write(self, notes: Notes) -> None:
        """Keep ``notes``: written aside, synced, put in place, and the folder synced."""
        aside = self.path.with_suffix(".new")
        with aside.open("wb") as file:
            file.write(notes.model_dump_json(exclude_none=True).encode())
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def forget(self) -> None:
        """Drop what is known of a document without a key, for nothing would ever ask for it again."""
        if not self._keyed:
            self.path.unlink(missing_ok=True)


@contextmanager
def lease(port: str, folder: Path | None = None) -> Iterator[None]:
    """Hold the lock file of the device at ``port`` until the block ends; the system frees it after a kill.

    Raises:
        DeviceTaken: another program held it for ``WAIT_S`` seconds.
    """
    folder = folder or state_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    began = SYSTEM_CLOCK.monotonic()
    with (folder / f"{_name(port)}.lock").open("a") as lock:
        while not _taken(lock.fileno()):
            if SYSTEM_CLOCK.monotonic() - began > WAIT_S:
                raise DeviceTaken(port)
            time.sleep(TRY_S)
        yield


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
