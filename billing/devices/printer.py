"""Carries a dialect's talks over a link, and judges every answer in one place."""

from typing import TypeVar

from billing.devices.dialect import Dialect
from billing.devices.faults import DeviceError, Fault
from billing.devices.link import Link, LinkLost
from billing.devices.standing import Identity
from billing.devices.talk import Command, Reply, Talk

T = TypeVar("T")


class Nonsense(DeviceError):
    """An answer passed all checks and still cannot be read: the driver does not fit the device."""

    def __init__(self, command: Command, reply: Reply, why: str) -> None:
        shown = reply.data[:60].decode("cp1251", "replace")
        super().__init__(Fault.FORMAT, f"{command.name}: {shown!r} cannot be read ({why})")


class Printer:
    """One device: a dialect over a link. ``identity`` is known once it was connected.

    Args:
        dialect: what to say.
        link: how to say it.
        name: how sentences call the device.
    """

    def __init__(self, dialect: Dialect, link: Link, name: str = "device") -> None:
        self.dialect = dialect
        self.link = link
        self.name = name
        self.identity: Identity | None = None
        self.last_status = b""
        """The status bytes of the last answer: the device's condition."""
        self._awake = False

    def connect(self) -> Identity:
        """Return who the device is; wakes it first when this is a new or broken line.

        Raises:
            DeviceError: it cannot be opened or does not answer.
        """
        if not self._awake:
            self.do(self.dialect.wake())
            self._awake = True
        if self.identity is None:
            self.identity = self.do(self.dialect.identify())
        return self.identity

    def reconnect(self) -> Identity:
        """Open the line again and return who answers there now: it may be another device."""
        self._awake = False
        self.identity = None
        self.link.reopen()
        return self.connect()

    def doubt(self) -> None:
        """Forget that both sides agree on the sequence number; the next ``connect`` wakes the device."""
        self._awake = False

    def do(self, talk: Talk[T]) -> T:
        """Return what ``talk`` comes to.

        Raises:
            Refused: the device refused a command and the talk did not expect it.
            LinkLost, LineBroken: what became of a command is not known.
            Nonsense: an answer cannot be read.
        """
        try:
            command = next(talk)
            while True:
                try:
                    reply = self.link.exchange(command)
                except LinkLost as lost:
                    # A talk may know how to find out what became of its command.
                    command = talk.throw(lost)
                    continue
                if reply.status:
                    self.last_status = reply.status
                refused = self.dialect.judge(command, reply)
                try:
                    command = talk.throw(refused) if refused else talk.send(reply)
                except (ValueError, IndexError) as error:
                    raise Nonsense(command, reply, str(error)) from error
        except StopIteration as done:
            value: T = done.value
            return value

    def close(self) -> None:
        """Give the port back."""
        self._awake = False
        self.link.transport.close()
