"""Threads derive keys and hash, each of its own, by OpenSSL. Argument `race`: two of them race, too."""

import hashlib
import hmac
import sys
import threading

import canary

start = threading.Barrier(4)
keys: list[bytes] = [b""] * 4


def work(number: int) -> None:
    start.wait()
    for _ in range(20):
        keys[number] = hashlib.pbkdf2_hmac("sha256", b"password %d" % number, b"salt", 20)
        hashlib.new("shake_128", b"x" * 500).hexdigest(16)
        hmac.new(b"key", b"message", "sha256").hexdigest()
    if "race" in sys.argv and number < 2:
        canary.store()


threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(set(keys)) == 4, keys
print("done")
