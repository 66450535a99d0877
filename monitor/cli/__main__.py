"""`python -m monitor.cli` is the chairside command."""

import sys

from monitor.cli import main

sys.exit(main())
