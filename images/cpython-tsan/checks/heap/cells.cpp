/* An extension in C++: threads write to an object that one of them made by new. */
#include <Python.h>

#include <atomic>

struct Cell {
  long value;
};

static std::atomic<int> arrived;
static Cell *cell;

__attribute__((noinline)) static Cell *make_cell() { return new Cell(); }

static PyObject *make(PyObject *, PyObject *) {
  cell = make_cell();
  Py_RETURN_NONE;
}

/* Nothing orders the threads, as in canary.c. */
static PyObject *store(PyObject *, PyObject *) {
  Py_BEGIN_ALLOW_THREADS;
  arrived.fetch_add(1, std::memory_order_relaxed);
  while (arrived.load(std::memory_order_relaxed) < 2) {
  }
#pragma clang loop unroll(disable)
  for (long i = 0; i < 100; i++) {
    *const_cast<volatile long *>(&cell->value) = i; /* race */
  }
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"make", make, METH_NOARGS, nullptr}, {"store", store, METH_NOARGS, nullptr}, {}};

static PyModuleDef_Slot slots[] = {
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, nullptr}};

static PyModuleDef cells = {PyModuleDef_HEAD_INIT, "cells", nullptr, 0, methods, slots, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_cells() { return PyModuleDef_Init(&cells); }
