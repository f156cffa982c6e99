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

#include "../lib/io.h"

// Milliseconds that a client waits at most for others to end when memory is short, and between two looks at it.
enum { PATIENCE = 1000, LOOK_AGAIN = 50 };

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
    if (pid != daemon_process.pid) {
      crowd_leave();
      continue;
    }
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

// Commands are for the kernel to kill before what the machine needs: they have taken its protection over from us.
static void give_up_protection(void) {
  int error = write_file("/proc/self/oom_score_adj", 0, 0, "500", 3);
  if (error && error != EACCES && error != ENOENT)
    dprintf(STDERR_FILENO, "engine: writing /proc/self/oom_score_adj: %s\n", strerror(error));
}

static void serve(JSContext *ctx) {
  int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (connection < 0)
    return; // the client is gone, or another accept(2) would say the same: poll tells
  pid_t pid = fork();
  if (pid == 0) {
    become_child("docker");
    give_up_protection();
    command_serve(ctx, connection);
  }
  if (pid > 0)
    crowd_enter();
  if (pid < 0) {
    dprintf(STDERR_FILENO, "engine: cannot start a command: fork: %s\n", strerror(errno));
    uint32_t status = 125;
    if (write(connection, &status, sizeof status) < 0)
      dprintf(STDERR_FILENO, "engine: and cannot tell the client: %s\n", strerror(errno));
  }
  close(connection);
}

// Until the descriptor (if any) is readable, a child has ended, or the milliseconds are over (none when negative).
// Whether it is readable.
static bool wait_for(struct pollfd *poll_fd, double milliseconds, const sigset_t *mask) {
  struct timespec left = {.tv_sec = (time_t)(milliseconds / 1000)};
  left.tv_nsec = (long)((milliseconds - (double)left.tv_sec * 1000) * 1e6);
  return ppoll(poll_fd, poll_fd ? 1 : 0, milliseconds < 0 ? NULL : &left, mask) > 0;
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
  double crowded = 0; // since when clients wait for room, 0 when none does
  for (;;) {
    if (daemon_process.due > 0 && daemon_process.due <= monotonic())
      start_daemon(ctx);
    double due = daemon_process.due > 0 ? daemon_process.due - monotonic() : -1;
    struct pollfd poll_fd = {.fd = listener, .events = POLLIN};
    if (crowded > 0) {
      // Whoever waited long enough has his turn all the same: those who run may be about to run for ever.
      if (crowd_has_room() || monotonic() - crowded >= PATIENCE) {
        crowded = 0;
        serve(ctx);
      } else {
        wait_for(NULL, LOOK_AGAIN, &waiting);
      }
    } else if (wait_for(&poll_fd, daemon_process.due > 0 && due < 0 ? 0 : due, &waiting)) {
      if (crowd_has_room())
        serve(ctx);
      else
        crowded = monotonic();
    }
    reap();
  }
}
