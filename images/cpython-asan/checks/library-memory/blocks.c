/* The libraries that the interpreter is linked with read a block of memory, or one byte more. */
#include <Python.h>
#include <ffi.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <zlib.h>

enum { size = 1024 };

static void read_z(void *block, size_t count) { adler32(1, block, (unsigned)count); }

static void read_crypto(void *block, size_t count) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  EVP_Digest(block, count, digest, NULL, EVP_sha256(), NULL);
}

static void read_sqlite3(void *block, size_t count) {
  sqlite3 *database;
  sqlite3_stmt *statement;
  memset(block, ' ', size);
  sqlite3_open(":memory:", &database);
  sqlite3_prepare_v2(database, block, (int)count, &statement, NULL);
  sqlite3_close(database);
}

static void read_ffi(void *block, size_t count) {
  ffi_type **types = block;
  ffi_cif signature;
  for (size_t i = 0; i < size / sizeof *types; i++) {
    types[i] = &ffi_type_sint;
  }
  ffi_prep_cif(&signature, FFI_DEFAULT_ABI, (unsigned)((count + sizeof *types - 1) / sizeof *types), &ffi_type_sint, types);
}

static const struct {
  const char *name;
  void (*read)(void *, size_t);
} libraries[] = {{"z", read_z}, {"crypto", read_crypto}, {"sqlite3", read_sqlite3}, {"ffi", read_ffi}};

static PyObject *read_block(PyObject *self, PyObject *values) {
  const char *name;
  Py_ssize_t more;
  if (!PyArg_ParseTuple(values, "sn", &name, &more)) {
    return NULL;
  }
  void *block = calloc(1, size);
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
    if (strcmp(libraries[i].name, name) == 0) {
      libraries[i].read(block, size + (size_t)more);
    }
  }
  free(block);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"read", read_block, METH_VARARGS, NULL}, {0}};

static struct PyModuleDef blocks = {.m_name = "blocks", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_blocks(void) { return PyModule_Create(&blocks); }
