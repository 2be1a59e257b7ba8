"""``python -m aggregator`` and the ``aggregator`` command."""

import sys

from aggregator.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
