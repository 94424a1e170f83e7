"""`python -m san`, and what starts in san.pyz."""

import sys

from san.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
