/* For tests: a shim in a process of its own, a plan, and a daemon's side of their conversation. */
#ifndef BOTTLE_DRIVER_H
#define BOTTLE_DRIVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct message {
  char type;
  size_t length;
  /* Without the type; a NUL follows. */
  char body[65536];
};

struct driver {
  /* Runtime directory, with the container's tree below it. */
  char directory[64];
  /* Our end of the socket to the shim, and the shim. */
  int control;
  pid_t shim;
  char plan[1 << 16];
  size_t plan_length;
  unsigned steps;
  struct message last;
};

/* A fresh runtime directory with `root`, `upper`, `work` and `merged` in it, and an empty plan. */
void driver_begin(struct driver *driver);
/* Removes the directory, and waits for the shim. Returns its exit status, or -1. */
int driver_end(struct driver *driver);

/* Adds a step to the plan: phase, op, arguments, NULL. Returns its index. */
unsigned plan_add(struct driver *driver, ...) __attribute__((sentinel));
/* Host steps of a container with an overlay root: clone with `flags` text. */
void plan_container(struct driver *driver, const char *flags);
/* Child steps: slave mounts, root, proc, dev, the machine's programs read-only; ends before pivot_root. */
void plan_root(struct driver *driver);
/* The last steps: chdir / and execve of sh -c SCRIPT; and the unmount after. */
void plan_shell(struct driver *driver, const char *script);

/* Starts the shim and sends message C with this text more ("tty=1\0rows=10"): keys end with '\n'. */
void driver_configure(struct driver *driver, const char *more);
/* Writes the plan and sends G. */
void driver_go(struct driver *driver);
void driver_send(struct driver *driver, const void *message, size_t length);
/* Message A with one end of a new socket pair; returns the other end. */
int driver_attach(struct driver *driver, unsigned flags, const char *rest);
/* Waits for a message of the type, others are passed over. Returns 0, or -1 at the end of the socket. */
int driver_await(struct driver *driver, char type);

/* Everything until the end of the socket, NUL-terminated. Returns the length. */
size_t read_all(int fd, char *to, size_t capacity);
/* Reads until `text` has come. Returns 0, or -1 at the end. */
int read_until(int fd, const char *text);

#endif
