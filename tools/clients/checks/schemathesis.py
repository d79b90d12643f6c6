"""schemathesis against /openapi.json: no answer may be one that the document does not describe."""

import pathlib
import subprocess
import sys

ADDRESS, KEY, _OTHER = sys.argv[1:4]
CONFIG = pathlib.Path(__file__).with_suffix(".toml")
PROGRAM = pathlib.Path(sys.executable).with_name("schemathesis")

sys.exit(
    subprocess.run(
        [
            PROGRAM,
            "--config-file", CONFIG,
            "run", f"http://{ADDRESS}/openapi.json",
            "--header", f"Authorization: Bearer {KEY}",
            "--no-color",
        ],
    ).returncode
)
