// One command: a fork of the zygote that becomes the client's deputy, with its user, its descriptors, its
// directory and its signals.
#include "engine.h"
#include "request.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int client = -1;

// Tells the client the status: from 256 on it kills itself by signal (status - 256).
_Noreturn static void finish(int status) {
  uint32_t word = (uint32_t)status;
  terminal_restore();
  // A client that is gone needs no status
  ssize_t wrote = write(client, &word, sizeof word);
  _exit(wrote == sizeof word && status < 256 ? status : 125);
}

static void exit_with(int status) { finish(status & 255); }

static void signalled(JSContext *ctx, int number) {
  if (signals_raise(ctx, number))
    return;
  switch (number) {
  case SIGCHLD:
  case SIGCONT:
  case SIGURG:
  case SIGWINCH:
  case SIGTSTP:
  case SIGTTIN:
  case SIGTTOU:
    return;
  default:
    finish(number > 0 && number < 65 ? 256 + number : 125);
  }
}

static void relay(JSContext *ctx, uint32_t events) {
  uint8_t numbers[32];
  for (;;) {
    ssize_t got = recv(client, numbers, sizeof numbers, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 && errno == EAGAIN)
      return;
    if (got <= 0) { // the client was killed
      signalled(ctx, SIGHUP);
      return;
    }
    for (ssize_t i = 0; i < got; i++)
      signalled(ctx, numbers[i]);
  }
}

// The n-th field of a line of /etc/passwd or /etc/group, which it cuts out of the line.
static char *field(char *line, int number) {
  while (number-- > 0 && line)
    if ((line = strchr(line, ':')))
      line++;
  if (line)
    line[strcspn(line, ":")] = 0;
  return line;
}

// The user's name by number into `name`; empty when there is none.
static void user_name(uid_t uid, char *name, size_t size) {
  size_t length;
  char *text = read_whole("/etc/passwd", &length), *rest = text, *line;
  *name = 0;
  while (rest && !*name && (line = strsep(&rest, "\n"))) {
    char copy[256];
    snprintf(copy, sizeof copy, "%s", line);
    const char *number = field(copy, 2);
    if (number && *number && strtoul(number, NULL, 10) == uid)
      snprintf(name, size, "%s", field(line, 0));
  }
  free(text);
}

static int groups_of(const char *name, gid_t gid, gid_t *groups, int most) {
  size_t length;
  char *text = read_whole("/etc/group", &length), *rest = text, *line;
  int count = 0;
  groups[count++] = gid;
  while (rest && *name && count < most && (line = strsep(&rest, "\n"))) {
    // Fields are cut from the last one on, as cutting ends the line
    char *members = field(line, 3), *number = members ? field(line, 2) : NULL, *member;
    bool is_member = false;
    while (number && members && (member = strsep(&members, ",")))
      is_member |= strcmp(member, name) == 0;
    if (is_member)
      groups[count++] = (gid_t)strtoul(number, NULL, 10);
  }
  free(text);
  return count;
}

// Takes on the peer's user and groups for good. 0 or the error.
static int become(const struct ucred *peer) {
  if (geteuid() != 0)
    return peer->uid == geteuid() ? 0 : EPERM;
  if (peer->uid != 0) {
    char name[64];
    gid_t groups[64];
    user_name(peer->uid, name, sizeof name);
    int count = groups_of(name, peer->gid, groups, (int)(sizeof groups / sizeof *groups));
    if (setgroups((size_t)count, groups) < 0)
      return errno;
  }
  if (setresgid(peer->gid, peer->gid, peer->gid) < 0 || setresuid(peer->uid, peer->uid, peer->uid) < 0)
    return errno;
  // The change of user took /proc/self away from us
  prctl(PR_SET_DUMPABLE, 1);
  return 0;
}

_Noreturn void command_serve(JSContext *ctx, int connection) {
  struct request request;
  struct ucred peer;
  socklen_t size = sizeof peer;
  client = connection;
  int error = getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ? errno : become(&peer);
  if (!error)
    error = request_read(connection, &request);
  if (error) {
    dprintf(STDERR_FILENO, "engine: cannot take a command from process %d of user %u: %s\n", (int)peer.pid, peer.uid, strerror(error));
    finish(125);
  }
  for (int fd = 0; fd < 3; fd++)
    if (dup2(request.fds[fd], fd) < 0)
      finish(125);
  for (int fd = 0; fd < 3; fd++)
    close(request.fds[fd]);
  if (chdir(request.directory) < 0 && chdir("/") < 0)
    finish(125);
  umask(022);

  const char *name = strrchr(request.argv[0], '/');
  if (name)
    memmove(request.argv[0], name + 1, strlen(name));
  runtime_title(request.argv[0]);
  runtime_exit = exit_with;
  // Short-lived: collecting cycles would copy the pages that all commands share
  JS_SetGCThreshold(JS_GetRuntime(ctx), 24 << 20);
  loop_init(ctx);
  fd_nonblocking(connection);
  fd_watch(connection, relay);
  JSValue arguments[] = {string_array(ctx, request.argc, request.argv), environment(ctx, request.envp), JS_NewString(ctx, request.directory)};
  finish(runtime_call(ctx, "command", 3, arguments));
}
