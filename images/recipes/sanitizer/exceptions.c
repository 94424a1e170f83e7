/* Tells ThreadSanitizer of the counted owners of a C++ exception.
 *
 * std::exception_ptr, std::future and std::async share an exception between threads, and the last owner frees it. The
 * count that orders the owners is atomic, but lives in libstdc++, which is not instrumented: without this a correct
 * program is reported. The interpreter exports these two functions, so extensions and libstdc++ itself call them
 * instead of those of libstdc++ and libgcc. */
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

/* https://itanium-cxx-abi.github.io/cxx-abi/abi-eh.html */
typedef struct Unwind {
  uint64_t class;
  void (*cleanup)(int reason, struct Unwind *unwind);
  uint64_t private[2];
} __attribute__((aligned(16))) Unwind;

/* What libstdc++ lays before the object of an exception (unwind-cxx.h), but on 32-bit ARM. */
typedef struct {
  int owners;
  struct {
    /* Of an exception that is thrown again, the object that it stands for; else its type. */
    void *primary_or_type;
    void (*destroy)(void *object);
    void *handlers[2];
    void *next;
    int caught, selector;
    void *catching[4];
    Unwind unwind;
  } __attribute__((aligned(16))) exception;
} Header;

_Static_assert(sizeof(Header) == 128, "the header of an exception is as libstdc++ has it");

static const uint64_t primary_class = 0x474e5543432b2b00;   /* "GNUCC++\0" */
static const uint64_t dependent_class = 0x474e5543432b2b01; /* "GNUCC++\1" */
static const int caught_by_others = 1;                      /* _URC_FOREIGN_EXCEPTION_CAUGHT */

static Header *header_of(void *object) {
  return (Header *)object - 1;
}

/* One owner less. Nobody but the last owner can add one, so what is 1 stays 1, and libstdc++'s own code frees. */
static void drop(void *object) {
  Header *header = header_of(object);
  Unwind *unwind = &header->exception.unwind;

  __tsan_release(object);
  int owners = __atomic_load_n(&header->owners, __ATOMIC_ACQUIRE);
  while (owners > 1) {
    if (__atomic_compare_exchange_n(&header->owners, &owners, owners - 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
      return;
    }
  }
  __tsan_acquire(object);
  unwind->cleanup(caught_by_others, unwind);
}

/* std::exception_ptr::_M_release */
void release_exception_ptr(void **pointer) __asm__("_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv");

void release_exception_ptr(void **pointer) {
  void *object = *pointer;
  if (object != 0) {
    *pointer = 0;
    drop(object);
  }
}

/* What a handler calls at its end. */
void _Unwind_DeleteException(Unwind *unwind) {
  if (unwind->class == primary_class) {
    drop(unwind + 1);
  } else if (unwind->class == dependent_class) {
    void *primary = header_of(unwind + 1)->exception.primary_or_type;
    /* The cleanup drops one owner of the primary exception unseen: not the last, as there is one more for us. */
    __atomic_fetch_add(&header_of(primary)->owners, 1, __ATOMIC_RELAXED);
    unwind->cleanup(caught_by_others, unwind);
    drop(primary);
  } else if (unwind->cleanup != 0) {
    unwind->cleanup(caught_by_others, unwind);
  }
}
