// Listening, accepting and connecting.
#include "engine.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

// Frees `path`. Throws and returns false when it does not fit.
static bool unix_address(JSContext *ctx, const char *path, struct sockaddr_un *out) {
  memset(out, 0, sizeof *out);
  out->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof out->sun_path) {
    throw_errno(ctx, "bind", path, ENAMETOOLONG);
    return false;
  }
  memcpy(out->sun_path, path, strlen(path) + 1);
  return true;
}

bool inet_address(JSContext *ctx, JSValueConst host, JSValueConst port, struct sockaddr_in *out) {
  int number;
  if (!int_of(ctx, port, &number))
    return false;
  const char *text = JS_ToCString(ctx, host);
  if (!text)
    return false;
  *out = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)number)};
  bool fine = number >= 0 && number <= 65535 && inet_pton(AF_INET, text, &out->sin_addr) == 1;
  if (!fine)
    throw_errno(ctx, "inet_pton", text, EINVAL);
  JS_FreeCString(ctx, text);
  return fine;
}

static JSValue listen_on(JSContext *ctx, int fd, const char *path) {
  if (listen(fd, 128) < 0) {
    int error = errno;
    close(fd);
    return throw_errno(ctx, "listen", path, error);
  }
  fd_nonblocking(fd);
  return JS_NewInt32(ctx, fd);
}

static JSValue listen_unix_at(JSContext *ctx, const char *path, int mode, int gid) {
  struct sockaddr_un address;
  if (!unix_address(ctx, path, &address))
    return JS_EXCEPTION;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return throw_errno(ctx, "socket", path, errno);
  // What a daemon that was killed left behind
  struct stat st;
  if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
    unlink(path);
  const char *call = "bind";
  mode_t mask = umask(0777); // nobody connects before the mode is right
  int result = bind(fd, (struct sockaddr *)&address, sizeof address);
  umask(mask);
  if (result == 0 && gid >= 0) {
    call = "chown";
    result = chown(path, (uid_t)-1, (gid_t)gid);
  }
  if (result == 0) {
    call = "chmod";
    result = chmod(path, (mode_t)mode);
  }
  if (result < 0) {
    int error = errno;
    close(fd);
    return throw_errno(ctx, call, path, error);
  }
  return listen_on(ctx, fd, path);
}

static JSValue sys_listen_unix(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int mode, gid;
  if (!int_of(ctx, argv[1], &mode) || !int_or(ctx, argv[2], -1, &gid))
    return JS_EXCEPTION;
  const char *path = path_of(ctx, argv[0]);
  if (!path)
    return JS_EXCEPTION;
  JSValue result = listen_unix_at(ctx, path, mode, gid);
  JS_FreeCString(ctx, path);
  return result;
}

static JSValue sys_listen_tcp(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct sockaddr_in address;
  char name[32];
  if (!inet_address(ctx, argv[0], argv[1], &address))
    return JS_EXCEPTION;
  snprintf(name, sizeof name, "%s:%d", inet_ntoa(address.sin_addr), ntohs(address.sin_port));
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return throw_errno(ctx, "socket", name, errno);
  int yes = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    int error = errno;
    close(fd);
    return throw_errno(ctx, "bind", name, error);
  }
  return listen_on(ctx, fd, name);
}

static void no_delay(int fd) {
  int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes); // speed only
}

static enum attempt accept_attempt(JSContext *ctx, struct wait *wait) {
  union {
    struct sockaddr any;
    struct sockaddr_in tcp;
    struct sockaddr_un unix_;
  } peer;
  int fd;
  for (;;) {
    socklen_t size = sizeof peer;
    fd = accept4(wait->fd, &peer.any, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0)
      break;
    if (errno == EAGAIN)
      return attempt_again;
    if (errno != EINTR && errno != ECONNABORTED) // accept(2): the peer was gone before we came
      return wait_reject(ctx, wait, "accept", NULL, errno);
  }
  fd_nonblocking(fd);
  char address[INET_ADDRSTRLEN] = "";
  struct ucred credentials = {0, (uid_t)-1, (gid_t)-1};
  if (peer.any.sa_family == AF_INET) {
    inet_ntop(AF_INET, &peer.tcp.sin_addr, address, sizeof address);
    no_delay(fd);
  } else {
    socklen_t length = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) {
      int error = errno;
      close(fd);
      return wait_reject(ctx, wait, "getsockopt", NULL, error);
    }
  }
  JSValue accepted = JS_NewObject(ctx);
  set(ctx, accepted, "fd", JS_NewInt32(ctx, fd));
  set(ctx, accepted, "address", JS_NewString(ctx, address));
  set(ctx, accepted, "uid", JS_NewInt64(ctx, credentials.uid == (uid_t)-1 ? -1 : (int64_t)credentials.uid));
  set(ctx, accepted, "pid", JS_NewInt32(ctx, credentials.pid));
  return wait_resolve(ctx, wait, accepted);
}

static JSValue sys_accept(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  if (!int_of(ctx, argv[0], &fd))
    return JS_EXCEPTION;
  struct wait *wait = wait_new(ctx, sizeof *wait);
  if (!wait)
    return JS_EXCEPTION;
  wait->attempt = accept_attempt;
  wait->fd = fd;
  wait->events = EPOLLIN;
  return wait_start(ctx, wait);
}

struct connecting {
  struct wait wait;
  char name[sizeof(struct sockaddr_un)];
  union {
    struct sockaddr any;
    struct sockaddr_in tcp;
    struct sockaddr_un unix_;
  } peer;
  socklen_t size;
  bool started;
};

static enum attempt connect_attempt(JSContext *ctx, struct wait *wait) {
  struct connecting *connecting = (struct connecting *)wait;
  int error = 0;
  if (connecting->started) {
    struct pollfd state = {.fd = wait->fd, .events = POLLOUT};
    if (poll(&state, 1, 0) <= 0)
      return attempt_again;
    socklen_t size = sizeof error;
    if (getsockopt(wait->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
      error = errno;
  } else if (connect(wait->fd, &connecting->peer.any, connecting->size) < 0) {
    error = errno;
    if (error == EINPROGRESS || error == EINTR) {
      connecting->started = true;
      return attempt_again;
    }
  }
  int fd = wait->fd;
  if (error) {
    close(fd);
    fd_closed(fd);
    return wait_reject(ctx, wait, "connect", connecting->name, error);
  }
  if (connecting->peer.any.sa_family == AF_INET)
    no_delay(fd);
  return wait_resolve(ctx, wait, JS_NewInt32(ctx, fd));
}

// Takes over `connecting`.
static JSValue connect_with(JSContext *ctx, struct connecting *connecting, int type) {
  int fd = socket(connecting->peer.any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    int error = errno;
    js_free(ctx, connecting);
    return throw_errno(ctx, "socket", NULL, error);
  }
  fd_nonblocking(fd);
  connecting->wait.attempt = connect_attempt;
  connecting->wait.fd = fd;
  connecting->wait.events = EPOLLOUT;
  return wait_start(ctx, &connecting->wait);
}

static JSValue sys_connect_unix(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int type = SOCK_STREAM;
  if (!JS_IsUndefined(argv[1])) {
    const char *kind = JS_ToCString(ctx, argv[1]);
    if (!kind)
      return JS_EXCEPTION;
    type = strcmp(kind, "seqpacket") == 0 ? SOCK_SEQPACKET : SOCK_STREAM;
    JS_FreeCString(ctx, kind);
  }
  const char *path = path_of(ctx, argv[0]);
  if (!path)
    return JS_EXCEPTION;
  struct connecting *connecting = wait_new(ctx, sizeof *connecting);
  bool fine = connecting && unix_address(ctx, path, &connecting->peer.unix_);
  if (fine) {
    connecting->size = sizeof connecting->peer.unix_;
    snprintf(connecting->name, sizeof connecting->name, "%s", path);
  } else if (connecting) {
    js_free(ctx, connecting);
  }
  JS_FreeCString(ctx, path);
  return fine ? connect_with(ctx, connecting, type) : JS_EXCEPTION;
}

static JSValue sys_connect_tcp(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct connecting *connecting = wait_new(ctx, sizeof *connecting);
  if (!connecting)
    return JS_EXCEPTION;
  if (!inet_address(ctx, argv[0], argv[1], &connecting->peer.tcp)) {
    js_free(ctx, connecting);
    return JS_EXCEPTION;
  }
  connecting->size = sizeof connecting->peer.tcp;
  snprintf(connecting->name, sizeof connecting->name, "%s:%d", inet_ntoa(connecting->peer.tcp.sin_addr), ntohs(connecting->peer.tcp.sin_port));
  return connect_with(ctx, connecting, SOCK_STREAM);
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("listenUnix", 3, sys_listen_unix),   JS_CFUNC_DEF("listenTcp", 2, sys_listen_tcp),
    JS_CFUNC_DEF("accept", 1, sys_accept),            JS_CFUNC_DEF("connectUnix", 2, sys_connect_unix),
    JS_CFUNC_DEF("connectTcp", 2, sys_connect_tcp),
};

void sockets_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
