"""A shop back end on ``billing serve``, with plain httpx: sells, waits for paper, closes the day.

Start a shop first (docs/api.md), then: ``python examples/api_client.py http://127.0.0.1:8000``;
with a token in ``BILLING_TOKEN`` if the server wants one.
"""

import os
import sys
import time
from collections.abc import Iterator
from typing import Any, Self

import httpx

PATIENCE_S = 10
"""How long one call waits for paper; the job goes on all the same."""


class Refused(Exception):
    """The server refused; ``problem`` says why (RFC 9457)."""

    def __init__(self, problem: dict[str, Any]) -> None:
        place = problem.get("path") or ""
        super().__init__(f"{problem['code']} {place}: {problem['detail']} (printed: {problem['printed']})")
        self.problem = problem


class Shop:
    """The few calls a shop needs. Every POST has a key, so it may be sent again until it is answered."""

    def __init__(self, url: str, token: str = "", transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(
            base_url=url, headers=headers, timeout=PATIENCE_S + 20, transport=transport
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Return the answer to a POST that is done once, however often the line breaks."""
        for pause in (0.5, 1.0, 2.0, 4.0, 8.0):
            try:
                answer = self._client.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                time.sleep(pause)  # the same key: nothing happens twice
                continue
            said: dict[str, Any] = answer.json()
            if said.get("code") == "key_in_use" or answer.status_code in {429, 503}:
                time.sleep(float(answer.headers.get("Retry-After", pause)))
                continue
            if answer.is_error:
                raise Refused(said)
            return said
        raise TimeoutError(f"POST {path} with key {key} was not answered; send it again with the same key")

    def sell(self, order: str, lines: list[Any]) -> dict[str, Any]:
        """Return the bill of ``order``, with its receipt if there is paper by then."""
        return self.post(f"/v1/bills?wait={PATIENCE_S}", {"lines": lines, "key": order}, f"sell-{order}")

    def receipt(self, bill: dict[str, Any]) -> dict[str, Any]:
        """Return the receipt of a bill, waiting on for its job as long as it moves."""
        while bill["receipt"] is None:
            job = self._client.get(f"/v1/jobs/{bill['job']}", params={"wait": PATIENCE_S}).json()
            if job["state"] in {"failed", "cancelled", "unknown"}:
                raise RuntimeError(f"job {job['job']} is {job['state']}: somebody must look at the paper")
            bill["receipt"] = job["answer"]
        receipt: dict[str, Any] = bill["receipt"]
        return receipt

    def close_day(self, day: str) -> dict[str, Any]:
        """Return the Z report of the day."""
        return self.post(f"/v1/reports/z?wait={PATIENCE_S}", {}, f"z-{day}")

    def events(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """Yield what happened after event ``after``, in order."""
        while found := self._client.get("/v1/events", params={"after": after}).json()["events"]:
            yield from found
            after = found[-1]["event"]


def main(url: str) -> None:
    """Sell two orders, one of them twice by mistake, and close the day."""
    run = f"{int(time.time())}"
    with Shop(url, os.environ.get("BILLING_TOKEN", "")) as shop:
        lines = ["2*#3", {"kind": "charge", "price": "1.20", "text": "Tea"}, "@1/10"]
        first = shop.sell(f"{run}-1", lines)
        again = shop.sell(f"{run}-1", lines)
        print(f"bill {first['bill']}: {first['total']} {first['currency']}, change {first['change']}")
        print(f"asked again: bill {again['bill']}, the same one")
        print(f"receipt {shop.receipt(first)['document_number']}")
        try:
            shop.sell(f"{run}-2", ["#3", "1.2@@", "@"])
        except Refused as refused:
            print(f"refused: {refused}")
        z = shop.close_day(run)
        print(f"Z report: {z['state']}, total {z['figures']['total']}")
        print(f"events: {', '.join(event['kind'] for event in shop.events())}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
