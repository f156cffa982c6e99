// read, write, sendWithFds and waiting on descriptors.
#include "engine.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { read_default = 65536, write_step = 4096 };

// Reads of moderate size land here first: what comes is mostly small, and is copied to its exact size
static uint8_t scratch[65536];

struct reading {
  struct wait wait;
  size_t max;
};

static enum attempt read_attempt(JSContext *ctx, struct wait *wait) {
  struct reading *reading = (struct reading *)wait;
  if (!fd_ready(wait->fd, POLLIN))
    return attempt_again;
  bool small = reading->max <= sizeof scratch;
  uint8_t *data = small ? scratch : js_malloc(ctx, reading->max);
  if (!data)
    return wait_throw(ctx, wait, JS_GetException(ctx));
  ssize_t got;
  do
    got = read(wait->fd, data, reading->max);
  while (got < 0 && errno == EINTR);
  int error = errno;
  // The other side of a terminal is gone: its end, as of any stream
  if (got < 0 && error == EIO && isatty(wait->fd))
    got = 0;
  if (got < 0) {
    if (!small)
      js_free(ctx, data);
    return error == EAGAIN ? attempt_again : wait_reject(ctx, wait, "read", NULL, error);
  }
  if (small)
    return wait_resolve(ctx, wait, buffer_copy(ctx, data, (size_t)got));
  uint8_t *exact = js_realloc(ctx, data, got > 0 ? (size_t)got : 1);
  return wait_resolve(ctx, wait, buffer_own(ctx, exact ? exact : data, (size_t)got));
}

static JSValue sys_read(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd, max;
  if (!int_of(ctx, argv[0], &fd) || !int_or(ctx, argv[1], read_default, &max))
    return JS_EXCEPTION;
  if (max <= 0)
    return JS_ThrowRangeError(ctx, "read: at least one byte must be asked for");
  struct reading *reading = wait_new(ctx, sizeof *reading);
  if (!reading)
    return JS_EXCEPTION;
  reading->wait.attempt = read_attempt;
  reading->wait.fd = fd;
  reading->wait.events = EPOLLIN;
  reading->max = (size_t)max;
  return wait_start(ctx, &reading->wait);
}

struct writing {
  struct wait wait;
  JSValue source; // keeps the bytes
  struct bytes bytes;
  size_t done;
};

static enum attempt write_attempt(JSContext *ctx, struct wait *wait) {
  struct writing *writing = (struct writing *)wait;
  // A descriptor that may block takes no more than what poll promises: one page of a pipe
  bool whole = fd_is_regular(wait->fd);
  while (writing->done < writing->bytes.size) {
    if (!fd_ready(wait->fd, POLLOUT))
      return attempt_again;
    size_t left = writing->bytes.size - writing->done;
    if (!whole && !fd_is_nonblocking(wait->fd) && left > write_step)
      left = write_step;
    ssize_t wrote = write(wait->fd, writing->bytes.data + writing->done, left);
    if (wrote < 0 && errno == EINTR)
      continue;
    if (wrote < 0)
      return errno == EAGAIN ? attempt_again : wait_reject(ctx, wait, "write", NULL, errno);
    writing->done += (size_t)wrote;
  }
  return wait_resolve(ctx, wait, JS_UNDEFINED);
}

static void write_release(JSContext *ctx, struct wait *wait) {
  struct writing *writing = (struct writing *)wait;
  bytes_free(ctx, &writing->bytes);
  JS_FreeValue(ctx, writing->source);
}

static JSValue sys_write(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  if (!int_of(ctx, argv[0], &fd))
    return JS_EXCEPTION;
  struct writing *writing = wait_new(ctx, sizeof *writing);
  if (!writing)
    return JS_EXCEPTION;
  if (!bytes_of(ctx, argv[1], &writing->bytes)) {
    js_free(ctx, writing);
    return JS_EXCEPTION;
  }
  writing->source = JS_DupValue(ctx, argv[1]);
  writing->wait.attempt = write_attempt;
  writing->wait.release = write_release;
  writing->wait.fd = fd;
  writing->wait.events = EPOLLOUT;
  return wait_start(ctx, &writing->wait);
}

enum { most_fds = 16 };

struct sending {
  struct writing writing; // first: shares its release
  int fds[most_fds], count;
};

static enum attempt send_attempt(JSContext *ctx, struct wait *wait) {
  struct sending *sending = (struct sending *)wait;
  struct iovec part = {.iov_base = (void *)(uintptr_t)sending->writing.bytes.data, .iov_len = sending->writing.bytes.size};
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(most_fds * sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (sending->count) {
    size_t size = (size_t)sending->count * sizeof(int);
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(&control.header), sending->fds, size);
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(size);
  }
  ssize_t sent;
  do
    sent = sendmsg(wait->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0)
    return errno == EAGAIN ? attempt_again : wait_reject(ctx, wait, "sendmsg", NULL, errno);
  if ((size_t)sent < part.iov_len) // a stream socket took the descriptors and a part
    return wait_reject(ctx, wait, "sendmsg", NULL, EMSGSIZE);
  return wait_resolve(ctx, wait, JS_UNDEFINED);
}

static JSValue sys_send_with_fds(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  size_t count;
  if (!int_of(ctx, argv[0], &fd))
    return JS_EXCEPTION;
  JSValue length = JS_GetPropertyStr(ctx, argv[2], "length");
  bool counted = !JS_IsException(length) && size_of(ctx, length, &count);
  JS_FreeValue(ctx, length);
  if (!counted)
    return JS_EXCEPTION;
  if (count > most_fds)
    return JS_ThrowRangeError(ctx, "sendWithFds: at most %d descriptors can be sent", most_fds);
  struct sending *sending = wait_new(ctx, sizeof *sending);
  if (!sending)
    return JS_EXCEPTION;
  for (size_t i = 0; i < count; i++) {
    JSValue item = JS_GetPropertyUint32(ctx, argv[2], (uint32_t)i);
    bool fine = int_of(ctx, item, &sending->fds[i]);
    JS_FreeValue(ctx, item);
    if (!fine) {
      js_free(ctx, sending);
      return JS_EXCEPTION;
    }
  }
  sending->count = (int)count;
  if (!bytes_of(ctx, argv[1], &sending->writing.bytes)) {
    js_free(ctx, sending);
    return JS_EXCEPTION;
  }
  struct wait *wait = &sending->writing.wait;
  sending->writing.source = JS_DupValue(ctx, argv[1]);
  wait->attempt = send_attempt;
  wait->release = write_release;
  wait->fd = fd;
  wait->events = EPOLLOUT;
  return wait_start(ctx, wait);
}

static JSValue sys_shutdown_write(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  if (!int_of(ctx, argv[0], &fd))
    return JS_EXCEPTION;
  // The peer may be gone already: then there is no one left to tell
  if (shutdown(fd, SHUT_WR) < 0 && errno != ENOTCONN)
    return throw_errno(ctx, "shutdown", NULL, errno);
  return JS_UNDEFINED;
}

static enum attempt readable_attempt(JSContext *ctx, struct wait *wait) {
  struct pollfd state = {.fd = wait->fd, .events = POLLIN | POLLRDHUP};
  if (poll(&state, 1, 0) <= 0 || !state.revents)
    return attempt_again;
  if (state.revents & POLLNVAL)
    return wait_reject(ctx, wait, "poll", NULL, EBADF);
  bool gone = state.revents & (POLLHUP | POLLERR);
  return wait_resolve(ctx, wait, JS_NewString(ctx, gone ? "hangup" : "readable"));
}

static enum attempt hung_up_attempt(JSContext *ctx, struct wait *wait) {
  struct pollfd state = {.fd = wait->fd, .events = 0};
  if (poll(&state, 1, 0) <= 0)
    return attempt_again;
  if (state.revents & POLLNVAL)
    return wait_reject(ctx, wait, "poll", NULL, EBADF);
  return wait_resolve(ctx, wait, JS_UNDEFINED);
}

static JSValue wait_for(JSContext *ctx, JSValueConst value, enum attempt (*attempt)(JSContext *, struct wait *)) {
  int fd;
  if (!int_of(ctx, value, &fd))
    return JS_EXCEPTION;
  struct wait *wait = wait_new(ctx, sizeof *wait);
  if (!wait)
    return JS_EXCEPTION;
  wait->attempt = attempt;
  wait->fd = fd;
  wait->events = EPOLLIN;
  return wait_start(ctx, wait);
}

static JSValue sys_readable(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return wait_for(ctx, argv[0], readable_attempt);
}

static JSValue sys_hung_up(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return wait_for(ctx, argv[0], hung_up_attempt);
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("read", 2, sys_read),
    JS_CFUNC_DEF("write", 2, sys_write),
    JS_CFUNC_DEF("sendWithFds", 3, sys_send_with_fds),
    JS_CFUNC_DEF("shutdownWrite", 1, sys_shutdown_write),
    JS_CFUNC_DEF("readable", 1, sys_readable),
    JS_CFUNC_DEF("hungUp", 1, sys_hung_up),
};

void streams_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
