#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/io.h"
#include "shim.h"
#include "wire.h"

/* A path in the container's runtime directory. Too long only when the daemon's own path was. */
static int beside(const struct shim *shim, const char *name, char *path, size_t size) {
  int n = snprintf(path, size, "%s/%s", shim->config.directory, name);
  return n < 0 || (size_t)n >= size ? ENAMETOOLONG : 0;
}

static void complain(const struct shim *shim, const char *what, int error) {
  dprintf(STDERR_FILENO, "shim %s: %s in %s: %s\n", shim->config.id, what, shim->config.directory, strerror(error));
}

static int set_nonblocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? errno : 0;
}

int child_streams(struct shim *shim) {
  if (shim->config.tty) return 0;
  int in[2], out[2], err[2];
  if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) return errno;
  if (shim->config.open_stdin) {
    if (pipe2(in, O_CLOEXEC) < 0) return errno;
  } else {
    in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    in[1] = -1;
    if (in[0] < 0) return errno;
  }
  shim->child_ends[0] = in[0];
  shim->child_ends[1] = out[1];
  shim->child_ends[2] = err[1];
  shim->input = in[1];
  shim->out = out[0];
  shim->err = err[0];
  int error = set_nonblocking(shim->out);
  if (!error) error = set_nonblocking(shim->err);
  if (!error && shim->input >= 0) error = set_nonblocking(shim->input);
  return error;
}

static int take_master(struct shim *shim, int master) {
  shim->input = shim->out = master;
  terminal_resize(shim);
  /* Held open, so that a process which closes its terminal and opens it again does not end it. */
  shim->slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (shim->slave < 0) return errno;
  return set_nonblocking(master);
}

/* For a plan without a `console` step: a terminal of the machine. */
static int open_terminal(struct shim *shim) {
  int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), locked = 0;
  if (master < 0) return errno;
  if (ioctl(master, TIOCSPTLCK, &locked) < 0) return errno;
  int error = take_master(shim, master);
  for (int i = 0; i < 3; i++) shim->child_ends[i] = shim->slave;
  return error;
}

static bool has_console(const struct plan *plan) {
  for (uint32_t i = 0; i < plan->count; i++) {
    if (strcmp(plan->steps[i].operation->name, "console") == 0) return true;
  }
  return false;
}

static void send_trace(struct shim *shim) {
  char *message = malloc(wire_trace_length(&shim->plan));
  if (!message) return;
  control_broadcast(shim, message, wire_trace(message, &shim->plan, shim->run.report));
  free(message);
}

/* Nothing runs: undoes what the plan did, tells, and is gone. */
static _Noreturn void fail(struct shim *shim, uint32_t step, int error) {
  char message[WIRE_FAILED];
  if (shim->run.report) {
    run_after(&shim->run);
    send_trace(shim);
  }
  unlink(shim->config.socket);
  control_broadcast(shim, message, wire_failed(message, step, error));
  /* The clients are left to the daemon, which tells them why. */
  _exit(1);
}

static int read_plan(struct shim *shim, uint32_t *bad) {
  char path[PATH_MAX + 16], *bytes;
  size_t length;
  *bad = NO_STEP;
  int error = beside(shim, "plan", path, sizeof path);
  if (!error) error = read_file(path, PLAN_LARGEST, 1, &bytes, &length);
  return error ? error : plan_decode(&shim->plan, bytes, length, bad);
}

static void close_child_ends(struct shim *shim) {
  for (int i = 0; i < 3; i++) {
    if (shim->child_ends[i] >= 0 && shim->child_ends[i] != shim->slave) close(shim->child_ends[i]);
    shim->child_ends[i] = -1;
  }
}

void child_start(struct shim *shim) {
  uint32_t step;
  int error = read_plan(shim, &step);
  if (!error) {
    step = NO_STEP;
    error = run_prepare(&shim->run, &shim->plan);
  }
  if (!error && shim->config.tty && !has_console(&shim->plan)) error = open_terminal(shim);
  if (error) fail(shim, step, error);
  shim->run.terminal = shim->config.tty;
  memcpy(shim->run.stdio, shim->child_ends, sizeof shim->child_ends);
  error = run_start(&shim->run, &step);
  if (error) fail(shim, step, error);
  close_child_ends(shim);
  shim->state = STATE_STARTING;
}

static void started(struct shim *shim) {
  char path[PATH_MAX + 16], text[16], message[WIRE_STARTED];
  int length = snprintf(text, sizeof text, "%d", (int)shim->run.child);
  int error = beside(shim, "pid", path, sizeof path);
  if (!error) error = write_atomic(path, 0600, text, (size_t)length);
  /* The file is for whoever finds a container without its shim; without it the container is as good. */
  if (error) complain(shim, "writing its pid file", error);
  shim->state = STATE_RUNNING;
  send_trace(shim);
  control_broadcast(shim, message, wire_started(message, 'P', shim->run.child, shim->run.report->own_pid));
  if (shim->input >= 0) input_flush(shim);
}

static int reap(struct shim *shim) {
  pid_t pid;
  do pid = waitpid(shim->run.child, &shim->wait_status, 0);
  while (pid < 0 && errno == EINTR);
  return pid < 0 ? errno : 0;
}

/* memory.events(5) of the cgroup: whether the kernel killed in it for want of memory. */
static bool ran_out_of_memory(const struct shim *shim) {
  if (shim->config.exec || shim->run.cgroup < 0) return false;
  int fd = openat(shim->run.cgroup, "memory.events", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char events[512];
  ssize_t n = read(fd, events, sizeof events - 1);
  close(fd);
  if (n <= 0) return false;
  events[n] = '\0';
  const char *count = strstr(events, "oom_kill ");
  return count && count[9] != '0';
}

void child_progress(struct shim *shim) {
  char byte, control[CMSG_SPACE(sizeof(int))];
  struct iovec data = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t n = recvmsg(shim->run.sync, &message, MSG_CMSG_CLOEXEC);
  if (n < 0 && errno == EINTR) return;
  struct cmsghdr *head = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
  if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS && shim->out < 0) {
    int master;
    memcpy(&master, CMSG_DATA(head), sizeof master);
    if (take_master(shim, master) == 0) return;
  }
  close(shim->run.sync);
  shim->run.sync = -1;
  uint32_t step;
  int error = run_finish(&shim->run, &step);
  if (!error) {
    started(shim);
    return;
  }
  /* It is on its way out by itself; a signal makes sure. */
  kill(shim->run.child, SIGKILL);
  (void)reap(shim);
  if (error == EINTR && ran_out_of_memory(shim)) error = ENOMEM;
  fail(shim, step, error);
}

static int write_exit(const struct shim *shim) {
  char path[PATH_MAX + 16], json[4096];
  int status = shim->wait_status;
  int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  int error = beside(shim, "exit", path, sizeof path);
  if (error) return error;
  size_t used = (size_t)snprintf(
      json, sizeof json, "{\"status\":%d,\"signal\":%d,\"oom\":%s,\"finished\":\"%llu\",\"failed\":[",
      signal_number ? 128 + signal_number : WEXITSTATUS(status), signal_number, shim->oom ? "true" : "false",
      (unsigned long long)shim->finished);
  const char *comma = "";
  for (uint32_t i = 0; i < shim->plan.count && used < sizeof json - 64; i++) {
    int32_t outcome = shim->run.report->outcomes[i].error;
    if (shim->plan.steps[i].phase != PHASE_AFTER || outcome <= 0) continue;
    used += (size_t)snprintf(json + used, sizeof json - used, "%s{\"step\":%u,\"errno\":%d}", comma, i, (int)outcome);
    comma = ",";
  }
  used += (size_t)snprintf(json + used, sizeof json - used, "]}\n");
  return write_atomic(path, 0600, json, used);
}

static bool after_failed(const struct shim *shim) {
  for (uint32_t i = 0; i < shim->plan.count; i++) {
    if (shim->plan.steps[i].phase == PHASE_AFTER && shim->run.report->outcomes[i].error > 0) return true;
  }
  return false;
}

void child_ended(struct shim *shim) {
  int error = reap(shim);
  if (error) complain(shim, "waiting for its process", error);
  shim->finished = clock_ns(CLOCK_REALTIME);
  shim->oom = ran_out_of_memory(shim);
  shim->state = STATE_ENDED;
  close(shim->run.pidfd);
  shim->run.pidfd = -1;
  /* With the first process of a pid namespace all others are dead, so what they wrote is in the pipes.
   * Of an exec, or without a namespace, others may go on: they are not waited for. */
  while (stream_read(shim, STREAM_OUT)) {
  }
  while (stream_read(shim, STREAM_ERR)) {
  }
  log_end(&shim->log, STREAM_OUT);
  log_end(&shim->log, STREAM_ERR);
  /* The status first: nothing that follows may lose it. */
  error = write_exit(shim);
  run_after(&shim->run);
  if (!error && after_failed(shim)) error = write_exit(shim);
  if (error) complain(shim, "writing its exit file", error);
  shim->deadline = clock_ns(CLOCK_MONOTONIC) + LINGER_NS;
  for (unsigned i = 0; i < MOST_CLIENTS; i++) {
    if (shim->clients[i].fd >= 0) client_flush(shim, &shim->clients[i]);
  }
  child_tell_end(shim);
}

void child_tell_end(struct shim *shim) {
  bool clients = false;
  for (unsigned i = 0; i < MOST_CLIENTS; i++) clients = clients || shim->clients[i].fd >= 0;
  if (!shim->told && (!clients || clock_ns(CLOCK_MONOTONIC) >= shim->deadline)) {
    char message[1 + WIRE_ENDED] = "X";
    /* Its name is free for the container's next start before anybody hears of this end. */
    unlink(shim->config.socket);
    close(shim->listener);
    shim->listener = -1;
    control_broadcast(shim, message, 1 + wire_ended(message + 1, shim->wait_status, shim->oom, shim->finished));
    shim->told = true;
  }
  if (!clients) _exit(0);
}
