#include "request.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// More than execve(2) lets anybody have
enum { longest = 4 << 20, most_strings = 1 << 16 };

// Reads exactly `size` bytes; descriptors that come along go to request->fds.
static int receive(int connection, void *data, size_t size, struct request *request) {
  size_t got = 0;
  while (got < size) {
    union {
      struct cmsghdr header;
      char room[CMSG_SPACE(sizeof request->fds)];
    } control;
    struct iovec part = {.iov_base = (char *)data + got, .iov_len = size - got};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t bytes = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
    if (bytes < 0 && errno == EINTR)
      continue;
    if (bytes < 0)
      return errno;
    if (bytes == 0)
      return ECONNRESET;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header))
      if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        if (header->cmsg_len != CMSG_LEN(sizeof request->fds) || request->fds[0] >= 0)
          return EPROTO;
        memcpy(request->fds, CMSG_DATA(header), sizeof request->fds);
      }
    got += (size_t)bytes;
  }
  return 0;
}

struct cursor {
  char *at;
  char *end;
};

static bool take_count(struct cursor *cursor, uint32_t *out) {
  if (cursor->end - cursor->at < 4)
    return false;
  memcpy(out, cursor->at, 4);
  cursor->at += 4;
  return *out <= most_strings;
}

static char *take_string(struct cursor *cursor) {
  char *start = cursor->at;
  char *stop = memchr(start, 0, (size_t)(cursor->end - start));
  if (stop)
    cursor->at = stop + 1;
  return stop ? start : NULL;
}

// A NULL-terminated array from malloc, or NULL.
static char **take_strings(struct cursor *cursor, uint32_t count) {
  char **strings = calloc((size_t)count + 1, sizeof *strings);
  for (uint32_t i = 0; strings && i < count; i++)
    if (!(strings[i] = take_string(cursor))) {
      free(strings);
      return NULL;
    }
  return strings;
}

int request_read(int connection, struct request *request) {
  uint32_t total, count;
  memset(request, 0, sizeof *request);
  request->fds[0] = request->fds[1] = request->fds[2] = -1;
  int error = receive(connection, &total, sizeof total, request);
  if (error)
    return error;
  if (total < 8 || total > longest)
    return EPROTO;
  if (!(request->room = malloc(total)))
    return ENOMEM;
  error = receive(connection, request->room, total, request);
  if (error)
    return error;
  struct cursor cursor = {request->room, request->room + total};
  if (request->fds[0] < 0 || !take_count(&cursor, &count) || count < 1 || !(request->argv = take_strings(&cursor, count)))
    return EPROTO;
  request->argc = (int)count;
  if (!take_count(&cursor, &count) || !(request->envp = take_strings(&cursor, count)))
    return EPROTO;
  request->directory = take_string(&cursor);
  return request->directory && cursor.at == cursor.end ? 0 : EPROTO;
}
