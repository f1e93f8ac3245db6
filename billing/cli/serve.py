"""``billing serve``: the HTTP API and its worker."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from billing.api.serving import Place, judge_place, log_to
from billing.api.serving import serve as run_server
from billing.cli.store_option import Db, opened

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8000,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", exists=True, dir_okay=False, help="Certificate (PEM).")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", exists=True, dir_okay=False, help="Its private key (PEM).")
    ] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy in front has TLS and says who asks.")
    ] = False,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Let other machines in without TLS and without a token.")
    ] = False,
    netfp_port: Annotated[
        int | None,
        typer.Option("--netfp-port", min=1, max=65535, help="One more port, for Net.FP clients."),
    ] = None,
    netfp_origin: Annotated[
        list[str] | None,
        typer.Option("--netfp-origin", help="Site whose pages may use Net.FP without a token; * is any."),
    ] = None,
    netfp_open: Annotated[
        bool, typer.Option("--netfp-open", help="Serve Net.FP clients without a token even if there are any.")
    ] = False,
    keep_answers: Annotated[
        int,
        typer.Option(
            "--keep-answers",
            min=0,
            max=36_500,
            help="Days that answers are kept under their keys; 0: for ever.",
        ),
    ] = 0,
    db: Db = "",
) -> None:
    """Serve the HTTP API and print what waits for the store's devices, until SIGTERM.

    Once a minute it also bills what is due of recurring plans, and collects, as 'billing worker' does.

    On this machine everybody is served until the first token is made ('billing token create'); from then on a
    token is needed. Other machines need TLS and a token. Clients of the Net.FP protocol find its paths under
    the same address, and with --netfp-port under a port of their own, such as the usual 8001.

    Example: billing serve --port 8000
    """
    place = Place(
        host=host,
        port=port,
        tls_cert=str(tls_cert or ""),
        tls_key=str(tls_key or ""),
        behind_proxy=behind_proxy,
        insecure=insecure,
        netfp_port=netfp_port or 0,
        netfp_origins=tuple(netfp_origin or ()),
        netfp_open=netfp_open,
        keep_answers_days=keep_answers,
    )
    with opened(db) as store:
        judge_place(place, store)
        log_to()
        scheme = "https" if tls_cert else "http"
        said = f"billing: serving {store.where} at {scheme}://{host}:{port} (description: /docs)\n"
        run_server(store, place, lambda: sys.stderr.write(said))
