/* The sanitizer's default options and suppressions, linked into the interpreter. An environment
 * variable would be lost as soon as a user sets it, and `suppressions=` given twice
 * counts once; these add up with what the user gives.
 *
 * The runtime calls this before libc is ready: raw system calls only, and compiled without
 * -fsanitize. The files are read at run time, so that a child image can append to them.
 *
 * OPTIONS and SUPPRESSIONS are the names under which the runtime asks: tsan, asan, lsan. */
#include <fcntl.h>
#include <sys/syscall.h>

#define JOIN(a, b, c) a##b##c
#define NAME(sanitizer, what) JOIN(__, sanitizer, _default_##what)
#define TEXT(sanitizer) #sanitizer
#define FILE_OF(sanitizer, kind) "/etc/pysan/" TEXT(sanitizer) "." kind

static long system_call(long number, long a, long b, long c) {
#if defined(__x86_64__)
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
#else
#error "no system call for this architecture"
#endif
}

const char *NAME(OPTIONS, options)(void) {
  return "include_if_exists=" FILE_OF(OPTIONS, "options");
}

const char *NAME(SUPPRESSIONS, suppressions)(void) {
  static char text[1 << 18];
  static const char path[] = FILE_OF(SUPPRESSIONS, "supp");
  long size = 0, count;
  long file = system_call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC);

  if (file < 0) {
    return "";
  }
  while ((count = system_call(SYS_read, file, (long)(text + size), sizeof text - 1 - size)) > 0) {
    size += count;
  }
  system_call(SYS_close, file, 0, 0);
  return text;
}
