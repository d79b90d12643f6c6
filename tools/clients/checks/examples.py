"""The examples in examples/python, run as their readers run them."""

import os
import pathlib
import subprocess
import sys

ADDRESS, KEY = sys.argv[1:3]
EXAMPLES = pathlib.Path(__file__).parents[3] / "examples" / "python"
SIGNING = [os.environ["SIGNING_KEY"], os.environ["SIGNING_SECRET"]]
RUNS = {"websockets_example.py": [ADDRESS, KEY], "ccxt_example.py": [ADDRESS, *SIGNING]}

there = sorted(path.name for path in EXAMPLES.glob("*.py"))
assert there == sorted(RUNS), f"examples are {there}; run are {sorted(RUNS)}"
for name, arguments in RUNS.items():
    run = subprocess.run([sys.executable, EXAMPLES / name, *arguments], capture_output=True, text=True, timeout=120)
    print(run.stdout, end="")
    assert run.returncode == 0, f"{name} ended with {run.returncode}: {run.stderr}"
    assert run.stdout.rstrip().endswith("cancelled"), f"{name} did not come to its end"
