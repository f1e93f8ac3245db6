"""What may be set about the HTTP API. Limits are for one request; the defaults suit a shop."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Settings of one server; ``billing serve`` makes them from its options."""

    anonymous: bool = False
    """Serve callers without a token, as if they had every right, until the first token is made."""
    insecure: bool = False
    """Those callers may be on other machines, and call this one by any name (``--insecure``)."""
    body_limit: int = 1_000_000
    """The most bytes of a request's body."""
    lines_limit: int = 500
    """The most lines of one request."""
    depth_limit: int = 20
    """The most arrays and objects inside each other."""
    head_s: float = 10.0
    """How long the head of a request may take to arrive, seconds."""
    body_s: float = 15.0
    """How long a body may take to arrive, seconds."""
    wait_most_s: int = 60
    """The longest ``wait``, seconds."""
    look_s: float = 0.5
    """How often a waiting request looks for what other processes did, seconds."""
    requests_a_minute: int = 12_000
    """How many requests one token (or address) may make in a minute; 0: any number."""
    wrong_tokens_a_minute: int = 30
    """How many wrong tokens one address may try in a minute."""
    keep_answers_days: int = 0
    """How long answers are kept under their keys; 0: for ever."""
    prints: bool = True
    """Whether this server's worker prints what waits for its devices."""
    bills: bool = False
    """Whether this server bills what is due of recurring plans, and collects, once a minute."""
    netfp_origins: tuple[str, ...] = ()
    """Sites whose pages may use the second door without a token; ``*``: any."""
    netfp_open: bool = False
    """Serve callers of the second door without a token even after tokens were made (with ``anonymous``)."""
