"""What sets the text of papers (PDF): a library of the system that WeasyPrint loads."""

from __future__ import annotations

import subprocess

from scripts.support import paths, system_packages
from scripts.support.messages import SetupError

STAMP = "papers"
CHECK = "import weasyprint"


def ensure() -> None:
    """Make sure that papers can be written, installing what is missing where we may. Raises SetupError."""
    value = paths.hash_of(paths.ROOT / "requirements.txt")
    if paths.is_stamped(STAMP, value):
        return
    if not _works():
        system_packages.install_pango()
        if not _works():
            raise SetupError(system_packages.PANGO_ADVICE)
    paths.stamp(STAMP, value)


def _works() -> bool:
    command = [str(paths.venv_program("python")), "-c", CHECK]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
