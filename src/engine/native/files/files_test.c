/* The server on a directory of its own, by the messages that the page sends. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/check.h"
#include "../lib/io.h"

static int page;
static struct message request;

/* The message that came last. */
static struct {
  uint32_t id;
  char kind;
  struct fields fields;
  unsigned char bytes[1 << 16];
} last;

static bool receive_all(void *data, size_t length) {
  for (size_t at = 0; at < length;) {
    struct pollfd polled = {.fd = page, .events = POLLIN};
    ssize_t n = poll(&polled, 1, 10000) == 1 ? read(page, (char *)data + at, length - at) : 0;
    if (n <= 0) return false;
    at += (size_t)n;
  }
  return true;
}

static bool receive(void) {
  unsigned char head[4];
  if (!receive_all(head, 4)) return false;
  struct fields fields = {.next = head, .left = 4};
  size_t length = (size_t)take_number(&fields, 4);
  if (length > sizeof last.bytes || !receive_all(last.bytes, length)) return false;
  last.fields = (struct fields){.next = last.bytes, .left = length};
  last.id = (uint32_t)take_number(&last.fields, 4);
  last.kind = (char)take_number(&last.fields, 1);
  return true;
}

/* Sends what `request` holds; the answer is `last`. What is told meanwhile is passed over. */
static char asked(size_t start) {
  message_end(&request, start);
  if (write_all(page, request.data, request.length)) return 0;
  request.length = 0;
  while (receive()) {
    if (last.id != 0) return last.kind;
  }
  return 0;
}

/* Waits for the word that `path` is there (E) or gone (G). */
static bool told(char kind, const char *path) {
  while (receive()) {
    char name[PATH_MAX];
    if (last.id != 0 || last.kind != kind) continue;
    take_path(&last.fields, name);
    if (strcmp(name, path) == 0) return true;
  }
  return false;
}

static char simple(char kind, const char *path, const char *other) {
  size_t start = message_begin(&request, 7, kind);
  put_text(&request, path);
  if (other) put_text(&request, other);
  return asked(start);
}

static char written(const char *path, unsigned how, uint64_t version, const char *text) {
  size_t start = message_begin(&request, 8, 'w');
  put_text(&request, path);
  put_number(&request, how, 1);
  put_number(&request, version, 8);
  put_text(&request, text);
  return asked(start);
}

static uint64_t version_told(void) {
  take_number(&last.fields, 2);
  take_number(&last.fields, 4);
  take_number(&last.fields, 8);
  take_number(&last.fields, 8);
  return take_number(&last.fields, 8);
}

static int refusal(void) {
  return (int)take_number(&last.fields, 4);
}

static void contents(void) {
  CHECK_NUMBER(written("app.py", WRITE_NEW, 0, "one\n"), 'o');
  uint64_t one = version_told();
  CHECK_NUMBER(written("app.py", WRITE_NEW, 0, "two\n"), 'e');
  CHECK_NUMBER(refusal(), EEXIST);
  CHECK(chmod("app.py", 0755) == 0);
  CHECK_NUMBER(written("app.py", WRITE_IF, one, "two\n"), 'o');
  uint64_t two = version_told();
  CHECK(two != one);
  CHECK_NUMBER(written("app.py", WRITE_IF, one, "three\n"), 'e');
  CHECK_NUMBER(refusal(), ESTALE);
  struct stat entry;
  CHECK(stat("app.py", &entry) == 0 && (entry.st_mode & 07777) == 0755 && entry.st_size == 4);
  CHECK_NUMBER(simple('r', "app.py", NULL), 'o');
  CHECK(version_told() == two);
  size_t length;
  const unsigned char *data = take_bytes(&last.fields, &length);
  CHECK(length == 4 && memcmp(data, "two\n", 4) == 0);
  CHECK_NUMBER(written("nowhere/file", WRITE_OVER, 0, ""), 'e');
  CHECK_NUMBER(refusal(), ENOENT);
  CHECK(mkfifo("fifo", 0600) == 0);
  CHECK_NUMBER(simple('r', "fifo", NULL), 'e');
  CHECK_NUMBER(refusal(), EINVAL);
}

static void names(void) {
  CHECK_NUMBER(simple('d', "a/b/c", NULL), 'o');
  CHECK_NUMBER(written("a/b/c/한글 파일.txt", WRITE_OVER, 0, "x"), 'o');
  CHECK(told('E', "a/b/c/한글 파일.txt"));
  CHECK_NUMBER(simple('m', "a/b", "moved"), 'o');
  CHECK(told('E', "moved/c/한글 파일.txt"));
  CHECK_NUMBER(simple('m', "moved", "app.py"), 'e');
  CHECK_NUMBER(refusal(), EEXIST);
  CHECK(symlink("/", "moved/c/link") == 0);
  CHECK_NUMBER(simple('x', "moved", NULL), 'o');
  CHECK(told('G', "moved"));
  static const char *const wrong[] = {"", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "."};
  for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK_NUMBER(simple('r', wrong[i], NULL), 'e');
    CHECK_NUMBER(refusal(), EINVAL);
  }
  CHECK_NUMBER(simple('?', "a", NULL), 'e');
}

/* What others do is told, however they do it. */
static void others(void) {
  CHECK(mkdir("there", 0755) == 0 && mkdir("there/below", 0755) == 0);
  CHECK(write_file("there/below/file", O_CREAT, 0644, "x", 1) == 0);
  CHECK(told('E', "there/below/file"));
  CHECK(rename("there", "here") == 0);
  CHECK(told('E', "here/below/file"));
  CHECK(write_file("here/below/file", O_TRUNC, 0, "more", 4) == 0);
  CHECK(told('E', "here/below/file"));
  CHECK(take_number(&last.fields, 1) == '-');
  CHECK_NUMBER(take_number(&last.fields, 1), BELOW_AS_BEFORE);
  CHECK_NUMBER(take_number(&last.fields, 4), 0644);
  CHECK_NUMBER(take_number(&last.fields, 8), 4);
  CHECK(write_atomic("here/below/file", 0600, "other", 5) == 0);
  CHECK(told('E', "here/below/file"));
  CHECK(unlink("here/below/file") == 0 && rmdir("here/below") == 0);
  CHECK(told('G', "here/below"));
}

int main(void) {
  char root[] = "/tmp/files-test-XXXXXX";
  int pair[2];
  if (!mkdtemp(root) || chdir(root) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0) return 1;
  umask(022);
  CHECK(write_file("before", O_CREAT, 0644, "x", 1) == 0);
  pid_t server = fork();
  if (server == 0) {
    close(pair[0]);
    _exit(serve(pair[1]));
  }
  close(pair[1]);
  page = pair[0];
  CHECK(receive() && last.kind == 'R');
  CHECK(told('E', "before"));
  CHECK(receive() && last.kind == 'S');
  contents();
  names();
  others();
  /* What is no message ends the connection, not the machine. */
  CHECK(write_all(page, "\xff\xff\xff\xff", 4) == 0);
  while (receive()) continue;
  int status = -1;
  CHECK(waitpid(server, &status, 0) == server && status == 0);
  free(request.data);
  close(page);
  CHECK_NUMBER(remove_tree(root), 0);
  return checks_end("files");
}
