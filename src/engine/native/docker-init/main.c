/*
 * docker-init -- COMMAND ARG…: process 1 of a container that was made with --init.
 *
 * Starts the command in a process group of its own, hands every signal on to it, reaps whatever loses its
 * parent (the kernel gives orphans to process 1, and a command that expects no strangers never waits for
 * them), and ends as the command ends: with its status, or with 128 and the signal that killed it.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Signals of the process's own mistakes: blocked they would be lost, handed on they would be lies. */
static const int own[] = {SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGSYS};

static _Noreturn void be_command(char **command, const sigset_t *mask) {
  if (setpgid(0, 0) == 0 && isatty(STDIN_FILENO)) {
    /* A group in the background may not take the terminal; SIGTTOU is ignored until it has. */
    if (tcsetpgrp(STDIN_FILENO, getpgrp()) < 0 && errno != ENOTTY && errno != ENXIO) {
      dprintf(STDERR_FILENO, "docker-init: tcsetpgrp: %s\n", strerror(errno));
    }
  }
  signal(SIGTTIN, SIG_DFL);
  signal(SIGTTOU, SIG_DFL);
  sigprocmask(SIG_SETMASK, mask, NULL);
  execvp(command[0], command);
  int error = errno;
  dprintf(STDERR_FILENO, "[FATAL docker-init (%d)] exec %s failed: %s\n", (int)getpid(), command[0], strerror(error));
  _exit(error == ENOENT ? 127 : 126);
}

/* Takes every process that has ended. Returns true with the command's wait status when it is among them. */
static bool reap(pid_t command, int *status) {
  bool ended = false;
  int each;
  for (pid_t pid; (pid = waitpid(-1, &each, WNOHANG)) > 0;) {
    if (pid != command) continue;
    *status = each;
    ended = true;
  }
  return ended;
}

int main(int argc, char **argv) {
  char **command = argv + 1;
  if (argc > 1 && strcmp(argv[1], "--") == 0) command++;
  if (!*command) {
    dprintf(STDERR_FILENO, "usage: docker-init -- COMMAND [ARG...]\n");
    return 1;
  }
  sigset_t taken, before;
  sigfillset(&taken);
  for (unsigned i = 0; i < sizeof own / sizeof *own; i++) sigdelset(&taken, own[i]);
  sigprocmask(SIG_SETMASK, &taken, &before);
  signal(SIGTTIN, SIG_IGN);
  signal(SIGTTOU, SIG_IGN);
  pid_t pid = fork();
  if (pid < 0) {
    dprintf(STDERR_FILENO, "docker-init: fork: %s\n", strerror(errno));
    return 1;
  }
  if (pid == 0) be_command(command, &before);
  for (int status;;) {
    int number = sigwaitinfo(&taken, NULL);
    if (number < 0) continue; /* EINTR: a signal that is not taken, as SIGCONT after a stop */
    /* It may be gone already, which the SIGCHLD that is on its way tells. */
    if (number != SIGCHLD) (void)kill(pid, number);
    else if (reap(pid, &status)) return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
}
