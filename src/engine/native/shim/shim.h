/*
 * The shim: beside each container, and each exec, one small process that starts it by its plan, owns its
 * streams, its log and its exit status, and outlives the daemon.
 *
 * It speaks in single datagrams on SEQPACKET sockets: the one it was started with as descriptor 3, and
 * those that a later daemon opens on its socket file. The first byte of a message is its type.
 */
#ifndef BOTTLE_SHIM_H
#define BOTTLE_SHIM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../plan/plan.h"
#include "buffer.h"
#include "keys.h"
#include "log.h"

enum { MOST_CONTROLS = 8, MOST_CLIENTS = 32 };

/* The largest message that is taken: an attach with what was read from the client already. */
enum { LARGEST_MESSAGE = 128 * 1024 };

/* A client may be this far behind before the container's output waits for it. */
enum { CLIENT_BOUND = 1024 * 1024 };

/* How long the end of the process is kept back for clients that are slow to take the last output. */
#define LINGER_NS 2000000000u

enum stream { STREAM_OUT = 1, STREAM_ERR = 2 };

/* Bits of an attach message. */
enum {
  ATTACH_STDIN = 1,
  ATTACH_STDOUT = 2,
  ATTACH_STDERR = 4,
  ATTACH_FRAMED = 8,
  ATTACH_RAW = 16,
  ATTACH_KEYS = 32,
};

struct config {
  char id[128];
  char directory[PATH_MAX];
  char socket[108];
  char log[PATH_MAX];
  uint64_t log_bytes;
  uint64_t log_files;
  bool tty, open_stdin, stdin_once, exec;
  uint16_t rows, cols;
};

/* Somebody who is attached: the socket of an HTTP connection that was handed over. */
struct client {
  /* -1: the slot is free. */
  int fd;
  unsigned flags;
  bool input_ended;
  struct buffer output;
  struct keys keys;
};

enum state { STATE_WAITING, STATE_STARTING, STATE_RUNNING, STATE_ENDED };

struct shim {
  enum state state;
  bool configured;
  struct config config;
  int controls[MOST_CONTROLS];
  int listener;

  struct plan plan;
  struct run run;
  /* The child's ends of its streams until it is started. */
  int child_ends[3];
  /* Our ends, -1 when there is none: with a terminal `input` and `out` are its master. */
  int input, out, err;
  /* The other side of the terminal, or -1. */
  int slave;
  /* Bytes for the child's input that it has not taken yet. */
  struct buffer pending;
  bool close_input;
  struct log log;
  struct client clients[MOST_CLIENTS];

  int wait_status;
  bool oom;
  uint64_t finished;
  /* CLOCK_MONOTONIC ns at which the end is told, whoever is still slow. */
  uint64_t deadline;
  bool told;
};

/* loop.c: the whole program; returns its exit status. */
int shim_main(void);

/* config.c: the text of message C. Returns 0 or EINVAL. */
int config_parse(struct config *config, const char *text, size_t length);

/* resolver.c */
/* Answers message N: the resolver's sockets, opened now if the plan did not; or message F with an errno. */
void resolver_hand_over(struct shim *shim, int control);

/* control.c */
int control_listen(struct shim *shim);
void control_accept(struct shim *shim);
/* Takes one message, or the end of the connection. */
void control_receive(struct shim *shim, unsigned slot);
void control_broadcast(struct shim *shim, const void *message, size_t length);

/* child.c */
/* Opens the streams. Returns 0 or errno. */
int child_streams(struct shim *shim);
/* Runs the plan of `<directory>/plan` as far as the child's own steps. */
void child_start(struct shim *shim);
/* The socket to the starting child is readable: its terminal comes, or its execve is done or failed. */
void child_progress(struct shim *shim);
/* The process is gone: drains its output, writes the exit file, runs the `after` steps. */
void child_ended(struct shim *shim);
/* Tells the end when every client has taken its output, or the deadline is past. */
void child_tell_end(struct shim *shim);

/* streams.c */
/* Reads once from the child's output and hands it on. Returns false when there is nothing more for now. */
bool stream_read(struct shim *shim, enum stream stream);
/* Writes what is pending to the child's input. */
void input_flush(struct shim *shim);
/* Bytes that a client typed. */
void input_add(struct shim *shim, const char *data, size_t length);
void terminal_resize(struct shim *shim);

/* clients.c */
void client_add(struct shim *shim, int fd, const char *message, size_t length);
/* Reads once from a client. */
void client_receive(struct shim *shim, struct client *client);
void client_flush(struct shim *shim, struct client *client);
/* `shutdown`: the peer sees the end even where another process holds a copy of the socket. */
void client_drop(struct shim *shim, struct client *client, bool shutdown);
void clients_output(struct shim *shim, enum stream stream, const char *data, size_t length);
/* Whether any client is too far behind. */
bool clients_full(const struct shim *shim);

#endif
