"""The journal proved: every hash recomputed, every signature checked, and its end signed now and then."""

import hmac
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.exc import IntegrityError

from billing.services.trail_witnesses import contradictions
from billing.settings import data_folder
from billing.store import chain
from billing.store.engine import Store
from billing.store.sealing import Key, KeyUnusable, read_keys
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where the chain does not hold: the entry's number, and what is wrong there."""

    number: int
    what: str
    said: str

    def __str__(self) -> str:
        return f"entry {self.number} {self.what}: {self.said}"


@dataclass(slots=True)
class Proof:
    """What a look through the whole journal found; no flaws: it is as it was written."""

    entries: int = 0
    head: str = ""
    signatures: int = 0
    signed_up_to: int = 0
    unhashed: int = 0
    """Entries from before there were hashes; nobody can vouch for them."""
    flaws: list[Flaw] = field(default_factory=list)


def verify(store: Store, keys: Sequence[Key] | None = None) -> Proof:
    """Return what recomputing the whole journal found, entry by entry.

    Raises:
        KeyUnusable: the keys cannot be read.
    """
    by_name = {key.name: key for key in (read_keys() if keys is None else keys)}
    proof = Proof()
    with store.read() as work:
        hashes = _walk(work, proof, by_name)
        last, head = chain.read_head(work)
        if (last, head) != (proof.entries + _missing(proof), proof.head):
            said = f"the store counts {last} entries, and {proof.entries} are there"
            proof.flaws.append(Flaw(last, "is not the end", said))
        _check_seals(work, proof, hashes)
        if not proof.flaws:
            proof.flaws += [Flaw(*found) for found in contradictions(work, hashes)]
    proof.flaws.sort(key=lambda flaw: flaw.number)
    return proof


def _missing(proof: Proof) -> int:
    return sum(flaw.what == "is missing" for flaw in proof.flaws)


def _walk(work: Work, proof: Proof, keys: Mapping[str, Key]) -> dict[int, str]:
    """Check every entry against the one before; return the stored hashes by number."""
    hashes: dict[int, str] = {}
    expected, newest, before = 1, 0, ""
    for entry in chain.read_chain(work):
        number = entry["number"]
        if not isinstance(number, int):
            proof.flaws.append(Flaw(expected, "has no number", f"a row has {number!r} in its place"))
            continue
        proof.flaws += [Flaw(gone, "is missing", "no row has its number") for gone in range(expected, number)]
        if entry["id"] < newest:
            proof.flaws.append(
                Flaw(number, "is out of order", "it was written before the entry in front of it")
            )
        proof.flaws += _judge(entry, before, keys, proof)
        expected, newest, before = number + 1, max(newest, entry["id"]), entry["hash"]
        hashes[number] = before
        proof.entries += 1
    proof.head = before
    return hashes


def _judge(entry: Mapping[str, Any], before: str, keys: Mapping[str, Key], proof: Proof) -> Iterator[Flaw]:
    number, name = entry["number"], entry["key_id"]
    if not name and not entry["hash"] and not before:
        proof.unhashed += 1
    elif entry["at"] is None or entry["facts"] is None:
        yield Flaw(number, "was changed", "its time or its facts cannot be read")
    elif name not in keys:
        yield Flaw(number, "cannot be checked", f"it was hashed with the key {name or '(none)'}, not here")
    elif not hmac.compare_digest(keys[name].after(before, entry).encode(), str(entry["hash"]).encode()):
        yield Flaw(number, "was changed", f"{entry['kind']} of {entry['subject_type']} {entry['subject']}")


def _check_seals(work: Work, proof: Proof, hashes: Mapping[int, str]) -> None:
    for number, head, signature, public_key in chain.read_seals(work):
        proof.signatures += 1
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
            key.verify(bytes.fromhex(signature), _said(work.master_id, number, head))
        except (InvalidSignature, ValueError):
            proof.flaws.append(Flaw(number, "has a wrong signature", "it was not made by its key"))
            continue
        if hashes.get(number) != head:
            proof.flaws.append(Flaw(number, "is not what was signed", f"the signature is of {head[:16]}"))
        else:
            proof.signed_up_to = number


def head_of(store: Store) -> tuple[int, str]:
    """Return number and hash of the journal's last entry."""
    with store.read() as work:
        return chain.read_head(work)


def sign(store: Store) -> int:
    """Sign the journal's end with this user's Ed25519 key, and return its number; once for each end.

    Raises:
        KeyUnusable: the key cannot be read or made.
    """
    key = _signing_key()
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    try:
        with store.write() as work:
            number, head = chain.read_head(work)
            if head and number > chain.last_seal(work)[0]:
                signature = key.sign(_said(work.master_id, number, head))
                chain.insert_seal(work, number, head, signature.hex(), public.hex())
            return number
    except IntegrityError:  # another process has signed the same end
        return head_of(store)[0]


def _said(master_id: int, number: int, head: str) -> bytes:
    return f"billing journal {master_id} {number} {head}".encode()


def signing_file() -> Path:
    """Return the file of this user's signing key, 32 bytes as hex."""
    return data_folder() / "journal.ed25519"


def _signing_key() -> Ed25519PrivateKey:
    file = signing_file()
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            secret = Ed25519PrivateKey.generate().private_bytes_raw()
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(secret.hex() + "\n")
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text("ascii").strip()))
    except OSError as error:
        raise KeyUnusable(str(file), error.strerror or str(error)) from None
    except ValueError:
        raise KeyUnusable(str(file), "64 hex digits are expected") from None
