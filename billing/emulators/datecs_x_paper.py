"""Commands of the emulated Datecs X for paper, display, sound, logo and PIN pad.

Follows sheet datecs-x, sections 6 and 9. What has no effect on sums is checked and taken.
"""

import base64
import binascii
import re
from typing import Final

from billing.emulators import datecs_x_codes as codes
from billing.emulators.datecs_x_fields import Fields, Refusal, bad_syntax, bad_value
from billing.emulators.datecs_x_machine import Answer, Command, Machine, Model, When

DISPLAY_WIDTH: Final = 20
SEPARATORS: Final = {"1": "-", "2": "- ", "3": "="}
NO_PAYMENT_DUE: Final = "НЕ СЕ ДЪЛЖИ ПЛАЩАНЕ"
BARCODES: Final = {
    "1": re.compile(r"[0-9]{8}"),
    "2": re.compile(r"[0-9]{13}"),
    "3": re.compile(r"[ -~]{3,31}"),
    "4": re.compile(r"[ -~]{3,279}"),
    "5": re.compile(r"[0-9]{3,22}"),
    "6": re.compile(r"[ -~]{3,400}"),
    "7": re.compile(r"[ -~]{3,400}"),
}
"""What each barcode type of 84 may hold, in ASCII."""


def barcode(device: Machine, data: bytes) -> Answer:
    """84: a barcode; a size may be left off with its TAB for any type but QR."""
    fields = Fields.read(data, 2, 3)
    kind = fields.choice(1, "1234567")
    if len(fields) == 2 and kind == "4":
        raise bad_syntax(3)
    fields.number(3, 3, 10, empty=4)
    if not BARCODES[kind].fullmatch(fields.values[1]):
        raise bad_value(2)
    device.put(f"[{fields.values[1]}]")
    return ()


def separator(device: Machine, data: bytes) -> Answer:
    """92: a separating line, or the text that no payment is due."""
    kind = Fields.read(data, 1).choice(1, "1234")
    width = device.columns
    device.put(NO_PAYMENT_DUE.center(width) if kind == "4" else (SEPARATORS[kind] * width)[:width])
    return ()


def feed(device: Machine, data: bytes) -> Answer:
    """44: empty lines; nothing of them stays in the journal."""
    Fields.read(data, 0, 1).number(1, 1, 99, empty=1)
    device.needs_paper()
    return ()


def no_data(device: Machine, data: bytes) -> Answer:
    """46, 33: cut the paper, clear the display."""
    del device
    Fields.read(data, 0)
    return ()


def display(device: Machine, data: bytes) -> Answer:
    """47, 35: a line of the customer display."""
    del device
    Fields.read(data, 1).text(1, DISPLAY_WIDTH)
    return ()


def sound(device: Machine, data: bytes) -> Answer:
    """80: a tone."""
    del device
    fields = Fields.read(data, 2)
    fields.number(1, 0, 65535)
    fields.number(2, 0, 65535)
    return ()


def stamp(device: Machine, data: bytes) -> Answer:
    """127: print or rename a stored stamp."""
    fields = Fields.read(data, 2)
    fields.choice(1, "01")
    name = fields.text(2, 16, 1)
    if fields.values[0] == "0":
        device.needs_paper()
        device.put(f"[{name}]")
    return ()


def pin_pad(device: Machine, data: bytes) -> Answer:
    """55: no PIN pad is connected."""
    del device, data
    raise Refusal(codes.PAD_ABSENT)


def graphic(device: Machine, data: bytes) -> Answer:
    """202, 203: a logo or stamp in base64 blocks; these answers have no TAB behind the checksum."""
    word = data.removesuffix(b"\t").decode("ascii", "replace")
    loaded = device.cursor.setdefault("graphic", [])
    if word == "START":
        loaded.clear()
        loaded.append(("0",))
        return ()
    if word in {"POWEROFF", "RESTART"}:
        return ()
    if not loaded:
        raise Refusal(codes.NOT_POSSIBLE)
    checksum = int(loaded[0][0])
    if word == "STOP":
        device.cursor.pop("graphic")
        return f"0\t{checksum}".encode("ascii")
    try:
        block = base64.b64decode(word, validate=True)
    except binascii.Error:
        raise bad_syntax(1) from None
    checksum = (checksum + sum(block)) & 0xFFFF
    loaded[0] = (str(checksum),)
    return f"0\t{checksum}".encode("ascii")


def _shows(model: Model) -> bool:
    return model.has_display


COMMANDS: Final = {
    84: Command(barcode, When.PRINTING, prints=True),
    92: Command(separator, When.PRINTING, prints=True),
    44: Command(feed, When.FEEDING),
    46: Command(no_data, has=lambda model: model.has_cutter),
    47: Command(display, has=_shows),
    35: Command(display, has=_shows),
    33: Command(no_data, has=_shows),
    80: Command(sound),
    127: Command(stamp),
    55: Command(pin_pad),
    202: Command(graphic, When.IDLE),
    203: Command(graphic, When.IDLE),
}
