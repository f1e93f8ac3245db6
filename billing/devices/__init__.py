"""Documents in, bytes out: transports, links, frames and drivers. Knows no bill and no database."""
