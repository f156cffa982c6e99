#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "shim.h"
#include "wire.h"

int control_listen(struct shim *shim) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, shim->config.socket, strlen(shim->config.socket) + 1);
  shim->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (shim->listener < 0) return errno;
  mode_t before = umask(0177);
  int error = bind(shim->listener, (struct sockaddr *)&address, sizeof address) < 0 ? errno : 0;
  umask(before);
  if (!error && listen(shim->listener, MOST_CONTROLS) < 0) error = errno;
  return error;
}

void control_accept(struct shim *shim) {
  int fd = accept4(shim->listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) return;
  for (unsigned i = 0; i < MOST_CONTROLS; i++) {
    if (shim->controls[i] >= 0) continue;
    shim->controls[i] = fd;
    return;
  }
  close(fd);
}

static void drop(struct shim *shim, unsigned slot) {
  close(shim->controls[slot]);
  shim->controls[slot] = -1;
}

static void send_to(struct shim *shim, unsigned slot, const void *message, size_t length) {
  /* A daemon that takes nothing, or is gone, finds the end in the exit file. */
  if (send(shim->controls[slot], message, length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) drop(shim, slot);
}

void control_broadcast(struct shim *shim, const void *message, size_t length) {
  for (unsigned i = 0; i < MOST_CONTROLS; i++) {
    if (shim->controls[i] >= 0) send_to(shim, i, message, length);
  }
}

static void configure(struct shim *shim, const char *text, size_t length) {
  if (shim->configured) return;
  int error = config_parse(&shim->config, text, length);
  if (!error) error = child_streams(shim);
  if (!error) error = log_open(&shim->log, shim->config.log, shim->config.log_bytes, shim->config.log_files);
  if (!error) error = control_listen(shim);
  shim->configured = error == 0;
  if (error) {
    char message[WIRE_FAILED];
    control_broadcast(shim, message, wire_failed(message, NO_STEP, error));
    _exit(1);
  }
}

static void answer_status(struct shim *shim, unsigned slot) {
  char message[WIRE_STATUS];
  bool running = shim->state == STATE_RUNNING;
  size_t length = wire_started(message, 's', running ? shim->run.child : 0, running ? shim->run.report->own_pid : 0);
  if (shim->state == STATE_ENDED) {
    length += wire_ended(message + length, shim->wait_status, shim->oom, shim->finished);
  }
  send_to(shim, slot, message, length);
}

static void kill_child(struct shim *shim, const char *body, size_t length) {
  if (length < 4 || shim->run.pidfd < 0) return;
  /* ESRCH, when it is gone meanwhile, is what the sender sees next anyway. */
  (void)syscall(SYS_pidfd_send_signal, shim->run.pidfd, (int)wire_u32(body), NULL, 0);
}

static void resize(struct shim *shim, const char *body, size_t length) {
  if (length < 4) return;
  shim->config.rows = wire_u16(body);
  shim->config.cols = wire_u16(body + 2);
  terminal_resize(shim);
}

static void obey(struct shim *shim, unsigned slot, const char *message, size_t length, int fd) {
  char type = message[0];
  const char *body = message + 1;
  size_t rest = length - 1;
  if (type == 'A' && fd >= 0 && shim->configured) {
    client_add(shim, fd, body, rest);
    return;
  }
  if (fd >= 0) close(fd);
  if (type == 'C') configure(shim, body, rest);
  if (type == 'G' && shim->configured && shim->state == STATE_WAITING) child_start(shim);
  if (type == 'R') resize(shim, body, rest);
  if (type == 'K') kill_child(shim, body, rest);
  if (type == 'S') answer_status(shim, slot);
  if (type == 'N') resolver_hand_over(shim, shim->controls[slot]);
}

/* The descriptor that came with a message, others closed; or -1. */
static int take_descriptor(struct msghdr *message) {
  int taken = -1;
  for (struct cmsghdr *head = CMSG_FIRSTHDR(message); head; head = CMSG_NXTHDR(message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(head) + i * sizeof fd, sizeof fd);
      if (taken < 0) taken = fd;
      else close(fd);
    }
  }
  return taken;
}

void control_receive(struct shim *shim, unsigned slot) {
  /* One byte more, so that texts can be looked at as such. */
  static char bytes[LARGEST_MESSAGE + 1];
  char control[CMSG_SPACE(4 * sizeof(int))];
  struct iovec data = {bytes, LARGEST_MESSAGE};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t n = recvmsg(shim->controls[slot], &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    drop(shim, slot);
    return;
  }
  int fd = take_descriptor(&message);
  if (message.msg_flags & MSG_TRUNC) {
    if (fd >= 0) close(fd);
    return;
  }
  bytes[n] = '\0';
  obey(shim, slot, bytes, (size_t)n, fd);
}
