/* What clients see of a container's streams: framing, half-close, terminals, detach keys, slow readers. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/check.h"
#include "../lib/io.h"
#include "../shim/wire.h"
#include "driver.h"

#define ALL "1812070400"

static struct driver driver;
static char out[4 << 20];

static void container(const char *script, const char *config, const char *console) {
  driver_begin(&driver);
  plan_container(&driver, ALL);
  plan_add(&driver, "child", "setsid", NULL);
  plan_root(&driver);
  if (console) plan_add(&driver, "child", "console", console, NULL);
  plan_add(&driver, "child", "pivot_root", NULL);
  plan_shell(&driver, script);
  driver_configure(&driver, config);
}

static int exit_status(void) {
  return driver_await(&driver, 'X') == 0 ? (int)wire_u32(driver.last.body) : -1;
}

/* `echo x | docker run -i`: the end of the input reaches the process, its output still comes. */
static void half_close(void) {
  container("cat; echo end", "stdin=1\nstdin_once=1", NULL);
  int client = driver_attach(&driver, 1 | 2 | 4, "one ");
  driver_go(&driver);
  CHECK(driver_await(&driver, 'P') == 0);
  CHECK(write(client, "two\n", 4) == 4 && shutdown(client, SHUT_WR) == 0);
  read_all(client, out, sizeof out);
  CHECK_TEXT(out, "one two\nend\n");
  CHECK_NUMBER(exit_status(), 0);
  close(client);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* More input than a pipe holds, to a process that reads late. */
static void much_input(void) {
  enum { SIZE = 1 << 20 };
  container("sleep 0.2; wc -c", "stdin=1\nstdin_once=1", NULL);
  int client = driver_attach(&driver, 1 | 2 | 4, "");
  driver_go(&driver);
  memset(out, 'x', SIZE);
  CHECK_NUMBER(write_all(client, out, SIZE), 0);
  CHECK(shutdown(client, SHUT_WR) == 0);
  read_all(client, out, sizeof out);
  CHECK_TEXT(out, "1048576\n");
  CHECK_NUMBER(exit_status(), 0);
  close(client);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* Without stdin_once the next client may go on; a client that only listens hears all. */
static void several_clients(void) {
  container("read a; echo got $a; read b; echo got $b", "stdin=1", NULL);
  int first = driver_attach(&driver, 1 | 2, ""), listener = driver_attach(&driver, 2 | 8, "");
  driver_go(&driver);
  CHECK(write(first, "A\n", 2) == 2);
  CHECK(read_until(first, "got A\n") == 0);
  close(first);
  int second = driver_attach(&driver, 1 | 2, "B\n");
  CHECK(read_until(second, "got B\n") == 0);
  size_t length = read_all(listener, out, sizeof out);
  CHECK(length == 28 && memcmp(out, "\1\0\0\0\0\0\0\6got A\n\1\0\0\0\0\0\0\6got B\n", 28) == 0);
  CHECK_NUMBER(exit_status(), 0);
  close(second);
  close(listener);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* A reader that waits: nothing is lost, and the container is held back rather than memory filled. */
static void slow_client(void) {
  container("head -c 3000000 /dev/zero | tr '\\0' y; echo; echo done >&2", "log_max=100000", NULL);
  int client = driver_attach(&driver, 2, "");
  driver_go(&driver);
  CHECK(driver_await(&driver, 'P') == 0);
  struct pollfd end = {.fd = driver.control, .events = POLLIN};
  /* While nobody reads, the container cannot end. */
  CHECK_NUMBER(poll(&end, 1, 300), 0);
  CHECK_NUMBER(read_all(client, out, sizeof out), 3000001);
  CHECK(strspn(out, "y") == 3000000);
  CHECK_NUMBER(exit_status(), 0);
  close(client);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* A client that takes nothing keeps the end from nobody else. */
static void stuck_client(void) {
  container("head -c 600000 /dev/zero", "", NULL);
  int client = driver_attach(&driver, 2, "");
  driver_go(&driver);
  CHECK_NUMBER(exit_status(), 0);
  CHECK_NUMBER(read_all(client, out, sizeof out), 600000);
  close(client);
  CHECK_NUMBER(driver_end(&driver), 0);
}

static void terminal(const char *console, const char *name) {
  driver_begin(&driver);
  plan_container(&driver, ALL);
  plan_add(&driver, "child", "setsid", NULL);
  plan_root(&driver);
  plan_add(&driver, "child", "mknod_in", "/dev/tty", "0666", "c", "5", "0", NULL);
  if (console) plan_add(&driver, "child", "console", console, NULL);
  plan_add(&driver, "child", "pivot_root", NULL);
  plan_shell(&driver, "tty; stty size; test -t 0 -a -t 1 -a -t 2 && echo all; : >/dev/tty && echo own;"
                      "trap 'stty size' WINCH; echo ready; until read x; do :; done; read y; echo \"<$x$y>\"");
  driver_configure(&driver, "tty=1\nstdin=1\nrows=11\ncols=22");
  int client = driver_attach(&driver, 1 | 2 | 4 | 16, "");
  driver_go(&driver);
  CHECK(driver_await(&driver, 'P') == 0);
  static char expected[256];
  snprintf(expected, sizeof expected, "%s\r\n11 22\r\nall\r\nown\r\nready\r\n", name);
  CHECK(read_until(client, console ? expected : "11 22\r\nall\r\nown\r\nready\r\n") == 0);
  char resize[5] = {'R', 33, 0, 44, 0};
  driver_send(&driver, resize, sizeof resize);
  CHECK(read_until(client, "33 44\r\n") == 0);
  /* Away by the keys, and back. */
  CHECK(write(client, "un\20\21", 4) == 4);
  CHECK(driver_await(&driver, 'D') == 0);
  read_all(client, out, sizeof out);
  close(client);
  client = driver_attach(&driver, 1 | 2 | 16, "seen\ncd\n");
  read_all(client, out, sizeof out);
  CHECK(strstr(out, "cd>\r\n") != NULL);
  CHECK_NUMBER(exit_status(), 0);
  close(client);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* Nobody listens, not even the daemon: the log and the exit file have everything. */
static void alone(void) {
  char path[128], text[65536];
  static struct stat info;
  container("for i in 1 2 3; do echo line $i; done; kill -TERM $$", "", NULL);
  driver_go(&driver);
  CHECK(driver_await(&driver, 'P') == 0);
  close(driver.control);
  driver.control = -1;
  /* The shim ends by itself; the tree is looked at before it is taken away. */
  siginfo_t ended;
  CHECK(waitid(P_PID, (id_t)driver.shim, &ended, WEXITED | WNOWAIT) == 0);
  snprintf(path, sizeof path, "%s/log", driver.directory);
  CHECK(read_text(path, text, sizeof text) > 0 && strstr(text, "line 1\\n") && strstr(text, "line 3\\n"));
  snprintf(path, sizeof path, "%s/exit", driver.directory);
  CHECK(read_text(path, text, sizeof text) > 0);
  CHECK(strstr(text, "{\"status\":0,") == text || strstr(text, "{\"status\":143,\"signal\":15,") == text);
  snprintf(path, sizeof path, "%s/shim.sock", driver.directory);
  CHECK(stat(path, &info) < 0 && errno == ENOENT);
  CHECK_NUMBER(driver_end(&driver), 0);
}

/* A shim whose daemon dies before it said "go" leaves nothing. */
static void never_started(void) {
  container("true", "", NULL);
  int client = driver_attach(&driver, 2, "");
  close(driver.control);
  driver.control = -1;
  CHECK_NUMBER(read_all(client, out, sizeof out), 0);
  close(client);
  CHECK_NUMBER(driver_end(&driver), 0);
}

int main(void) {
  if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) < 0) {
    fprintf(stderr, "streams: left out: needs root and namespaces: %s\n", strerror(errno));
    return checks_end("streams");
  }
  half_close();
  much_input();
  several_clients();
  slow_client();
  stuck_client();
  terminal("/dev/console", "/dev/pts/0");
  terminal("", "/dev/pts/0");
  terminal(NULL, NULL);
  alone();
  never_started();
  return checks_end("streams");
}
