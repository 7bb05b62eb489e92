"""Where the shell scripts hand over: `python scripts/support NAME …` runs what `scripts/NAME …` promises."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from scripts.support.commands import main  # noqa: E402  # the path above is what makes this importable

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
