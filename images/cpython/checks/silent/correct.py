"""Threads that share data as they should: through locks, queues, pools and modules of the standard library."""

import collections
import concurrent.futures
import hashlib
import json
import queue
import re
import threading
import zlib

counts = collections.Counter()
lock = threading.Lock()
results = queue.Queue()


def work(number: int) -> str:
    data = json.dumps({"number": number, "text": "x" * 1000}).encode()
    digest = hashlib.sha256(zlib.compress(data)).hexdigest()
    with lock:
        counts[number % 3] += len(re.findall("x{1000}", data.decode()))
    results.put(digest)
    return digest


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    digests = list(pool.map(work, range(100)))

assert sorted(digests) == sorted(results.get() for _ in digests)
assert sum(counts.values()) == 100, counts
print("done")
