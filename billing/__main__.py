"""``python -m billing``: the same as the ``billing`` command."""

from billing.cli.app import main

if __name__ == "__main__":
    main()
