"""Prints how many seconds the libraries take that the interpreter is linked with, as JSON: the least of three tries each."""

import bz2
import ctypes
import hashlib
import json
import lzma
import pathlib
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import threading
import time
import zlib
from collections.abc import Callable

data = bytes(range(256)) * 4096
folder = pathlib.Path(tempfile.mkdtemp())
key, certificate = folder / "key.pem", folder / "certificate.pem"


def make_contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=certificate)


def serve(connection: socket.socket, size: int) -> None:
    with server_context.wrap_socket(connection, server_side=True) as tls:
        tls.sendall(bytes(size))
        tls.recv(1)


def fetch(size: int) -> None:
    left, right = socket.socketpair()
    thread = threading.Thread(target=serve, args=(left, size))
    thread.start()
    with client_context.wrap_socket(right, server_hostname="localhost") as tls:
        left_over = size
        while left_over > 0:
            left_over -= len(tls.recv(1 << 16))
        tls.send(b"x")
    thread.join()


def shake_hands() -> None:
    for _ in range(20):
        fetch(1)


def store() -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table numbers (number integer)")
        connection.executemany("insert into numbers values (?)", ((it,) for it in range(20_000)))
        connection.execute("select sum(number) from numbers").fetchall()
    connection.close()


def sort() -> None:
    numbers = (ctypes.c_int * 2000)(*range(2000, 0, -1))
    ctypes.CDLL(None).qsort(numbers, len(numbers), 4, compare)


compare = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.POINTER(ctypes.c_int)] * 2)(lambda left, right: left[0] - right[0])
server_context, client_context = make_contexts()
work: dict[str, Callable[[], object]] = {
    "20 TLS handshakes": shake_hands,
    "4 MB by TLS": lambda: fetch(4 << 20),
    "SHA-256 of 4 MB": lambda: hashlib.new("sha256", data * 4).digest(),
    "SHA3-256 of 4 MB": lambda: hashlib.new("sha3_256", data * 4).digest(),
    "PBKDF2, 20,000 rounds": lambda: hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 20_000),
    "zlib, 1 MB and back": lambda: zlib.decompress(zlib.compress(data)),
    "bzip2, 1 MB and back": lambda: bz2.decompress(bz2.compress(data)),
    "xz, 1 MB and back": lambda: lzma.decompress(lzma.compress(data)),
    "SQLite, 20,000 rows": store,
    "qsort of 2,000 by a callback": sort,
}


def seconds_of(task: Callable[[], object]) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


print(json.dumps({name: min(seconds_of(task) for _ in range(3)) for name, task in work.items()}))
