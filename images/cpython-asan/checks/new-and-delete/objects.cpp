/* An extension in C++ with seeded bugs of new and delete. */
#include <Python.h>

#include <cstdlib>
#include <new>

struct Cell {
  double values[50];
};

struct Half {
  double values[25];
};

/* The compiler may leave out what is taken and given back unseen. */
static void *volatile seen;

__attribute__((noinline)) static Cell *make_cell() { return new Cell(); }

__attribute__((noinline)) static void drop_cell(Cell *cell) { delete cell; }

static void use_late() {
  seen = make_cell();
  drop_cell(static_cast<Cell *>(seen));
  seen = reinterpret_cast<void *>(static_cast<long>(static_cast<Cell *>(seen)->values[3])); /* late */
}

static void forget() {
  seen = make_cell();
  seen = nullptr;
}

static void array_then_delete() {
  seen = new int[50];
  delete static_cast<int *>(seen);
}

static void new_then_free() {
  seen = new int(7);
  std::free(seen);
}

static void other_size() {
  seen = make_cell();
  delete static_cast<Half *>(seen);
}

static void other_alignment() {
  seen = ::operator new(256, std::align_val_t(64));
  ::operator delete(seen);
}

static void correct() {
  seen = make_cell();
  drop_cell(static_cast<Cell *>(seen));
  seen = new int[50];
  delete[] static_cast<int *>(seen);
  seen = ::operator new(256, std::align_val_t(64));
  ::operator delete(seen, std::align_val_t(64));
  seen = std::malloc(80);
  std::free(seen);
}

template <void (*run)()> static PyObject *call(PyObject *, PyObject *) {
  run();
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"use_late", call<use_late>, METH_NOARGS, nullptr},
                                {"forget", call<forget>, METH_NOARGS, nullptr},
                                {"array_then_delete", call<array_then_delete>, METH_NOARGS, nullptr},
                                {"new_then_free", call<new_then_free>, METH_NOARGS, nullptr},
                                {"other_size", call<other_size>, METH_NOARGS, nullptr},
                                {"other_alignment", call<other_alignment>, METH_NOARGS, nullptr},
                                {"correct", call<correct>, METH_NOARGS, nullptr},
                                {}};

static PyModuleDef_Slot slots[] = {
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, nullptr}};

static PyModuleDef objects = {PyModuleDef_HEAD_INIT, "objects", nullptr, 0, methods, slots, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_objects() { return PyModuleDef_Init(&objects); }
