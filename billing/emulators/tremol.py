"""The emulated Tremol devices: ZFP over a line, with its pings, its RETRY and its one-time power error.

Two devices: the present ones with twelve payments, and those brought up to date ("KL V2") with five. The
commands stand in the ``tremol_*`` modules beside this one; quirks and switches are the members of
``tremol_machine.State``, which a state file may set. Source: sheet ``tremol-zfp``, sections 2, 3 and 7.

A request that comes while a command runs is not accepted (RETRY), and nothing is remembered of message
numbers: a repeated frame is executed again.
"""

import contextlib
from typing import ClassVar, Final

from billing.clock import Clock
from billing.emulators.device import Action, Damaged, Device, HangUp, Probe, Request, Send
from billing.emulators.faults import Faults
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper
from billing.emulators.receipt import Refused as CoreRefused
from billing.emulators.tremol_fields import Refused
from billing.emulators.tremol_frames import (
    ARE_YOU_THERE,
    ETX,
    HOW_ARE_YOU,
    NACK,
    RETRY,
    Decoder,
    encode_ack,
    encode_data,
)
from billing.emulators.tremol_machine import Handler, Machine, Result, refused
from billing.emulators.tremol_programming import HANDLERS as PROGRAMMING
from billing.emulators.tremol_receipts import HANDLERS as RECEIPTS
from billing.emulators.tremol_receipts import end_deserted
from billing.emulators.tremol_registers import HANDLERS as REGISTERS
from billing.emulators.tremol_reports import HANDLERS as REPORTS
from billing.emulators.tremol_reports import close_yesterday
from billing.emulators.tremol_selling import HANDLERS as SELLING
from billing.emulators.tremol_status import HANDLERS as STATUS
from billing.emulators.tremol_status import (
    WAITS_FOR_PASSWORD,
    WRONG_PASSWORD,
    information,
    model,
    pong,
)

COMMANDS: Final[dict[int, Handler]] = STATUS | PROGRAMMING | RECEIPTS | SELLING | REGISTERS | REPORTS
READ_STATUS: Final = 0x20


class Tremol(Device):
    """A Tremol device of today."""

    refusal: ClassVar[bytes] = NACK
    defaults: ClassVar[dict[str, object]] = {}

    def __init__(self, memory: Memory, faults: Faults, clock: Clock, paper: Paper) -> None:
        super().__init__(Decoder(), memory, faults, clock, paper)
        self.machine = Machine(self, self.defaults)
        self._meanwhile = Decoder()
        self._password: bytearray | None = bytearray() if self.machine.state.line_password else None
        """What came of the line's password; None once it was right."""
        self._rejected = False

    def feed(self, data: bytes) -> list[Action]:
        """Return what the device does about ``data``, in order."""
        refusals: list[Action] = []
        if self._password is not None:
            data, answer = self._ask_password(data)
            refusals = [Send(answer)] if answer else []
        if data:
            self._meanwhile.clear()
            self._act_alone()
        actions = refusals + super().feed(data)
        if actions and isinstance(actions[-1], HangUp):
            self.line_closed()
        return actions

    def line_closed(self) -> None:
        """Forget half a frame and that the password was given."""
        super().line_closed()
        self._meanwhile.clear()
        self._password = bytearray() if self.machine.state.line_password else None
        self._rejected = False

    def while_waiting(self, data: bytes) -> bytes:
        """Return 41h to a ping and RETRY to a frame: the device is busy with the preceding command."""
        answers = b""
        for event in self._meanwhile.feed(data):
            match event:
                case Probe(byte=byte) if byte == ARE_YOU_THERE:
                    answers += bytes((ARE_YOU_THERE,))
                case Probe(byte=byte) if byte == HOW_ARE_YOU:
                    answers += pong(self.machine, busy=True)
                case Request():
                    answers += RETRY
                case Damaged():
                    answers += NACK
                case _:
                    pass
        return answers

    def execute(self, request: Request) -> bytes:
        """Carry out ``request`` and return its acknowledgement, its data, or both."""
        sequence = request.sequence
        self.machine.state.last_command_s = self.machine.seconds
        try:
            result = self._carry_out(request)
        except Refused as error:
            return encode_ack(sequence, error.device, error.command)
        except CoreRefused as error:
            code = refused(error)
            return encode_ack(sequence, code.device, code.command)
        finally:
            self.machine.keep()
        if isinstance(result, bytes):
            return encode_data(sequence, request.command, result)
        frames = (encode_data(sequence, request.command, each) for each in result or [])
        return encode_ack(sequence, 0, 0) + b"".join(frames)

    def _carry_out(self, request: Request) -> Result:
        if self.machine.state.power_cut and request.command != READ_STATUS:
            raise Refused(13, 2)
        if (handler := COMMANDS.get(request.command)) is None:
            raise Refused(0, 1)
        return handler(self.machine, request.data)

    def fail(self, request: Request, code: str) -> bytes:
        """Return an ACK with ``code``: one hex digit for the device, one for the command (``d2``: ``=2``)."""
        device, command = (int(each, 36) & 0x0F if each.isalnum() else 0 for each in f"{code:0>2}"[-2:])
        return encode_ack(request.sequence, device, command)

    def forget(self) -> None:
        """Lose half a frame; an open fiscal receipt stays, and the next command tells of the cut."""
        super().forget()
        self._meanwhile.clear()
        self.machine.cut_power()
        self.machine.keep()
        self.memory.save()

    def probe(self, event: Probe) -> bytes:
        """Return the answer to a ping or to a bare query of the auxiliary protocol."""
        match event.byte:
            case 0x04:
                return bytes((ARE_YOU_THERE,))
            case 0x09:
                return pong(self.machine, busy=False)
            case 0x49:
                return information(self.machine)
            case _:
                return model(self.machine)

    def _ask_password(self, data: bytes) -> tuple[bytes, bytes]:
        """Take the line's password off ``data``; return what is left of it and the answers to pings."""
        answers = b""
        for place, byte in enumerate(data):
            if self._password is None:
                return data[place:], answers
            if byte == HOW_ARE_YOU:
                answers += WRONG_PASSWORD if self._rejected else WAITS_FOR_PASSWORD
            elif byte != ETX:
                self._password.append(byte)
            elif self._password.decode("cp1251", "replace") == self.machine.state.line_password:
                self._password = None
            else:
                self._password.clear()
                self._rejected = True
        return b"", answers

    def _act_alone(self) -> None:
        """Do what the device does by itself: end a receipt nobody goes on with, close yesterday."""
        with contextlib.suppress(Refused):  # what cannot be ended or closed now stays as it is
            if end_deserted(self.machine) | close_yesterday(self.machine):
                self.machine.keep()
                self.memory.save()


class TremolV2(Tremol):
    """An older device brought up to date ("KL V2"): five payments, three with a code of the tax authority."""

    defaults: ClassVar[dict[str, object]] = {
        "v2": True,
        "version": "1;784;04-02-2019 08:00;TREMOL S21 KL V2; Ver. 1.01 EMULATED;",
    }
