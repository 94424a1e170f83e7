"""Four threads use what the interpreter is linked with as they should: OpenSSL, SQLite, zlib, bzip2, xz, zstd, libffi."""

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
import sys
import tempfile
import threading
import zlib

THREADS = 4
SIZE = 1000
data = b"data" * SIZE
folder = pathlib.Path(tempfile.mkdtemp())
barrier = threading.Barrier(THREADS)
socket.setdefaulttimeout(60)
lock = threading.Lock()
compressors = [zlib, bz2, lzma]
if sys.version_info >= (3, 14):
    from compression import zstd

    compressors.append(zstd)


def hash_all() -> None:
    for name in sorted(hashlib.algorithms_available):
        try:
            digest = hashlib.new(name, data)
        except ValueError:  # of the legacy provider
            continue
        digest.digest(*[20] * digest.name.startswith("shake"))
    hashlib.shake_128(data).digest(1000)
    hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000)
    hashlib.scrypt(b"password", salt=b"salt", n=16, r=8, p=1)


def compress() -> None:
    for module in compressors:
        assert module.decompress(module.compress(data)) == data


shared = sqlite3.connect(folder / "shared.db", check_same_thread=False)
shared.execute("create table numbers (number integer)")


def store(number: int) -> None:
    with sqlite3.connect(folder / f"{number}.db") as own:
        own.execute("create table numbers (number integer)")
        own.executemany("insert into numbers values (?)", [(it,) for it in range(100)])
    own.close()
    for it in range(20):
        # The values that CPython asks a connection for are those of the last statement of any thread.
        with lock:
            shared.execute("insert into numbers values (?)", (it,))
            shared.execute("select sum(number) from numbers").fetchall()


# Where an object of ctypes is made, CPython 3.13 marks its type without a lock: here no thread makes one.
sought = (ctypes.c_int * SIZE)(*range(SIZE))
address = ctypes.addressof(sought)
Compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
bsearch = ctypes.CDLL(None).bsearch
bsearch.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p]
bsearch.restype = ctypes.c_void_p
compare = Compare(lambda left, right: left - right)
compare_address = ctypes.cast(compare, ctypes.c_void_p).value


def search(number: int) -> None:
    for index in range(number, SIZE, 100):
        key = address + 4 * index
        assert bsearch(key, address, SIZE, 4, compare_address) == key


def make_contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=certificate)


def answer(connection: socket.socket, context: ssl.SSLContext) -> None:
    with context.wrap_socket(connection, server_side=True) as connection:
        connection.sendall(connection.recv(100) * 100)
        connection.unwrap()


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    left, right = socket.socketpair()
    thread = threading.Thread(target=answer, args=(left, server))
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
    search(number)
    shake_hands(*make_contexts())
    for _ in range(3):
        shake_hands(*contexts)


key, certificate = folder / "key.pem", folder / "certificate.pem"
command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
subprocess.run([*command.split(), *names], check=True, capture_output=True)
contexts = make_contexts()
with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
    list(pool.map(work, range(THREADS)))
assert shared.execute("select count(*) from numbers").fetchall() == [(THREADS * 20,)]
print("done")
