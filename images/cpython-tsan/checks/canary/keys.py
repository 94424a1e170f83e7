"""Threads derive keys and hash, each of its own, by OpenSSL. Argument `race`: two of them race, too."""

import hashlib
import hmac
import sys
import threading

import canary

start = threading.Barrier(4)
both = threading.Barrier(2)
keys: list[bytes] = [b""] * 4


def race() -> None:
    canary.store()
    # The sanitizer soon forgets what a thread did that has ended, and reports no race with it.
    both.wait()


def work(number: int) -> None:
    start.wait()
    for _ in range(20):
        keys[number] = hashlib.pbkdf2_hmac("sha256", b"password %d" % number, b"salt", 20)
        hashlib.new("shake_128", b"x" * 500).hexdigest(16)
        hmac.new(b"key", b"message", "sha256").hexdigest()
    if "race" in sys.argv and number < 2:
        race()


threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(set(keys)) == 4, keys
print("done")
