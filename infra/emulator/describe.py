"""Prints the description of stacks on AWS that the end-to-end tests need, as JSON.

    describe.py STACK SHORT_STACK RECEIVER_URL > deployed.json

The links of the second stack expire after a few seconds. README.md says how to set all three up.
"""

import json
import sys

from stack import describe

if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: describe.py STACK SHORT_STACK RECEIVER_URL")
    stack, short, receiver = sys.argv[1:]
    json.dump({"stack": describe(stack), "short": describe(short), "receiver": receiver}, sys.stdout, indent=2)
