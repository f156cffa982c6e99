#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"

void complain(const char *what, const char *path, int error) {
  dprintf(STDERR_FILENO, "init: %s %s: %s\n", what, path, strerror(error));
}

static int open_signals(void) {
  sigset_t handled;
  sigemptyset(&handled);
  sigaddset(&handled, SIGCHLD);
  sigaddset(&handled, SIGTERM);
  /* What busybox's halt and poweroff send. */
  sigaddset(&handled, SIGUSR1);
  sigaddset(&handled, SIGUSR2);
  sigprocmask(SIG_BLOCK, &handled, NULL);
  return signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Every process that lost its parent ends here. */
static void reap(void) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) services_ended(pid, status);
}

static void take_signals(int fd) {
  struct signalfd_siginfo info;
  while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
    if (info.ssi_signo != SIGCHLD) power_off();
  }
  reap();
}

static int sooner(int a, int b) {
  if (a < 0) return b;
  return b < 0 || a < b ? a : b;
}

int main(void) {
  if (getpid() != 1) {
    dprintf(STDERR_FILENO, "init: is started by the kernel, as process 1\n");
    return 1;
  }
  umask(022);
  root_settle();
  root_mount();
  int signals = open_signals();
  if (signals < 0) complain("signalfd", "", errno);
  machine_settle();
  services_start();
  control_open();
  for (;;) {
    struct pollfd polled[2 + MOST_QUESTIONS] = {{.fd = signals, .events = POLLIN}};
    size_t count = control_watch(polled + 1);
    if (poll(polled, 1 + count, sooner(services_due(), control_due())) < 0) {
      if (errno != EINTR) complain("poll", "", errno);
      continue;
    }
    if (polled[0].revents) take_signals(signals);
    control_serve(polled + 1, count);
  }
}
