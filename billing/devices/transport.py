"""Carries bytes, and nothing else: the only module that knows pyserial.

``SerialTransport`` serves serial ports, pseudo-terminals and TCP alike through ``serial_for_url``. It reads
what has come and never waits for a full buffer.
"""

import errno
import fcntl
import hashlib
import select
import time
from contextlib import suppress
from typing import IO, Any, Final, Protocol

import serial
from serial.tools import list_ports

from billing.devices.faults import DeviceError, Fault
from billing.documents import Printed
from billing.settings import state_folder

CHUNK: Final = 4096
"""Bytes taken at once: more than any reply."""


class Transport(Protocol):
    """A byte pipe to one device."""

    def write(self, data: bytes) -> None:
        """Send all of ``data``; raises ``LineBroken``."""
        ...

    def read(self, limit_s: float) -> bytes:
        """Return what has come, waiting at most ``limit_s`` seconds for the first byte; else ``b""``."""
        ...

    def pause(self, seconds: float) -> None:
        """Let ``seconds`` pass (a device that was switched off needs a while)."""
        ...

    def reopen(self) -> None:
        """Close and open again; raises ``PortMissing`` or ``PortBusy``."""
        ...

    def close(self) -> None:
        """Give the port back; never raises."""
        ...


class PortMissing(DeviceError):
    """The port or the network address cannot be opened."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(Fault.PORT_MISSING, f"{url} ({why})")


class PortBusy(DeviceError):
    """Another program holds the port."""

    def __init__(self, url: str) -> None:
        super().__init__(Fault.PORT_BUSY, url)


class LineBroken(DeviceError):
    """The line broke while it was open: what was being done may or may not have been done."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(Fault.LINE_BROKEN, f"{url} ({why})", printed=Printed.UNKNOWN)


class SerialTransport:
    """Bytes over a serial port, a pseudo-terminal or ``socket://host:port``; nobody else's while it is open.

    The operating system opens a serial port for one program alone; a network address it does not, so a lock
    file in the user's state folder stands for it.

    Args:
        url: a device path or pyserial URL, without our own options.
        baudrate: bits per second; of no account to a socket.
    """

    def __init__(self, url: str, baudrate: int) -> None:
        self.url = url
        self._baudrate = baudrate
        self._port: serial.SerialBase | None = None
        self._lock: IO[str] | None = None

    def reopen(self) -> None:
        """Open the port, closing it first if it is open."""
        self.close()
        network = "://" in self.url
        lock: dict[str, Any] = {} if network else {"exclusive": True}
        if network:
            self._lock = self._locked()
        try:
            self._port = serial.serial_for_url(self.url, self._baudrate, timeout=0, write_timeout=5, **lock)
        except (serial.SerialException, OSError, ValueError) as error:
            self.close()
            cause = error.__context__ if isinstance(error.__context__, OSError) else error
            why = getattr(cause, "strerror", "") or str(cause)
            if "lock" in str(error) or getattr(cause, "errno", None) in {errno.EAGAIN, errno.EBUSY}:
                raise PortBusy(self.url) from error
            raise PortMissing(self.url, why) from error

    def _locked(self) -> IO[str]:
        """Return the lock file of a network address, held; the system frees it when the process ends."""
        folder = state_folder() / "ports"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = hashlib.sha256(self.url.encode()).hexdigest()[:24]
        file = (folder / f"{name}.lock").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise PortBusy(self.url) from error
        return file

    def _open(self) -> serial.SerialBase:
        if self._port is None:
            self.reopen()
        if self._port is None:
            raise PortMissing(self.url, "it does not open")
        return self._port

    def write(self, data: bytes) -> None:
        """Send all of ``data``."""
        try:
            self._open().write(data)
        except (serial.SerialException, OSError) as error:
            self.close()
            raise LineBroken(self.url, str(error)) from error

    def read(self, limit_s: float) -> bytes:
        """Return what has come, waiting at most ``limit_s`` seconds for the first byte."""
        port = self._open()
        try:
            select.select([port.fileno()], [], [], max(limit_s, 0))
            taken = port.read(CHUNK)
        except (serial.SerialException, OSError) as error:
            self.close()
            raise LineBroken(self.url, str(error)) from error
        return bytes(taken)

    def pause(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        time.sleep(seconds)

    def close(self) -> None:
        """Give the port back."""
        port, self._port = self._port, None
        if port is not None:
            with suppress(serial.SerialException, OSError):
                port.close()
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()


def serial_ports() -> list[str]:
    """Return the serial ports this machine has, by path."""
    return sorted(port.device for port in list_ports.comports())
