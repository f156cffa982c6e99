#include "operations.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/io.h"

const char *argument(const struct step *step, uint32_t index) {
  return index < step->count ? step->arguments[index].bytes : "";
}

int argument_number(const struct step *step, uint32_t index, uint64_t *number) {
  return parse_number(argument(step, index), 0, number);
}

int run_prepare(struct run *run, struct plan *plan) {
  size_t size = sizeof *run->report + plan->count * sizeof *run->report->outcomes;
  struct report *report = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (report == MAP_FAILED) return errno;
  for (uint32_t i = 0; i < plan->count; i++) report->outcomes[i].error = STEP_NOT_RUN;
  *run = (struct run){
      .plan = plan,
      .report = report,
      .stdio = {-1, -1, -1},
      .sync = -1,
      .pidfd = -1,
      .cgroup = -1,
      .target = -1,
      .resolver = {-1, -1},
      .root = -1,
      .umask = 022,
  };
  return 0;
}

/* Runs one step and notes its outcome. Returns 0 when the next may follow. */
static int run_step(struct run *run, uint32_t index) {
  const struct step *step = &run->plan->steps[index];
  struct outcome *outcome = &run->report->outcomes[index];
  uint64_t begin = clock_ns(CLOCK_MONOTONIC);
  /* execve does not come back to say when it began to succeed. */
  outcome->ns = begin;
  int error = step->operation->run(run, step);
  outcome->ns = clock_ns(CLOCK_MONOTONIC) - begin;
  outcome->error = error;
  return error == STEP_ABSENT ? 0 : error;
}

/* Runs the steps of a phase in [from, to). */
static int run_phase(struct run *run, enum phase phase, uint32_t from, uint32_t to, uint32_t *failed) {
  for (uint32_t i = from; i < to; i++) {
    if (run->plan->steps[i].phase != phase) continue;
    *failed = i;
    int error = run_step(run, i);
    if (error) return error;
  }
  return 0;
}

/* The streams become 0 to 2, the socket 3, the pidfd of another container's process 4: nothing else stays. */
static int settle_descriptors(struct run *run) {
  for (int i = 0; i < 3; i++) {
    if (run->stdio[i] >= 0 && dup2(run->stdio[i], i) < 0) return errno;
  }
  if (run->target >= 0) {
    /* Above both of the numbers that are to be taken, whatever it is now. */
    run->target = fcntl(run->target, F_DUPFD_CLOEXEC, 5);
    if (run->target < 0) return errno;
  }
  if (run->sync != 3 && dup3(run->sync, 3, O_CLOEXEC) < 0) return errno;
  run->sync = 3;
  unsigned first = 4;
  if (run->target >= 0) {
    if (dup3(run->target, 4, O_CLOEXEC) < 0) return errno;
    run->target = 4;
    first = 5;
  }
  return syscall(SYS_close_range, first, ~0u, 0u) < 0 ? errno : 0;
}

static void default_signals(void) {
  /* The kernel's own structure, whose zeroes are SIG_DFL: the C library keeps some signals to itself. */
  static const unsigned long standard[8];
  for (int number = 1; number <= 64; number++) (void)syscall(SYS_rt_sigaction, number, standard, NULL, 8);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The child's whole life before its execve. */
static _Noreturn void be_child(struct run *run) {
  /* Processes of a container it joins must not reach this program's memory, descriptors or file
   * through /proc (CVE-2016-9962, CVE-2019-5736). */
  prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
  struct report *report = run->report;
  report->current = run->plan->clone;
  report->own_pid = (int32_t)syscall(SYS_getpid);
  default_signals();
  /* Modes in the plan are meant as they stand; the command's own mask is set at its execve. */
  umask(0);
  int error = write_file("/proc/self/oom_score_adj", 0, 0, "0", 1);
  if (!error) error = settle_descriptors(run);
  char byte;
  if (!error && recv(run->sync, &byte, 1, 0) != 1) error = ECANCELED;
  for (uint32_t i = 0; !error && i < run->plan->count; i++) {
    if (run->plan->steps[i].phase != PHASE_CHILD) continue;
    report->current = i;
    error = run_step(run, i);
  }
  report->outcomes[report->current].error = error;
  _exit(127);
}

static long clone_child(struct run *run, uint64_t flags) {
  int pidfd = -1;
  struct clone_args arguments = {
      .flags = flags | CLONE_PIDFD | (run->cgroup >= 0 ? CLONE_INTO_CGROUP : 0),
      .pidfd = (uintptr_t)&pidfd,
      .exit_signal = SIGCHLD,
      .cgroup = run->cgroup >= 0 ? (uint64_t)run->cgroup : 0,
  };
  long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid > 0) run->pidfd = pidfd;
  return pid;
}

/* The way of a kernel without clone3(2): the cgroup is entered by the parent, while the child waits. */
static int adopt(struct run *run, pid_t pid, const char *cgroup) {
  run->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  if (run->pidfd < 0) return errno;
  if (*cgroup == '\0') return 0;
  char number[16], path[4096];
  int length = snprintf(number, sizeof number, "%d", (int)pid);
  int n = snprintf(path, sizeof path, "%s/cgroup.procs", cgroup);
  if (n < 0 || (size_t)n >= sizeof path) return ENAMETOOLONG;
  return write_file(path, 0, 0, number, (size_t)length);
}

/* clone FLAGS CGROUP: CGROUP is a directory, or "" to stay in the shim's */
int do_clone(struct run *run, const struct step *step) {
  uint64_t flags;
  const char *cgroup = argument(step, 1);
  int pair[2], error = argument_number(step, 0, &flags);
  if (error) return error;
  if (*cgroup) {
    run->cgroup = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (run->cgroup < 0) return errno;
  }
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return errno;
  bool old = false;
  long pid = clone_child(run, flags);
  if (pid < 0 && errno == ENOSYS) {
    old = true;
    pid = syscall(SYS_clone, (unsigned long)flags | SIGCHLD, NULL, NULL, NULL, NULL);
  }
  if (pid == 0) {
    run->sync = pair[1];
    be_child(run);
  }
  error = pid < 0 ? errno : 0;
  close(pair[1]);
  run->sync = pair[0];
  if (error) return error;
  run->child = (pid_t)pid;
  return old ? adopt(run, run->child, cgroup) : 0;
}

static int open_target(struct run *run, uint32_t *failed) {
  for (uint32_t i = 0; i < run->plan->count && run->target < 0; i++) {
    const struct step *step = &run->plan->steps[i];
    uint64_t pid;
    if (strcmp(step->operation->name, "setns_pidfd") != 0) continue;
    *failed = i;
    int error = argument_number(step, 0, &pid);
    if (!error) {
      run->target = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
      if (run->target < 0) error = errno;
    }
    if (error) {
      run->report->outcomes[i].error = error;
      return error;
    }
  }
  return 0;
}

int run_start(struct run *run, uint32_t *failed) {
  int error = open_target(run, failed);
  if (!error) error = run_phase(run, PHASE_HOST, 0, run->plan->count, failed);
  if (!error && send(run->sync, "g", 1, MSG_NOSIGNAL) != 1) {
    *failed = run->plan->clone;
    error = errno;
  }
  if (error && run->child > 0) {
    kill(run->child, SIGKILL);
    while (waitpid(run->child, NULL, 0) < 0 && errno == EINTR) {
    }
    run->child = 0;
  }
  return error;
}

int run_finish(struct run *run, uint32_t *failed) {
  struct report *report = run->report;
  struct outcome *last = &report->outcomes[report->current];
  *failed = report->current;
  if (last->error > 0) return last->error;
  if (strcmp(run->plan->steps[report->current].operation->name, "execve") != 0) {
    /* It died in the middle, by a signal: nothing else ends the socket before execve. */
    last->error = EINTR;
    return EINTR;
  }
  last->error = STEP_OK;
  last->ns = clock_ns(CLOCK_MONOTONIC) - last->ns;
  return 0;
}

void run_after(struct run *run) {
  for (uint32_t i = 0; i < run->plan->count; i++) {
    /* The outcome says how it went; the next one is tried all the same. */
    if (run->plan->steps[i].phase == PHASE_AFTER) (void)run_step(run, i);
  }
}
