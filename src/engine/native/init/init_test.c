/* Parts of init that can be tried beside a running machine: what the page may say. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/check.h"
#include "../lib/io.h"

static unsigned complaints;

void complain(const char *what, const char *path, int error) {
  complaints++;
  fprintf(stderr, "init: %s %s: %s\n", what, path, strerror(error));
}

/* Nothing of these reaches the clock. */
static void refusals(void) {
  static const char *const hex = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  char wrong[65];
  CHECK_NUMBER(restore("1700000000.5", ""), EINVAL);
  CHECK_NUMBER(restore("1700000000.5", "0011"), EINVAL);
  strcpy(wrong, hex);
  wrong[63] = 'g';
  CHECK_NUMBER(restore("1700000000.5", wrong), EINVAL);
  CHECK_NUMBER(parse_clock("1700000000.5x", &(struct timespec){0}), EINVAL);
  CHECK_NUMBER(parse_clock("x", &(struct timespec){0}), EINVAL);
  struct timespec time;
  CHECK_NUMBER(parse_clock("1700000000.012", &time), 0);
  CHECK(time.tv_sec == 1700000000 && time.tv_nsec == 12000000);
  CHECK_NUMBER(parse_clock("1700000000", &time), 0);
  CHECK(time.tv_sec == 1700000000 && time.tv_nsec == 0);
}

/* Nothing of these reaches the machine. */
static void host_names(void) {
  static const char *const wrong[] = {"", "-a", "a-", "a.b", "A", "a b", "../x", "\xea\xb0\x80",
                                      "0123456789012345678901234567890123456789012345678901234567890123"};
  for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) CHECK_NUMBER(machine_rename(wrong[i]), EINVAL);
}

int main(void) {
  refusals();
  host_names();
  return checks_end("init");
}
