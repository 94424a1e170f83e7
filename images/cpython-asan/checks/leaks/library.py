"""Uses much of the standard library, and leaks nothing of its own. Without ssl, and asyncio, which imports it: they keep what they took."""

import collections
import ctypes
import datetime
import decimal
import json
import re
import sqlite3
import threading
import zlib
from xml.etree import ElementTree

Point = collections.namedtuple("Point", "x y")


threads = [threading.Thread(target=lambda: zlib.compress(b"x" * 1000)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
with sqlite3.connect(":memory:") as database:
    assert database.execute("select 6 * 7").fetchone() == (42,)
assert json.loads(json.dumps({"a": [1.5]})) == {"a": [1.5]}
assert ElementTree.fromstring("<a><b/></a>")[0].tag == "b"
assert re.fullmatch(r"(\w+)-(\d+)", "a-1").group(2) == "1"
assert Point(1, 2).y + decimal.Decimal("1.5") == decimal.Decimal("3.5")
assert datetime.date(2024, 2, 29).weekday() == 3
assert ctypes.sizeof(ctypes.c_long * 4) == 32
print("done")
