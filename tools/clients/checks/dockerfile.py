"""hadolint on the Dockerfile: nothing to complain of."""

import pathlib
import subprocess
import sys

PROGRAM = pathlib.Path(sys.executable).with_name("hadolint")
DOCKERFILE = pathlib.Path(__file__).parents[3] / "Dockerfile"

sys.exit(subprocess.run([PROGRAM, DOCKERFILE]).returncode)
