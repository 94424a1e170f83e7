"""Which types' freed objects does the sanitizer see? Prints JSON: type, and what it said of one object and of the last of many.

Each is tried in a process of its own, which AddressSanitizer ends. CPython keeps some freed objects in free lists, for the
next that is made; many objects are more than such a list takes.
"""

import json
import re
import subprocess
import sys

MANY = 5000

SETUP = """
import freed

class Plain:
    pass

class Slots:
    __slots__ = ("value",)

class Method:
    def method(self):
        pass

def generate():
    yield

instance = Method()
make = lambda number: {expression}
objects = [make(number) for number in range({count})]
freed.read_freed(objects)
"""

EXPRESSIONS = {
    "object of an extension's own type": "freed.Cell()",
    "object of an extension's own type, with garbage collection": "freed.CollectedCell()",
    "object of a Python class": "Plain()",
    "object of a Python class with `__slots__`": "Slots()",
    "`object`": "object()",
    "`int`": "10**6 + number",
    "`int` of 100 digits": "10**100 + number",
    "`float`": "number + 0.5",
    "`complex`": "complex(number, 1)",
    "`str`": "'text' * 10 + str(number)",
    "`bytes`": "b'text' * 10 + bytes(number % 100 + 1)",
    "`bytearray`": "bytearray(10)",
    "`tuple` of 2": "(number, number)",
    "`tuple` of 30": "tuple(range(30))",
    "`list`": "[number]",
    "`dict`": "{'key': number}",
    "`set`": "{number}",
    "`slice`": "slice(number, None)",
    "`range`": "range(number, 10**6)",
    "`memoryview`": "memoryview(b'text')",
    "bound method": "instance.method",
    "function": "lambda: number",
    "generator": "generate()",
    "iterator of a list": "iter([number])",
    "`ValueError`": "ValueError(number)",
}


def try_once(expression: str, count: int) -> str:
    program = SETUP.format(expression=expression, count=count)
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    kind = re.search(r"ERROR: AddressSanitizer: (\S+)", process.stderr)
    if kind is None and process.returncode != 0:
        sys.exit(f"{expression}: exit code {process.returncode}\n{process.stderr}")
    return kind[1] if kind else "nothing"


print(
    json.dumps(
        [
            {"type": name, "one": try_once(expression, 1), "many": try_once(expression, MANY)}
            for name, expression in EXPRESSIONS.items()
        ]
    )
)
