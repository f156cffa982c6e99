/*
 * A container's start as data: an ordered list of system calls, made by container/plan.ts and run here.
 *
 * Wire form: records; a record is a little-endian u32 count of fields, and each field a u32 length and
 * its bytes. Field 0 is the phase, field 1 the operation, the others its arguments as text.
 */
#ifndef BOTTLE_PLAN_H
#define BOTTLE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The largest plan that is read, in bytes; real ones have some tens of KB. */
#define PLAN_LARGEST (4u << 20)

/* Outcome of a step beside errno(3) numbers, which are positive. */
enum { STEP_OK = 0, STEP_ABSENT = -1, STEP_NOT_RUN = -2 };

/* Who runs a step: the shim, the container's first process, or the shim when that process is gone. */
enum phase { PHASE_HOST, PHASE_CHILD, PHASE_AFTER };

/* Bytes of one argument; a NUL that is not counted follows. */
struct field {
  char *bytes;
  uint32_t length;
};

struct run;
struct step;

struct operation {
  const char *name;
  /* Returns STEP_OK, STEP_ABSENT or an errno(3) number. */
  int (*run)(struct run *run, const struct step *step);
  /* Least number of arguments. */
  uint32_t least;
  /* Its arguments may hold NUL bytes; those of others are refused with them. */
  bool binary;
};

struct step {
  enum phase phase;
  const struct operation *operation;
  struct field *arguments;
  uint32_t count;
};

struct plan {
  struct step *steps;
  uint32_t count;
  /* Index of the one `clone`. */
  uint32_t clone;
};

/*
 * Takes `length` bytes at `buffer`, which has one byte more and stays in use: the fields are terminated
 * in place. Returns 0, or errno with the step at fault in `*bad`: EBADMSG malformed, ENOSYS unknown
 * operation, EINVAL wrong phase, too few arguments, no or a second `clone`, no `execve` at the child's end.
 */
int plan_decode(struct plan *plan, char *buffer, size_t length, uint32_t *bad);

/* Gives back what a decoded plan takes, except the buffer. */
void plan_free(struct plan *plan);

/* One of the operations that are known, or NULL. */
const struct operation *find_operation(const char *name);

/* What became of a step; in memory that the shim shares with the child. */
struct outcome {
  int32_t error;
  uint64_t ns;
};

/* Written by the child until its execve, read by the shim once the child's end of `sync` is closed. */
struct report {
  /* The step that the child is in; its `execve` in a start that went well. */
  uint32_t current;
  /* Its process id in its own pid namespace. */
  int32_t own_pid;
  struct outcome outcomes[];
};

/* A start under way. */
struct run {
  struct plan *plan;
  struct report *report;
  /* Standard input, output and error of the child; -1 each when the child is to open a terminal. */
  int stdio[3];
  /* The child's standard input is a terminal: `setsid` makes it the controlling one. */
  bool terminal;
  /* The shim's end of the socket pair: end of file is execve or death; carries a terminal's master. */
  int sync;
  /* The child's process, 0 before `clone`, and a pidfd of it, -1 before. */
  pid_t child;
  int pidfd;
  /* Where the child went: a descriptor of its cgroup, or -1. */
  int cgroup;
  /* A pidfd of the process that `setns_pidfd` steps name, opened before the plan runs; or -1. */
  int target;
  /* The resolver's sockets in the child's network namespace, of datagrams and of connections; or -1 each. */
  int resolver[2];
  /* In the child: O_PATH of the container's root after `root`, or -1. */
  int root;
  /* In the child: what the command starts with. */
  mode_t umask;
};

/* A fresh run of a plan, with shared memory for its report. Returns 0 or errno. */
int run_prepare(struct run *run, struct plan *plan);

/*
 * Runs the host steps and starts the child, which runs its steps and becomes the container's process.
 * Returns 0 with the child under way, or errno with the failing step in `*failed`; then nothing is
 * left running, and the `after` steps are still to be run.
 */
int run_start(struct run *run, uint32_t *failed);

/*
 * To be called when `sync` ended: 0 when the child's execve succeeded, else errno with the failing
 * step in `*failed` (the child is dying then, and is to be waited for).
 */
int run_finish(struct run *run, uint32_t *failed);

/* Runs the `after` steps. Their outcomes are in the report; a failure does not keep the next from running. */
void run_after(struct run *run);

/*
 * Opens the resolver's sockets, port 53 of `address` in the child's network namespace, unless they are
 * open. The address need not be there yet. Returns 0 or errno.
 */
int run_open_resolver(struct run *run, const char *address);

/* The argument as a NUL-terminated string, "" when there are fewer arguments. */
const char *argument(const struct step *step, uint32_t index);

/* The argument as a number, decimal or 0octal. Returns 0 or errno. */
int argument_number(const struct step *step, uint32_t index, uint64_t *number);

#endif
