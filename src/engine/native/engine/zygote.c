// The zygote: has the bundle loaded once, and forks a warm copy of itself for the daemon (again whenever it
// dies) and for each command. It never runs JavaScript after loading, so its heap stays shared.
#include "engine.h"
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int listener = -1;

static struct {
  pid_t pid;
  double started; // monotonic, ms
  double due;     // when it is to be started, 0 when it runs
  int short_lives;
} daemon_process;

static const char *or_default(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value && *value ? value : otherwise;
}

// Exits when it fails: init starts us again, and the reason is on the console.
static int listen_at(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    dprintf(STDERR_FILENO, "engine: the socket's path is too long: %s\n", path);
    exit(1);
  }
  memcpy(address.sun_path, path, strlen(path) + 1);
  char directory[sizeof address.sun_path];
  memcpy(directory, address.sun_path, sizeof directory);
  char *slash = strrchr(directory, '/');
  if (slash && slash != directory) {
    *slash = 0;
    mkdir(directory, 0755); // there already, mostly
  }
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  unlink(path);
  mode_t mask = umask(0777);
  bool fine = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
  umask(mask);
  const struct group *group = getgrnam("docker");
  if (fine && group && geteuid() == 0)
    fine = chown(path, 0, group->gr_gid) == 0;
  if (!fine || chmod(path, group ? 0660 : 0600) < 0 || listen(fd, 64) < 0) {
    dprintf(STDERR_FILENO, "engine: cannot listen on %s: %s\n", path, strerror(errno));
    exit(1);
  }
  return fd;
}

// What both kinds of children begin with.
static void become_child(const char *title) {
  close(listener);
  signals_reset();
  signal(SIGPIPE, SIG_IGN);
  runtime_title(title);
}

static void start_daemon(JSContext *ctx) {
  pid_t parent = getpid();
  daemon_process.started = monotonic();
  daemon_process.due = 0;
  daemon_process.pid = fork();
  if (daemon_process.pid < 0) {
    dprintf(STDERR_FILENO, "engine: cannot start the daemon: fork: %s; trying again in a second\n", strerror(errno));
    daemon_process.due = monotonic() + 1000;
    return;
  }
  if (daemon_process.pid > 0)
    return;
  become_child("engine daemon");
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) // died before it was asked for
    _exit(1);
  loop_init(ctx);
  _exit(runtime_call(ctx, "daemon", 0, NULL));
}

static void reap(void) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid != daemon_process.pid)
      continue;
    double now = monotonic();
    if (WIFSIGNALED(status))
      dprintf(STDERR_FILENO, "engine: the daemon was ended by signal %d; starting it again\n", WTERMSIG(status));
    else
      dprintf(STDERR_FILENO, "engine: the daemon ended with status %d; starting it again\n", WEXITSTATUS(status));
    daemon_process.short_lives = now - daemon_process.started < 1000 ? daemon_process.short_lives + 1 : 0;
    daemon_process.pid = 0;
    daemon_process.due = daemon_process.short_lives >= 3 ? now + 1000 : now;
  }
}

static void serve(JSContext *ctx) {
  int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (connection < 0)
    return; // the client is gone, or another accept(2) would say the same: poll tells
  pid_t pid = fork();
  if (pid == 0) {
    become_child("docker");
    command_serve(ctx, connection);
  }
  if (pid < 0) {
    dprintf(STDERR_FILENO, "engine: cannot start a command: fork: %s\n", strerror(errno));
    uint32_t status = 125;
    if (write(connection, &status, sizeof status) < 0)
      dprintf(STDERR_FILENO, "engine: and cannot tell the client: %s\n", strerror(errno));
  }
  close(connection);
}

static void ignore(int number) { (void)number; }

int zygote(JSContext *ctx) {
  listener = listen_at(or_default("BOTTLE_SOCKET", "/run/bottle/cli.sock")); // early: clients may queue
  if (!runtime_load(ctx, or_default("BOTTLE_BUNDLE", "/usr/lib/bottle/bundle")))
    return 1;
  JS_RunGC(JS_GetRuntime(ctx));
  heap_settle();

  struct sigaction action = {.sa_handler = ignore}; // only so that it ends ppoll(2)
  sigaction(SIGCHLD, &action, NULL);
  sigset_t child, waiting;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, &waiting);
  sigdelset(&waiting, SIGCHLD);

  start_daemon(ctx);
  for (;;) {
    struct timespec left = {0, 0}, *timeout = NULL;
    if (daemon_process.due > 0) {
      double wait = daemon_process.due - monotonic();
      if (wait <= 0) {
        start_daemon(ctx);
        continue;
      }
      left.tv_sec = (time_t)(wait / 1000);
      left.tv_nsec = (long)((wait - (double)left.tv_sec * 1000) * 1e6);
      timeout = &left;
    }
    struct pollfd poll_fd = {.fd = listener, .events = POLLIN};
    if (ppoll(&poll_fd, 1, timeout, &waiting) > 0)
      serve(ctx);
    reap();
  }
}
