/*
 * `docker` and `bottle`: hands arguments, environment, directory and descriptors to the engine, which has
 * the command's code loaded already, relays signals to it, and ends as it says.
 *
 * To the engine: u32 length of what follows; u32 argc and the arguments; u32 envc and the environment; the
 * directory; texts end with NUL, numbers are little-endian; descriptors 0 to 2 come with the first byte.
 * Then a byte for each signal. From the engine: u32 status; from 256 on it is a signal to die of.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "../lib/io.h"
#include "client.h"

#define SOCKET "/run/bottle/cli.sock"

/* Status of docker(1) when the fault is not the container's. */
enum { FAILED = 125 };

/* While the machine boots the engine comes up; longer than this it never took. */
enum { PATIENCE_MS = 10000, PAUSE_MS = 20 };

static int engine = -1;

static _Noreturn void fail(const char *what, const char *reason) {
  const char *const parts[] = {"docker: ", what, ": ", reason, "\n"};
  for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (write_all(STDERR_FILENO, parts[i], strlen(parts[i])) != 0) break;
  }
  _exit(FAILED);
}

static void relay(int signal_number) {
  int before = errno;
  char byte = (char)signal_number;
  /* An engine that is gone says so by the end of the socket. */
  ssize_t n = send(engine, &byte, 1, MSG_NOSIGNAL);
  (void)n;
  errno = before;
}

static void relay_signals(void) {
  static const int relayed[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGUSR1, SIGUSR2, SIGCONT};
  struct sigaction action = {.sa_handler = relay, .sa_flags = SA_RESTART};
  for (unsigned i = 0; i < sizeof relayed / sizeof *relayed; i++) {
    /* Can only fail for a number that is no signal. */
    (void)sigaction(relayed[i], &action, NULL);
  }
}

static void connect_engine(void) {
  const char *path = getenv("BOTTLE_SOCKET");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (!path || !*path) path = SOCKET;
  if (strlen(path) >= sizeof address.sun_path) fail(path, "the path is too long for a socket");
  memcpy(address.sun_path, path, strlen(path) + 1);
  engine = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (engine < 0) fail("socket", strerror(errno));
  for (int waited = 0; connect(engine, (struct sockaddr *)&address, sizeof address) < 0; waited += PAUSE_MS) {
    if (errno == EACCES) fail(path, "permission denied: only root and members of the group docker reach the engine");
    if (errno != ENOENT && errno != ECONNREFUSED && errno != EINTR) fail(path, strerror(errno));
    if (waited >= PATIENCE_MS) fail(path, "the engine does not answer; if that lasts, start the machine anew");
    struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000};
    nanosleep(&pause, NULL);
  }
}

static char *put(char *to, const void *from, size_t length) {
  memcpy(to, from, length);
  return to + length;
}

static char *put_u32(char *to, uint32_t value) {
  for (unsigned i = 0; i < 4; i++) *to++ = (char)(value >> (8 * i));
  return to;
}

static size_t list_size(char **list, uint32_t *count) {
  size_t size = 4;
  for (*count = 0; list[*count]; ++*count) size += strlen(list[*count]) + 1;
  return size;
}

static char *put_list(char *to, char **list, uint32_t count) {
  to = put_u32(to, count);
  for (uint32_t i = 0; i < count; i++) to = put(to, list[i], strlen(list[i]) + 1);
  return to;
}

/* Sends with the three standard descriptors. */
static void send_request(char *bytes, size_t length) {
  static const int standard[] = {0, 1, 2};
  char control[CMSG_SPACE(sizeof standard)] = {0};
  struct iovec data = {bytes, length};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof standard);
  memcpy(CMSG_DATA(head), standard, sizeof standard);
  ssize_t sent;
  do sent = sendmsg(engine, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  int error = sent < 0 ? errno : write_all(engine, bytes + sent, length - (size_t)sent);
  if (error) fail("sending the command to the engine", strerror(error));
}

static void ask(char **arguments, char **environment) {
  char directory[PATH_MAX];
  uint32_t argc, envc;
  if (!getcwd(directory, sizeof directory)) strcpy(directory, "/");
  size_t length = list_size(arguments, &argc);
  length += list_size(environment, &envc);
  length += strlen(directory) + 1;
  char *bytes = malloc(4 + length);
  if (!bytes) fail("allocating memory", strerror(ENOMEM));
  char *end = put_u32(bytes, (uint32_t)length);
  end = put_list(end, arguments, argc);
  end = put_list(end, environment, envc);
  put(end, directory, strlen(directory) + 1);
  send_request(bytes, 4 + length);
}

static uint32_t await_status(void) {
  unsigned char bytes[4];
  for (size_t length = 0; length < sizeof bytes;) {
    ssize_t n = read(engine, bytes + length, sizeof bytes - length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("waiting for the engine", strerror(errno));
    if (n == 0) fail("waiting for the engine", "it ended without saying how the command went");
    length += (size_t)n;
  }
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static _Noreturn void end(uint32_t status) {
  if (status >= 256) {
    int signal_number = (int)(status - 256);
    signal(signal_number, SIG_DFL);
    kill(getpid(), signal_number);
    /* It was one that does not end a process. */
    _exit(128 + (signal_number & 127));
  }
  _exit((int)status);
}

int client_main(int argc, char **argv) {
  int fd;
  /* Descriptors 0 to 2 are something, as they are to be sent. */
  do fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  while (fd >= 0 && fd < 3);
  if (fd >= 0) close(fd);
  /* An engine that dies while it is spoken to is an error to report, not a signal. */
  signal(SIGPIPE, SIG_IGN);
  if (argc < 1) fail("starting", "no name was given");
  connect_engine();
  /* A signal that comes between the request and its relays waits: the command has begun, and is to hear of it. */
  sigset_t all, before;
  sigfillset(&all);
  (void)sigprocmask(SIG_BLOCK, &all, &before); /* fails only for what is no way to change the mask */
  ask(argv, environ);
  relay_signals();
  (void)sigprocmask(SIG_SETMASK, &before, NULL);
  end(await_status());
}
