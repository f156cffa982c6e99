// netlink(7), and sockets of datagrams; each in the network namespace of any process.
#include "engine.h"
#include "namespace.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { largest_datagram = 65536, most_fds = 16 };

static uint8_t scratch[largest_datagram];

int socket_of(JSContext *ctx, JSValueConst process, int domain, int type, int protocol) {
  int pid, fd, error;
  if (!int_or(ctx, process, 0, &pid))
    return -1;
  if (pid == 0) {
    fd = socket(domain, type | SOCK_CLOEXEC, protocol);
    error = fd < 0 ? errno : 0;
  } else {
    error = namespace_socket(pid, domain, type | SOCK_CLOEXEC, protocol, &fd);
  }
  if (error) {
    throw_errno(ctx, "socket", NULL, error);
    return -1;
  }
  return fd;
}

// Everything that the kernel has to say: it answered before the request's sendto(2) came back, and goes on
// with a long answer at each recv(2).
static JSValue read_answers(JSContext *ctx, int fd) {
  size_t size = 0;
  uint8_t *all = NULL;
  for (;;) {
    ssize_t got = recv(fd, scratch, sizeof scratch, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 && errno != EAGAIN) {
      int error = errno;
      free(all);
      return throw_errno(ctx, "recv", "netlink", error);
    }
    if (got <= 0)
      break;
    uint8_t *more = realloc(all, size + (size_t)got);
    if (!more) {
      free(all);
      return JS_ThrowOutOfMemory(ctx);
    }
    all = more;
    memcpy(all + size, scratch, (size_t)got);
    size += (size_t)got;
  }
  JSValue answers = buffer_copy(ctx, all ? all : scratch, size);
  free(all);
  return answers;
}

static JSValue sys_netlink(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  struct bytes bytes;
  int protocol;
  if (!int_of(ctx, argv[0], &protocol))
    return JS_EXCEPTION;
  int fd = socket_of(ctx, argv[2], AF_NETLINK, SOCK_RAW, protocol);
  if (fd < 0 || !bytes_of(ctx, argv[1], &bytes)) {
    if (fd >= 0)
      close(fd);
    return JS_EXCEPTION;
  }
  // A long request is one message of the socket: room for all of it, as root may have
  int room = (int)bytes.size + 4096;
  setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  ssize_t sent;
  do
    sent = sendto(fd, bytes.data, bytes.size, 0, (struct sockaddr *)&kernel, sizeof kernel);
  while (sent < 0 && errno == EINTR);
  JSValue result = sent < 0 ? throw_errno(ctx, "sendto", "netlink", errno) : read_answers(ctx, fd);
  bytes_free(ctx, &bytes);
  close(fd);
  return result;
}

// bind(2) or connect(2). Glibc declares them with a union for an argument, so that their own types are no use here.
typedef int name_call(int fd, const struct sockaddr *address, socklen_t size);

static JSValue udp_with(JSContext *ctx, JSValueConst *argv, const char *call, name_call *name) {
  struct sockaddr_in address;
  if (!inet_address(ctx, argv[0], argv[1], &address))
    return JS_EXCEPTION;
  int fd = socket_of(ctx, argv[2], AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return JS_EXCEPTION;
  if (name(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
    int error = errno;
    close(fd);
    return throw_errno(ctx, call, inet_ntoa(address.sin_addr), error);
  }
  fd_nonblocking(fd);
  return JS_NewInt32(ctx, fd);
}

static int bind_name(int fd, const struct sockaddr *address, socklen_t size) {
  return bind(fd, address, size);
}

static int connect_name(int fd, const struct sockaddr *address, socklen_t size) {
  return connect(fd, address, size);
}

static JSValue sys_bind_udp(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return udp_with(ctx, argv, "bind", bind_name);
}

static JSValue sys_connect_udp(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  return udp_with(ctx, argv, "connect", connect_name);
}

static enum attempt receive_attempt(JSContext *ctx, struct wait *wait) {
  struct sockaddr_in peer = {.sin_family = AF_INET};
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(most_fds * sizeof(int))];
  } control;
  struct iovec part = {scratch, sizeof scratch};
  struct msghdr message = {
      .msg_name = &peer,
      .msg_namelen = sizeof peer,
      .msg_iov = &part,
      .msg_iovlen = 1,
      .msg_control = &control,
      .msg_controllen = sizeof control,
  };
  ssize_t got;
  do
    got = recvmsg(wait->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    return errno == EAGAIN ? attempt_again : wait_reject(ctx, wait, "recvmsg", NULL, errno);
  JSValue fds = JS_NewArray(ctx);
  uint32_t count = 0;
  for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
      continue;
    size_t here = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < here; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(head) + i * sizeof fd, sizeof fd);
      JS_SetPropertyUint32(ctx, fds, count++, JS_NewInt32(ctx, fd));
    }
  }
  bool named = message.msg_namelen >= sizeof peer && peer.sin_family == AF_INET;
  char text[INET_ADDRSTRLEN] = "";
  if (named)
    inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
  JSValue received = JS_NewObject(ctx);
  set(ctx, received, "data", buffer_copy(ctx, scratch, (size_t)got));
  set(ctx, received, "fds", fds);
  set(ctx, received, "address", JS_NewString(ctx, text));
  set(ctx, received, "port", JS_NewInt32(ctx, named ? ntohs(peer.sin_port) : 0));
  return wait_resolve(ctx, wait, received);
}

static JSValue sys_receive(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  int fd;
  if (!int_of(ctx, argv[0], &fd))
    return JS_EXCEPTION;
  struct wait *wait = wait_new(ctx, sizeof *wait);
  if (!wait)
    return JS_EXCEPTION;
  wait->attempt = receive_attempt;
  wait->fd = fd;
  wait->events = EPOLLIN;
  return wait_start(ctx, wait);
}

static JSValue sys_send_to(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  struct sockaddr_in address;
  struct bytes bytes;
  int fd;
  if (!int_of(ctx, argv[0], &fd) || !inet_address(ctx, argv[2], argv[3], &address) || !bytes_of(ctx, argv[1], &bytes))
    return JS_EXCEPTION;
  ssize_t sent;
  do
    sent = sendto(fd, bytes.data, bytes.size, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
  while (sent < 0 && errno == EINTR);
  int error = sent < 0 ? errno : 0;
  bytes_free(ctx, &bytes);
  return error ? throw_errno(ctx, "sendto", inet_ntoa(address.sin_addr), error) : JS_UNDEFINED;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("netlink", 3, sys_netlink),
    JS_CFUNC_DEF("bindUdp", 3, sys_bind_udp),
    JS_CFUNC_DEF("connectUdp", 3, sys_connect_udp),
    JS_CFUNC_DEF("receive", 1, sys_receive),
    JS_CFUNC_DEF("sendTo", 4, sys_send_to),
};

void network_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
