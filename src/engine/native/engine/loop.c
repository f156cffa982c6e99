// The event loop: epoll(7), edge-triggered. Every call is tried first and waits only after EAGAIN, so one
// registration a descriptor serves for its life, and a busy stream costs no epoll_ctl(2) at all.
#include "engine.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

struct slot {
  struct wait *first; // oldest first
  void (*callback)(JSContext *ctx, uint32_t events);
  uint32_t registered; // with epoll: 0 when not
  bool known, nonblocking, regular;
};

static int epoll = -1;
static struct slot **slots; // by descriptor; a slot never moves
static int slot_count;
static int held; // waits and loop_hold

static struct slot *slot_of(int fd) {
  if (fd >= slot_count) {
    int count = fd + 32;
    struct slot **grown = realloc(slots, (size_t)count * sizeof *grown);
    if (!grown)
      return NULL;
    memset(grown + slot_count, 0, (size_t)(count - slot_count) * sizeof *grown);
    slots = grown;
    slot_count = count;
  }
  if (!slots[fd])
    slots[fd] = calloc(1, sizeof *slots[fd]);
  return slots[fd];
}

// Descriptors that we did not make may be shared with a shell: their O_NONBLOCK is not ours to set
static struct slot *slot_known(int fd) {
  struct slot *slot = fd < 0 ? NULL : slot_of(fd);
  if (slot && !slot->known) {
    struct stat st;
    int flags = fcntl(fd, F_GETFL);
    slot->nonblocking = flags >= 0 && (flags & O_NONBLOCK);
    slot->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    slot->known = true;
  }
  return slot;
}

bool fd_ready(int fd, short events) {
  struct slot *slot = slot_known(fd);
  if (!slot || slot->nonblocking || slot->regular)
    return true;
  struct pollfd poll_fd = {.fd = fd, .events = events};
  return poll(&poll_fd, 1, 0) != 0; // an error will be the call's own
}

bool fd_is_regular(int fd) {
  struct slot *slot = slot_known(fd);
  return slot && slot->regular;
}

bool fd_is_nonblocking(int fd) {
  struct slot *slot = slot_known(fd);
  return slot && slot->nonblocking;
}

void fd_nonblocking(int fd) {
  struct slot *slot = slot_of(fd);
  if (slot) {
    slot->known = slot->nonblocking = true;
    slot->regular = false;
  }
}

// Returns 0 or the error.
static int register_fd(int fd, struct slot *slot, uint32_t events) {
  uint32_t wanted = slot->registered | events | EPOLLRDHUP | EPOLLET;
  if (wanted == slot->registered)
    return 0;
  struct epoll_event event = {.events = wanted, .data.fd = fd};
  if (epoll_ctl(epoll, slot->registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) < 0)
    return errno;
  slot->registered = wanted;
  return 0;
}

void *wait_new(JSContext *ctx, size_t size) {
  struct wait *wait = js_mallocz(ctx, size);
  if (wait)
    wait->settle[0] = wait->settle[1] = JS_UNDEFINED;
  return wait;
}

static void wait_free(JSContext *ctx, struct wait *wait) {
  if (wait->release)
    wait->release(ctx, wait);
  JS_FreeValue(ctx, wait->settle[0]);
  JS_FreeValue(ctx, wait->settle[1]);
  js_free(ctx, wait);
}

static enum attempt settle(JSContext *ctx, struct wait *wait, int which, JSValue value) {
  if (JS_IsException(value)) {
    which = 1;
    value = JS_GetException(ctx);
  }
  JSValue result = JS_Call(ctx, wait->settle[which], JS_UNDEFINED, 1, (JSValueConst *)&value);
  if (JS_IsException(result))
    report_pending(ctx, "settling a promise");
  JS_FreeValue(ctx, result);
  JS_FreeValue(ctx, value);
  return attempt_settled;
}

enum attempt wait_resolve(JSContext *ctx, struct wait *wait, JSValue value) { return settle(ctx, wait, 0, value); }

enum attempt wait_throw(JSContext *ctx, struct wait *wait, JSValue error) { return settle(ctx, wait, 1, error); }

enum attempt wait_reject(JSContext *ctx, struct wait *wait, const char *syscall, const char *path, int error) {
  return settle(ctx, wait, 1, new_errno(ctx, syscall, path, error));
}

JSValue wait_start(JSContext *ctx, struct wait *wait) {
  JSValue promise = JS_NewPromiseCapability(ctx, wait->settle);
  if (JS_IsException(promise)) {
    wait->settle[0] = wait->settle[1] = JS_UNDEFINED;
    wait_free(ctx, wait);
    return promise;
  }
  if (wait->attempt(ctx, wait) == attempt_settled) {
    wait_free(ctx, wait);
    return promise;
  }
  struct slot *slot = slot_of(wait->fd);
  int error = slot ? register_fd(wait->fd, slot, wait->events) : ENOMEM;
  if (error) {
    wait_reject(ctx, wait, "epoll_ctl", NULL, error);
    wait_free(ctx, wait);
    return promise;
  }
  struct wait **end = &slot->first;
  while (*end)
    end = &(*end)->next;
  *end = wait;
  held++;
  return promise;
}

void fd_forget(JSContext *ctx, int fd) {
  if (fd < 0 || fd >= slot_count || !slots[fd])
    return;
  struct slot *slot = slots[fd];
  // The description may live on elsewhere (SCM_RIGHTS), and epoll would go on reporting it
  if (slot->registered)
    epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
  struct wait *wait = slot->first;
  memset(slot, 0, sizeof *slot);
  while (wait) {
    struct wait *next = wait->next;
    held--;
    wait_reject(ctx, wait, "close", NULL, ECANCELED);
    wait_free(ctx, wait);
    wait = next;
  }
}

void fd_closed(int fd) {
  struct slot *slot = slot_of(fd);
  if (slot) {
    slot->registered = 0;
    slot->known = false;
  }
}

void fd_watch(int fd, void (*callback)(JSContext *ctx, uint32_t events)) {
  struct slot *slot = slot_of(fd);
  if (slot) {
    slot->callback = callback;
    register_fd(fd, slot, EPOLLIN);
  }
}

static void dispatch(JSContext *ctx, int fd, uint32_t events) {
  struct slot *slot = slots[fd];
  if (slot->callback)
    slot->callback(ctx, events);
  if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP))
    events |= EPOLLIN | EPOLLOUT;
  bool output = false;
  for (struct wait **link = &slot->first; *link;) {
    struct wait *wait = *link;
    if ((wait->events & events) && wait->attempt(ctx, wait) == attempt_settled) {
      *link = wait->next;
      held--;
      wait_free(ctx, wait);
    } else {
      output |= (wait->events & EPOLLOUT) != 0;
      link = &wait->next;
    }
  }
  // Otherwise every byte that a peer takes would wake us
  if ((slot->registered & EPOLLOUT) && !output) {
    struct epoll_event event = {.events = slot->registered & ~(uint32_t)EPOLLOUT, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0)
      slot->registered = event.events;
  }
}

static void jobs_run(JSContext *ctx) {
  JSContext *which;
  int result;
  while ((result = JS_ExecutePendingJob(JS_GetRuntime(ctx), &which)) != 0)
    if (result < 0)
      report_pending(which, "promise job");
  rejections_report(ctx);
}

void loop_init(JSContext *ctx) {
  if (epoll >= 0)
    close(epoll);
  for (int fd = 0; fd < slot_count; fd++)
    if (slots[fd])
      slots[fd]->registered = 0;
  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) {
    perror("engine: epoll_create1");
    _exit(1);
  }
}

void loop_hold(int change) { held += change; }

bool loop_run(JSContext *ctx, const bool *done) {
  struct epoll_event events[64];
  for (;;) {
    jobs_run(ctx);
    signals_run(ctx);
    timers_run(ctx);
    jobs_run(ctx);
    if (done && *done)
      return true;
    int timeout = timers_next();
    // A script ends when only signals could go on; a command may wait for one
    if (timeout < 0 && held == 0 && !(done && signals_any()))
      return false;
    int count = signals_wait(epoll, events, (int)(sizeof events / sizeof *events), timeout);
    if (count < 0 && errno != EINTR) {
      perror("engine: epoll_pwait");
      _exit(1);
    }
    for (int i = 0; i < count; i++)
      dispatch(ctx, events[i].data.fd, events[i].events);
  }
}
