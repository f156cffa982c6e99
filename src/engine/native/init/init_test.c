/* Parts of init that can be tried beside a running machine: the move of its files, and what the page may say. */
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

static void files(void) {
  char directory[] = "/tmp/init-test-XXXXXX", text[32];
  struct stat a, b;
  CHECK(mkdtemp(directory) != NULL && chdir(directory) == 0);
  CHECK(mkdir("from", 0755) == 0 && mkdir("from/d", 0755) == 0 && mkdir("to", 0755) == 0);
  CHECK_NUMBER(write_file("from/d/f", O_CREAT, 0600, "content", 7), 0);
  CHECK_NUMBER(write_file("from/empty", O_CREAT, 0600, "", 0), 0);
  CHECK(chmod("from/d/f", 04751) == 0 && chmod("from/d", 01777) == 0);
  CHECK(symlink("../nowhere", "from/l") == 0 && link("from/d/f", "from/h") == 0 && mkfifo("from/p", 0640) == 0);
  struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
  CHECK(utimensat(AT_FDCWD, "from/d/f", times, 0) == 0);
  CHECK_NUMBER(tree_move("from", "to"), 0);
  CHECK_NUMBER(complaints, 0);
  CHECK(rmdir("from") == 0);
  CHECK(read_text("to/d/f", text, sizeof text) == 7);
  CHECK_TEXT(text, "content");
  CHECK(stat("to/d/f", &a) == 0 && stat("to/h", &b) == 0 && a.st_ino == b.st_ino && a.st_nlink == 2);
  CHECK_NUMBER(a.st_mode & 07777, 04751);
  CHECK_NUMBER(a.st_mtim.tv_sec, 1000000000);
  CHECK(stat("to/d", &a) == 0 && (a.st_mode & 07777) == 01777);
  CHECK(lstat("to/p", &a) == 0 && S_ISFIFO(a.st_mode));
  CHECK(stat("to/empty", &a) == 0 && a.st_size == 0);
  ssize_t n = readlink("to/l", text, sizeof text - 1);
  CHECK(n == 10 && strncmp(text, "../nowhere", 10) == 0);
  CHECK(tree_move("no-such-place", "to") == ENOENT);
  unlink("to/d/f");
  unlink("to/h");
  unlink("to/l");
  unlink("to/p");
  unlink("to/empty");
  CHECK(rmdir("to/d") == 0 && rmdir("to") == 0 && chdir("/") == 0 && rmdir(directory) == 0);
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

int main(void) {
  files();
  refusals();
  return checks_end("init");
}
