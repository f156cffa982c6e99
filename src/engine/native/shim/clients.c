#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "shim.h"

/* ctrl-p ctrl-q */
static const char DEFAULT_KEYS[] = {16, 17};

/* The daemon may hold the socket too, so flags of the description are left alone: each call says itself
 * that it does not wait. */
enum { NOW = MSG_DONTWAIT | MSG_NOSIGNAL };

void client_drop(struct shim *shim, struct client *client, bool end) {
  bool input = client->flags & ATTACH_STDIN;
  /* Fails only where the peer is gone already. */
  if (end) (void)shutdown(client->fd, SHUT_RDWR);
  close(client->fd);
  buffer_take(&client->output, buffer_length(&client->output));
  client->fd = -1;
  if (input && shim->config.stdin_once && !shim->config.tty) {
    shim->close_input = true;
    input_flush(shim);
  }
}

static void detach(struct shim *shim, struct client *client) {
  /* Leaving on purpose closes nothing of the container's, not even its input. */
  client->flags &= ~(unsigned)ATTACH_STDIN;
  client_drop(shim, client, true);
  control_broadcast(shim, "D", 1);
}

static void typed(struct shim *shim, struct client *client, const char *data, size_t length) {
  char passed[4096 + MOST_KEYS];
  while (length > 0 && client->fd >= 0 && client->flags & ATTACH_STDIN) {
    size_t part = length < 4096 ? length : 4096, out;
    bool left = keys_filter(&client->keys, data, part, passed, &out);
    input_add(shim, passed, out);
    if (left) detach(shim, client);
    data += part;
    length -= part;
  }
}

static int read_keys(struct client *client, bool tty, const char **message, size_t *length) {
  if (client->flags & ATTACH_KEYS) {
    if (*length < 1) return EINVAL;
    size_t count = (unsigned char)**message;
    if (count > MOST_KEYS || *length < 1 + count) return EINVAL;
    memcpy(client->keys.sequence, *message + 1, count);
    client->keys.length = count;
    *message += 1 + count;
    *length -= 1 + count;
  } else if (tty) {
    memcpy(client->keys.sequence, DEFAULT_KEYS, sizeof DEFAULT_KEYS);
    client->keys.length = sizeof DEFAULT_KEYS;
  }
  return 0;
}

static struct client *free_slot(struct shim *shim) {
  for (unsigned i = 0; i < MOST_CLIENTS; i++) {
    if (shim->clients[i].fd < 0) return &shim->clients[i];
  }
  return NULL;
}

void client_add(struct shim *shim, int fd, const char *message, size_t length) {
  struct client *client = free_slot(shim);
  if (!client || length < 1 || shim->state == STATE_ENDED) {
    shutdown(fd, SHUT_RDWR);
    close(fd);
    return;
  }
  *client = (struct client){.fd = fd, .flags = (unsigned char)message[0]};
  message++;
  length--;
  if (read_keys(client, shim->config.tty, &message, &length) != 0) {
    client_drop(shim, client, true);
    return;
  }
  typed(shim, client, message, length);
}

void client_receive(struct shim *shim, struct client *client) {
  char bytes[4096];
  ssize_t n = recv(client->fd, bytes, sizeof bytes, NOW);
  if (n > 0) {
    typed(shim, client, bytes, (size_t)n);
    return;
  }
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n < 0) {
    client_drop(shim, client, false);
    return;
  }
  /* The end of its input only: the output side stays open. */
  client->input_ended = true;
  /* A terminal has no end of input: who leaves it by the detach keys ends its side too, and may come back. */
  if (client->flags & ATTACH_STDIN && shim->config.stdin_once && !shim->config.tty) {
    shim->close_input = true;
    input_flush(shim);
  }
}

/* Sends what it can at once. Returns the number of bytes, or -1 when the client is gone. */
static ssize_t send_now(int fd, struct iovec *parts, size_t count) {
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
  ssize_t n = sendmsg(fd, &message, NOW);
  return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

void client_flush(struct shim *shim, struct client *client) {
  size_t length = buffer_length(&client->output);
  if (length > 0) {
    struct iovec part = {client->output.bytes + client->output.start, length};
    ssize_t n = send_now(client->fd, &part, 1);
    if (n < 0) {
      client_drop(shim, client, false);
      return;
    }
    buffer_take(&client->output, (size_t)n);
  }
  if (shim->state == STATE_ENDED && buffer_length(&client->output) == 0) client_drop(shim, client, true);
}

/* Sends or keeps `parts` in order. */
static void deliver(struct shim *shim, struct client *client, struct iovec *parts, size_t count) {
  ssize_t sent = 0;
  if (buffer_length(&client->output) == 0) sent = send_now(client->fd, parts, count);
  int error = sent < 0 ? EPIPE : 0;
  for (size_t i = 0; !error && i < count; i++) {
    size_t done = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;
    sent -= (ssize_t)done;
    error = buffer_add(&client->output, (char *)parts[i].iov_base + done, parts[i].iov_len - done);
  }
  /* Half a stream is worse than none: a client that cannot be given all of it is let go. */
  if (error) client_drop(shim, client, error != EPIPE);
}

void clients_output(struct shim *shim, enum stream stream, const char *data, size_t length) {
  char head[8] = {(char)stream, 0, 0, 0, (char)(length >> 24), (char)(length >> 16), (char)(length >> 8), (char)length};
  unsigned wanted = stream == STREAM_OUT ? ATTACH_STDOUT : ATTACH_STDERR;
  for (unsigned i = 0; i < MOST_CLIENTS; i++) {
    struct client *client = &shim->clients[i];
    if (client->fd < 0 || !(client->flags & wanted)) continue;
    struct iovec parts[2] = {{head, sizeof head}, {(void *)(uintptr_t)data, length}};
    bool framed = client->flags & ATTACH_FRAMED;
    deliver(shim, client, framed ? parts : parts + 1, framed ? 2 : 1);
  }
}

bool clients_full(const struct shim *shim) {
  for (unsigned i = 0; i < MOST_CLIENTS; i++) {
    if (shim->clients[i].fd >= 0 && buffer_length(&shim->clients[i].output) >= CLIENT_BOUND) return true;
  }
  return false;
}
