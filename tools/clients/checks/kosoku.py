"""kosoku, which has the Autobahn testsuite's cases, against our handshake and websocket stack.

The venue understands text frames of at most 64 KiB and answers what was asked, so the cases need an echo: the gateway's example
of that name, on the same port, routes, handshake and websocket as everything else.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[3]
PROGRAM = pathlib.Path(sys.executable).with_name("kosoku")
# Fewer would mean that cases were left out.
CASES = 500

built = subprocess.run(
    [
        os.environ.get("CARGO", "cargo"),
        # With the server among them, so that nothing is built twice in two ways.
        "build", "--locked", "--quiet", "-p", "unspent", "-p", "unspent-gateway",
        "--features", "unspent-gateway/echo", "--example", "echo",
        "--message-format", "json",
    ],
    cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
)
messages = map(json.loads, built.stdout.splitlines())
[echo] = [message["executable"] for message in messages if message.get("executable")]

reports = pathlib.Path("reports")
with subprocess.Popen([echo], stdout=subprocess.PIPE, text=True) as server:
    try:
        address = server.stdout.readline().strip()
        kosoku = [PROGRAM, "-m", "fuzzingclient", f"ws://{address}/echo", "-o", reports]
        # Neither its exit code nor what it says is relied on: the report is read.
        subprocess.run(kosoku, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    finally:
        server.kill()

[(agent, cases)] = json.loads((reports / "index.json").read_text()).items()
FINE = {"OK", "NON-STRICT", "INFORMATIONAL"}
# Compression is not offered: a small message that becomes a large one is a way to exhaust a venue.
COMPRESSION = ("12.", "13.")
counts, failures = collections.Counter(), []
for case, result in cases.items():
    counts[result["behavior"]] += 1
    fine = result["behavior"] in FINE and result["behaviorClose"] in FINE
    if not fine and not (result["behavior"] == "UNIMPLEMENTED" and case.startswith(COMPRESSION)):
        failures.append(f"case {case}: {result['behavior']}, closing {result['behaviorClose']}")
print(f"{len(cases)} cases of {agent}:", ", ".join(f"{count} {behavior}" for behavior, count in sorted(counts.items())))
for failure in failures:
    print(failure)
if len(cases) < CASES:
    print(f"only {len(cases)} cases were run")
sys.exit(bool(failures) or len(cases) < CASES)
