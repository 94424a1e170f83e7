/* Objects of the libraries that the interpreter is linked with, and their use by threads. */
#include <Python.h>
#include <ffi.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <zlib.h>

/* Each use stores what is there already, so that two threads at once break nothing. */
static void *make_z(void) {
  z_stream *stream = calloc(1, sizeof *stream);
  deflateInit(stream, 1);
  return stream;
}
static void use_z(void *stream) { deflateReset(stream); }

static void *make_crypto(void) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), NULL);
  return context;
}
static void use_crypto(void *context) {
  static const char block[64];
  EVP_DigestUpdate(context, block, sizeof block);
}

static void *make_sqlite3(void) {
  sqlite3 *database;
  sqlite3_open_v2(":memory:", &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  return database;
}
static void use_sqlite3(void *database) { sqlite3_busy_timeout(database, 10); }

static ffi_type *arguments[] = {&ffi_type_sint};
static ffi_cif signature;

struct closure {
  ffi_closure *writable;
  void *code;
};

static void answer(ffi_cif *cif, void *result, void **values, void *context) {
  (void)cif, (void)values, (void)context;
  *(ffi_arg *)result = 0;
}
static void *make_ffi(void) {
  struct closure *closure = calloc(1, sizeof *closure);
  ffi_prep_cif(&signature, FFI_DEFAULT_ABI, 1, &ffi_type_sint, arguments);
  closure->writable = ffi_closure_alloc(sizeof(ffi_closure), &closure->code);
  return closure;
}
static void use_ffi(void *object) {
  struct closure *closure = object;
  ffi_prep_closure_loc(closure->writable, &signature, answer, NULL, closure->code);
}

static const struct library {
  const char *name;
  void *(*make)(void);
  void (*use)(void *);
} libraries[] = {
    {"z", make_z, use_z},
    {"crypto", make_crypto, use_crypto},
    {"sqlite3", make_sqlite3, use_sqlite3},
    {"ffi", make_ffi, use_ffi},
};

static PyObject *make(PyObject *self, PyObject *name) {
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
    if (PyUnicode_CompareWithASCIIString(name, libraries[i].name) == 0) {
      PyObject *object = PyCapsule_New(libraries[i].make(), NULL, NULL);
      PyCapsule_SetContext(object, (void *)&libraries[i]);
      return object;
    }
  }
  return PyErr_Format(PyExc_LookupError, "%R", name);
}

/* A relaxed atomic orders nothing. */
static void meet(atomic_int *arrived) {
  atomic_fetch_add_explicit(arrived, 1, memory_order_relaxed);
  while (atomic_load_explicit(arrived, memory_order_relaxed) < 2) {
  }
}

static PyObject *use(PyObject *self, PyObject *capsule) {
  static atomic_int start, end;
  const struct library *library = PyCapsule_GetContext(capsule);
  void *object = PyCapsule_GetPointer(capsule, NULL);
  Py_BEGIN_ALLOW_THREADS;
  meet(&start);
  for (int round = 0; round < 100; round++) {
    library->use(object);
  }
  /* What a thread did that has ended is soon forgotten. */
  meet(&end);
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"make", make, METH_O, NULL}, {"use", use, METH_O, NULL}, {0}};

static PyModuleDef_Slot slots[] = {
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0}};

static struct PyModuleDef shared = {.m_name = "shared", .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_shared(void) { return PyModuleDef_Init(&shared); }
