// What the C library would ask the outside for, and the module must not: an environment and a time. A host's imports may do nothing, and an
// environment of a size that nobody wrote would be whatever lay on the stack.
#include <stddef.h>
#include <string.h>
#include <sys/time.h>

char *getenv(const char *name) { return name ? NULL : NULL; }

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  memset(time, 0, sizeof *time);
  return 0;
}
