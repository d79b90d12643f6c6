"""schemathesis against /openapi.json: no answer may be one that the document does not describe."""

import json
import pathlib
import subprocess
import sys
import urllib.request

ADDRESS, KEY, _OTHER = sys.argv[1:4]
CONFIG = pathlib.Path(__file__).with_suffix(".toml")
PROGRAM = pathlib.Path(sys.executable).with_name("schemathesis")
# Orders that are there from the beginning, so that a guessed id may find one.
RESTING = 50


def rest(number: int) -> None:
    order = {
        "symbol": "AWS-ACT-1K-202706",
        "side": "sell",
        "order_type": "limit",
        "order_qty": 1000 * number,
        "limit_price": "0.90",
        "cl_ord_id": f"resting-{number}",
    }
    request = urllib.request.Request(
        f"http://{ADDRESS}/v1/orders",
        data=json.dumps(order).encode(),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 201, answer.status


for number in range(1, RESTING + 1):
    rest(number)
sys.exit(
    subprocess.run(
        [
            PROGRAM,
            "--config-file", CONFIG,
            "run", f"http://{ADDRESS}/openapi.json",
            "--checks", "all",
            "--header", f"Authorization: Bearer {KEY}",
            "--no-color",
        ],
    ).returncode
)
