"""`python -m trust`."""

import sys

from trust.run import main

sys.exit(main())
