/* The client against an engine that this test plays. */
#include "client.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/check.h"
#include "../lib/io.h"

static char directory[] = "/tmp/client-test-XXXXXX", path[64];
static int listener;

/* Starts the client with its output in a pipe. */
static pid_t start(int *output) {
  int ends[2];
  if (pipe(ends) < 0) exit(1);
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    if (dup2(ends[1], STDOUT_FILENO) < 0 || dup2(ends[1], STDERR_FILENO) < 0 || chdir("/usr") < 0) _exit(1);
    close(ends[0]);
    close(ends[1]);
    clearenv();
    setenv("BOTTLE_SOCKET", path, 1);
    setenv("EMPTY", "", 1);
    client_main(3, (char *[]){"docker", "run", "a b", NULL});
  }
  close(ends[1]);
  *output = ends[0];
  return pid;
}

/* Takes the request; `text` gets it with '|' for NUL and the counts as they are. */
static int take(int fds[3], char *text, size_t capacity) {
  int connection = accept(listener, NULL, NULL);
  uint32_t length = 0;
  char control[CMSG_SPACE(3 * sizeof(int))];
  struct iovec data = {&length, sizeof length};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  CHECK_NUMBER(recvmsg(connection, &message, MSG_WAITALL), sizeof length);
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  CHECK(head && head->cmsg_len == CMSG_LEN(3 * sizeof(int)));
  if (head) memcpy(fds, CMSG_DATA(head), 3 * sizeof(int));
  CHECK(length < capacity);
  CHECK_NUMBER(recv(connection, text, length, MSG_WAITALL), length);
  for (uint32_t i = 0; i < length; i++) {
    if (text[i] == '\0') text[i] = '|';
  }
  text[length] = '\0';
  return connection;
}

static void answer(int connection, uint32_t status) {
  CHECK_NUMBER(write_all(connection, &status, sizeof status), 0);
}

/* Ends the exchange, and returns the wait status. */
static int finish(pid_t pid, int connection, int fds[3], int output) {
  int status = -1;
  CHECK(waitpid(pid, &status, 0) == pid);
  for (int i = 0; i < 3; i++) close(fds[i]);
  close(connection);
  close(output);
  return status;
}

static void request_and_status(void) {
  char text[4096], expected[4096], got[16] = "";
  int fds[3], output;
  pid_t pid = start(&output);
  int connection = take(fds, text, sizeof text);
  snprintf(expected, sizeof expected, "\3|||docker|run|a b|\2|||BOTTLE_SOCKET=%s|EMPTY=|/usr|", path);
  CHECK_TEXT(text, expected);
  CHECK(write(fds[1], "hi", 2) == 2 && read(output, got, sizeof got - 1) == 2);
  CHECK_TEXT(got, "hi");
  answer(connection, 7);
  int status = finish(pid, connection, fds, output);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

static void signals(void) {
  char text[4096], byte = 0;
  int fds[3], output;
  pid_t pid = start(&output);
  int connection = take(fds, text, sizeof text);
  /* Its handlers stand once the request is sent; a SIGINT before that would end it, so: until one comes. */
  CHECK(kill(pid, SIGWINCH) == 0);
  while (recv(connection, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN) kill(pid, SIGWINCH);
  CHECK_NUMBER(byte, SIGWINCH);
  CHECK(kill(pid, SIGINT) == 0);
  while (byte == SIGWINCH) CHECK(recv(connection, &byte, 1, 0) == 1);
  CHECK_NUMBER(byte, SIGINT);
  answer(connection, 256 + SIGTERM);
  int status = finish(pid, connection, fds, output);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void engine_dies(void) {
  char text[4096], said[256];
  int fds[3], output;
  pid_t pid = start(&output);
  int connection = take(fds, text, sizeof text);
  shutdown(connection, SHUT_RDWR);
  for (int i = 0; i < 3; i++) close(fds[i]);
  fds[0] = fds[1] = fds[2] = -1;
  ssize_t n = read(output, said, sizeof said - 1);
  said[n > 0 ? n : 0] = '\0';
  CHECK(strncmp(said, "docker: ", 8) == 0);
  int status = finish(pid, connection, fds, output);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 125);
}

int main(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (!mkdtemp(directory)) return 1;
  snprintf(path, sizeof path, "%s/socket", directory);
  memcpy(address.sun_path, path, sizeof path);
  listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 4) == 0);
  request_and_status();
  signals();
  engine_dies();
  close(listener);
  unlink(path);
  rmdir(directory);
  return checks_end("client");
}
