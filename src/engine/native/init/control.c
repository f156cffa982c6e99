#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "../lib/io.h"
#include "init.h"

/* Everybody on the machine can reach its own address; only the page has this one. */
static const char ADDRESS[] = "192.168.86.100", PEER[] = "192.168.86.1";
enum { PORT = 86, RETRY_MS = 20 };

static int listener = -1;

static struct question {
  /* -1: the place is free. */
  int fd;
  size_t length;
  char line[128];
  /* It asked whether the engine is ready, and waits for that. */
  bool waits;
} questions[MOST_QUESTIONS];

void control_open(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  int on = 1;
  for (unsigned i = 0; i < MOST_QUESTIONS; i++) questions[i].fd = -1;
  inet_pton(AF_INET, ADDRESS, &address.sin_addr);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
      bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, MOST_QUESTIONS) < 0) {
    complain("listen on port 86 of", ADDRESS, errno);
    if (listener >= 0) close(listener);
    listener = -1;
  }
}

static void end(struct question *question, const char *answer) {
  /* A few bytes into an empty socket; a page that is gone needs no answer. */
  if (answer) (void)send(question->fd, answer, strlen(answer), MSG_NOSIGNAL | MSG_DONTWAIT);
  close(question->fd);
  question->fd = -1;
}

static bool engine_answers(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/run/docker.sock"};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  bool answers = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
  close(fd);
  return answers;
}

static void answer(struct question *question) {
  char time[32], entropy[80], name[65], reply[64];
  if (strcmp(question->line, "ready?") == 0) {
    question->waits = !engine_answers();
    if (!question->waits) end(question, "ready\n");
  } else if (strcmp(question->line, "files") == 0) {
    /* From here on the connection is the server's, which speaks first. */
    services_files(question->fd);
    end(question, NULL);
  } else if (sscanf(question->line, "restore %31s %79s", time, entropy) == 2) {
    int error = restore(time, entropy);
    if (error) snprintf(reply, sizeof reply, "failed: %s\n", strerror(error));
    end(question, error ? reply : "ok\n");
  } else if (sscanf(question->line, "rename %64s", name) == 1) {
    int error = machine_rename(name);
    if (error) snprintf(reply, sizeof reply, "failed: %s\n", strerror(error));
    else services_renew_shells();
    end(question, error ? reply : "ok\n");
  } else {
    end(question, "not understood\n");
  }
}

static void read_line(struct question *question) {
  ssize_t n = read(question->fd, question->line + question->length, sizeof question->line - 1 - question->length);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    end(question, NULL);
    return;
  }
  if (question->waits) return;
  question->length += (size_t)n;
  question->line[question->length] = '\0';
  char *newline = strchr(question->line, '\n');
  if (newline) {
    *newline = '\0';
    answer(question);
  } else if (question->length == sizeof question->line - 1) {
    end(question, "not understood\n");
  }
}

static void take_question(void) {
  struct sockaddr_in peer;
  socklen_t size = sizeof peer;
  struct in_addr page;
  int fd = accept4(listener, (struct sockaddr *)&peer, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  inet_pton(AF_INET, PEER, &page);
  for (unsigned i = 0; peer.sin_addr.s_addr == page.s_addr && i < MOST_QUESTIONS; i++) {
    if (questions[i].fd >= 0) continue;
    questions[i] = (struct question){.fd = fd};
    return;
  }
  close(fd);
}

size_t control_watch(struct pollfd *polled) {
  polled[0] = (struct pollfd){.fd = listener, .events = POLLIN};
  /* A negative descriptor is passed over by poll(2). */
  for (unsigned i = 0; i < MOST_QUESTIONS; i++) {
    polled[1 + i] = (struct pollfd){.fd = questions[i].fd, .events = POLLIN};
  }
  return 1 + MOST_QUESTIONS;
}

void control_serve(const struct pollfd *polled, size_t count) {
  for (unsigned i = 0; i + 1 < count; i++) {
    struct question *question = &questions[i];
    if (question->fd >= 0 && polled[1 + i].revents) read_line(question);
    if (question->fd >= 0 && question->waits && engine_answers()) end(question, "ready\n");
  }
  if (polled[0].revents) take_question();
}

int control_due(void) {
  for (unsigned i = 0; i < MOST_QUESTIONS; i++) {
    if (questions[i].fd >= 0 && questions[i].waits) return RETRY_MS;
  }
  return -1;
}
