/* An extension with seeded races: each function forgets the one lock that it needs. None holds anything but
 * plain C data and immortal objects, so a lost race leaves a wrong value and never a crash.
 *
 * The loops are long enough for two calls to overlap, for what comes before and after a call orders calls by
 * accident. Variables are volatile, so that the compiler cannot make one access of a whole loop. */
#include <Python.h>
#include <string.h>

enum { SIZE = 32768, POSITIONS = 4096 };

/* A C struct behind a capsule. */

struct account {
  volatile long balance;
  volatile long transfers;
  struct {
    volatile unsigned char open : 1;
    volatile unsigned char audited : 1;
  } flags;
  double history[SIZE];
};

static void free_account(PyObject *capsule) { PyMem_RawFree(PyCapsule_GetPointer(capsule, "account")); }

static struct account *account_of(PyObject *capsule) { return PyCapsule_GetPointer(capsule, "account"); }

static PyObject *new_account(PyObject *module, PyObject *unused) {
  struct account *account = PyMem_RawCalloc(1, sizeof *account);
  return account == NULL ? PyErr_NoMemory() : PyCapsule_New(account, "account", free_account);
}

static PyObject *deposit(PyObject *module, PyObject *capsule) {
  struct account *account = account_of(capsule);
  for (int i = 0; i < SIZE; i++) {
    account->balance += i;
  }
  Py_RETURN_NONE;
}

static PyObject *deposit_without_gil(PyObject *module, PyObject *capsule) {
  struct account *account = account_of(capsule);
  Py_BEGIN_ALLOW_THREADS;
  for (int i = 0; i < SIZE; i++) {
    account->transfers += 1;
  }
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

static PyObject *set_flag(PyObject *module, PyObject *capsule) {
  struct account *account = account_of(capsule);
  for (int i = 0; i < SIZE; i++) {
    account->flags.open = i % 2;
    account->flags.audited = i % 3 == 0;
  }
  Py_RETURN_NONE;
}

static PyObject *fill_history(PyObject *module, PyObject *capsule) {
  struct account *account = account_of(capsule);
  for (int i = 0; i < SIZE; i++) {
    account->history[i] = i;
  }
  Py_RETURN_NONE;
}

static PyObject *clear_history(PyObject *module, PyObject *capsule) {
  struct account *account = account_of(capsule);
  for (int i = 0; i < 128; i++) {
    memset(account->history, 0, sizeof account->history);
  }
  Py_RETURN_NONE;
}

/* State of the module, and statics. */

struct state {
  volatile long calls;
};

static PyObject *count_calls(PyObject *module, PyObject *unused) {
  struct state *state = PyModule_GetState(module);
  for (int i = 0; i < SIZE; i++) {
    state->calls += 1;
  }
  Py_RETURN_NONE;
}

static struct {
  volatile long number;
  volatile long square;
} last;

static PyObject *cached_squares(PyObject *module, PyObject *unused) {
  long sum = 0;
  for (long i = 0; i < SIZE; i++) {
    if (last.number != i) {
      last.number = i;
      last.square = i * i;
    }
    sum += last.square;
  }
  return PyLong_FromLong(sum);
}

static char message[256];

static PyObject *set_message(PyObject *module, PyObject *text) {
  for (int i = 0; i < 4096; i++) {
    strncpy(message, PyBytes_AS_STRING(text), sizeof message - 1);
  }
  Py_RETURN_NONE;
}

/* Objects of others, through borrowed references and macros that lock nothing. */

static PyObject *reverse_list(PyObject *module, PyObject *list) {
  for (Py_ssize_t i = 0, j = PyList_GET_SIZE(list) - 1; i < j; i++, j--) {
    PyObject *borrowed = PyList_GET_ITEM(list, i);
    PyList_SET_ITEM(list, i, PyList_GET_ITEM(list, j));
    PyList_SET_ITEM(list, j, borrowed);
  }
  Py_RETURN_NONE;
}

static PyObject *reset_list(PyObject *module, PyObject *list) {
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
    PyList_SET_ITEM(list, i, Py_None);
  }
  Py_RETURN_NONE;
}

static PyObject *invert_bytes(PyObject *module, PyObject *bytearray) {
  volatile char *bytes = PyByteArray_AS_STRING(bytearray);
  Py_ssize_t size = PyByteArray_GET_SIZE(bytearray);
  Py_BEGIN_ALLOW_THREADS;
  for (Py_ssize_t i = 0; i < size; i++) {
    bytes[i] ^= 1;
  }
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

/* A heap type: it resizes its own buffer while others read it, and hands out its position as an iterator. */

struct stack {
  PyObject_HEAD
  long *volatile items;
  volatile Py_ssize_t length;
  volatile Py_ssize_t position;
};

/* What was outgrown stays allocated: whoever still reads it reads old numbers, not freed memory. */
static PyObject *grow(PyObject *self, PyObject *unused) {
  struct stack *stack = (struct stack *)self;
  for (int i = 0; i < 2048; i++) {
    Py_ssize_t length = 16 + i % 16;
    long *items = PyMem_RawCalloc(length, sizeof *items);
    if (items == NULL) {
      return PyErr_NoMemory();
    }
    stack->items = items;
    stack->length = length;
  }
  Py_RETURN_NONE;
}

static PyObject *measure(PyObject *self, PyObject *unused) {
  struct stack *stack = (struct stack *)self;
  Py_ssize_t sum = 0;
  for (int i = 0; i < SIZE; i++) {
    sum += stack->items == NULL ? 0 : stack->length;
  }
  return PyLong_FromSsize_t(sum);
}

static PyObject *next_position(PyObject *self) {
  struct stack *stack = (struct stack *)self;
  if (stack->position >= POSITIONS) {
    stack->position = 0;
    return NULL;
  }
  stack->position += 1;
  return Py_NewRef(Py_None);
}

static PyMethodDef stack_methods[] = {
    {"grow", grow, METH_NOARGS, NULL}, {"measure", measure, METH_NOARGS, NULL}, {0}};

static PyType_Slot stack_slots[] = {
    {Py_tp_methods, stack_methods}, {Py_tp_iter, PyObject_SelfIter}, {Py_tp_iternext, next_position}, {0}};

static PyType_Spec stack_spec = {"seeded.Stack", sizeof(struct stack), 0, Py_TPFLAGS_DEFAULT, stack_slots};

static int add_types(PyObject *module) {
  PyObject *type = PyType_FromModuleAndSpec(module, &stack_spec, NULL);
  return PyModule_Add(module, "Stack", type);
}

static PyMethodDef methods[] = {
    {"new_account", new_account, METH_NOARGS, NULL},
    {"deposit", deposit, METH_O, NULL},
    {"deposit_without_gil", deposit_without_gil, METH_O, NULL},
    {"set_flag", set_flag, METH_O, NULL},
    {"fill_history", fill_history, METH_O, NULL},
    {"clear_history", clear_history, METH_O, NULL},
    {"count_calls", count_calls, METH_NOARGS, NULL},
    {"cached_squares", cached_squares, METH_NOARGS, NULL},
    {"set_message", set_message, METH_O, NULL},
    {"reverse_list", reverse_list, METH_O, NULL},
    {"reset_list", reset_list, METH_O, NULL},
    {"invert_bytes", invert_bytes, METH_O, NULL},
    {0},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, add_types},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0}};

static struct PyModuleDef seeded = {
    .m_name = "seeded", .m_size = sizeof(struct state), .m_methods = methods, .m_slots = slots};

PyMODINIT_FUNC PyInit_seeded(void) { return PyModuleDef_Init(&seeded); }
