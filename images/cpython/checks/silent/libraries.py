"""Four threads use what the interpreter is linked with as they should: OpenSSL, SQLite, zlib, bzip2, xz, libffi."""

import bz2
import concurrent.futures
import ctypes
import hashlib
import lzma
import pathlib
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import threading
import zlib

THREADS = 4
data = b"data" * 1000
folder = pathlib.Path(tempfile.mkdtemp())
shared = sqlite3.connect(folder / "shared.db", check_same_thread=False)
shared.execute("create table numbers (number integer)")
barrier = threading.Barrier(THREADS)
# CPython 3.13 makes types of ctypes without a lock.
Numbers = ctypes.c_int * 100
Compare = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.POINTER(ctypes.c_int)] * 2)


def hash_all() -> None:
    for name in sorted(hashlib.algorithms_available):
        try:
            digest = hashlib.new(name, data)
        except ValueError:  # of the legacy provider
            continue
        digest.digest(*[20] * digest.name.startswith("shake"))
    hashlib.shake_128(data).digest(1000)
    hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000)


def compress() -> None:
    for module in (zlib, bz2, lzma):
        assert module.decompress(module.compress(data)) == data


def store(number: int) -> None:
    with sqlite3.connect(folder / f"{number}.db") as own:
        own.execute("create table numbers (number integer)")
        own.executemany("insert into numbers values (?)", [(it,) for it in range(100)])
    own.close()
    for it in range(20):
        shared.execute("insert into numbers values (?)", (it,))
        shared.execute("select sum(number) from numbers").fetchall()


def sort() -> None:
    numbers = Numbers(*range(100, 0, -1))
    ctypes.CDLL(None).qsort(numbers, 100, 4, Compare(lambda left, right: left[0] - right[0]))
    assert list(numbers) == list(range(1, 101))


def make_contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=certificate)


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    left, right = socket.socketpair()

    def answer() -> None:
        with server.wrap_socket(left, server_side=True) as connection:
            connection.sendall(connection.recv(100) * 100)
            connection.unwrap()

    thread = threading.Thread(target=answer)
    thread.start()
    with client.wrap_socket(right, server_hostname="localhost") as connection:
        connection.sendall(b"x" * 100)
        received = 0
        while received < 10_000:
            received += len(connection.recv(4096))
        connection.unwrap()
    thread.join()


def work(number: int) -> None:
    barrier.wait()
    hash_all()
    compress()
    store(number)
    sort()
    for _ in range(3):
        shake_hands(*contexts)


contexts = make_contexts()
with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
    list(pool.map(work, range(THREADS)))
assert shared.execute("select count(*) from numbers").fetchall() == [(THREADS * 20,)]
print("done")
