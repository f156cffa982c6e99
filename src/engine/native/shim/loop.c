#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../lib/io.h"
#include "shim.h"

enum { MOST_WATCHES = MOST_CONTROLS + MOST_CLIENTS + 6 };

/* Something to wait for. The set is so small that it is made anew each time, from the state alone. */
struct watches {
  nfds_t count;
  struct pollfd polled[MOST_WATCHES];
};

/* Returns its place in the set, or -1 when there is nothing to wait for. */
static int watch(struct watches *watches, int fd, short events) {
  if (fd < 0) return -1;
  watches->polled[watches->count] = (struct pollfd){.fd = fd, .events = events};
  return (int)watches->count++;
}

static bool happened(const struct watches *watches, int place) {
  return place >= 0 && watches->polled[place].revents != 0;
}

struct places {
  int controls[MOST_CONTROLS], clients[MOST_CLIENTS];
  int listener, sync, process, out, err, input;
};

static void choose(const struct shim *shim, struct watches *watches, struct places *places) {
  watches->count = 0;
  for (unsigned i = 0; i < MOST_CONTROLS; i++) places->controls[i] = watch(watches, shim->controls[i], POLLIN);
  places->listener = watch(watches, shim->listener, POLLIN);
  places->sync = shim->state == STATE_STARTING ? watch(watches, shim->run.sync, POLLIN) : -1;
  places->process = shim->state == STATE_RUNNING ? watch(watches, shim->run.pidfd, POLLIN) : -1;

  bool output = shim->state == STATE_RUNNING && !clients_full(shim);
  places->out = output ? watch(watches, shim->out, POLLIN) : -1;
  places->err = output ? watch(watches, shim->err, POLLIN) : -1;
  bool pending = buffer_length(&shim->pending) > 0;
  places->input = pending && shim->input != shim->out ? watch(watches, shim->input, POLLOUT) : -1;
  if (pending && shim->input >= 0 && shim->input == shim->out) {
    /* A terminal's master is both ways. */
    if (places->out >= 0) watches->polled[places->out].events |= POLLOUT;
    else places->input = watch(watches, shim->input, POLLOUT);
  }

  for (unsigned i = 0; i < MOST_CLIENTS; i++) {
    const struct client *client = &shim->clients[i];
    bool reads = !client->input_ended && !pending;
    bool writes = buffer_length(&client->output) > 0;
    /* One that may not be read for now is not watched for its end either, lest what it sent be lost. */
    bool watched = reads || writes || client->input_ended;
    places->clients[i] =
        watch(watches, watched ? client->fd : -1, (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)));
  }
}

static void serve_client(struct shim *shim, struct client *client, short events) {
  if (events & POLLOUT) client_flush(shim, client);
  if (client->fd >= 0 && events & POLLIN) client_receive(shim, client);
  /* Gone altogether, or an error, and nothing left to read: half-closed ones do not report this. */
  bool gone = events & (POLLHUP | POLLERR | POLLNVAL) && !(events & POLLIN);
  if (client->fd >= 0 && gone) client_drop(shim, client, false);
}

static void serve_streams(struct shim *shim, const struct watches *watches, const struct places *places) {
  short out = places->out >= 0 ? watches->polled[places->out].revents : 0;
  if (out & POLLOUT || happened(watches, places->input)) input_flush(shim);
  if (out & ~POLLOUT) (void)stream_read(shim, STREAM_OUT);
  if (happened(watches, places->err)) (void)stream_read(shim, STREAM_ERR);
}

static int time_left(const struct shim *shim) {
  if (shim->state != STATE_ENDED || shim->told) return -1;
  uint64_t now = clock_ns(CLOCK_MONOTONIC);
  return now >= shim->deadline ? 0 : (int)((shim->deadline - now) / 1000000u) + 1;
}

static bool abandoned(const struct shim *shim) {
  if (shim->state != STATE_WAITING) return false;
  for (unsigned i = 0; i < MOST_CONTROLS; i++) {
    if (shim->controls[i] >= 0) return false;
  }
  return true;
}

static void turn(struct shim *shim) {
  static struct watches watches;
  static struct places places;
  choose(shim, &watches, &places);
  if (poll(watches.polled, watches.count, time_left(shim)) < 0) {
    if (errno != EINTR) _exit(1);
    return;
  }
  serve_streams(shim, &watches, &places);
  for (unsigned i = 0; i < MOST_CLIENTS; i++) {
    if (happened(&watches, places.clients[i])) {
      serve_client(shim, &shim->clients[i], watches.polled[places.clients[i]].revents);
    }
  }
  if (happened(&watches, places.sync)) child_progress(shim);
  if (happened(&watches, places.process)) child_ended(shim);
  if (shim->state == STATE_ENDED) child_tell_end(shim);
  for (unsigned i = 0; i < MOST_CONTROLS; i++) {
    if (happened(&watches, places.controls[i])) control_receive(shim, i);
  }
  if (happened(&watches, places.listener) && shim->listener >= 0) control_accept(shim);
}

/* Descriptors 0 to 2 are something, so that nothing else gets their numbers. */
static int open_standard(void) {
  int fd;
  do {
    fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0) return errno;
  } while (fd < 3);
  close(fd);
  return 0;
}

static void settle(void) {
  sigset_t none;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  umask(0);
  /* When memory is short the container dies, not what reports on it. The child takes this back. */
  int error = write_file("/proc/self/oom_score_adj", 0, 0, "-998", 4);
  if (error && error != EACCES) dprintf(STDERR_FILENO, "shim: writing /proc/self/oom_score_adj: %s\n", strerror(error));
}

int shim_main(void) {
  static struct shim shim;
  shim.listener = shim.input = shim.out = shim.err = shim.slave = -1;
  shim.run.sync = shim.run.pidfd = shim.run.cgroup = -1;
  shim.run.resolver[0] = shim.run.resolver[1] = -1;
  for (unsigned i = 0; i < MOST_CONTROLS; i++) shim.controls[i] = i == 0 ? 3 : -1;
  for (unsigned i = 0; i < MOST_CLIENTS; i++) shim.clients[i].fd = -1;
  for (unsigned i = 0; i < 3; i++) shim.child_ends[i] = -1;
  if (open_standard() != 0 || fcntl(3, F_SETFD, FD_CLOEXEC) < 0 || chdir("/") < 0 ||
      syscall(SYS_close_range, 4u, ~0u, 0u) < 0) {
    dprintf(STDERR_FILENO, "shim: is started by the engine, with a socket to it as descriptor 3\n");
    return 1;
  }
  settle();
  while (!abandoned(&shim)) turn(&shim);
  if (shim.configured) unlink(shim.config.socket);
  return 0;
}
