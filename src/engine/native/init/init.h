/* Process 1 of the guest: brings the machine up, keeps shells and engine running, and answers the page. */
#ifndef BOTTLE_INIT_H
#define BOTTLE_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum { CONSOLES = 4 };

/* A program that is started again whenever it ends. */
struct service {
  /* 0 when it does not run. */
  pid_t pid;
  /* CLOCK_MONOTONIC ns: when it was started last, and when it is to be started again. */
  uint64_t started, due;
  /* How many times in a row it ended within a second. */
  unsigned short_lives;
};

/* Says on the machine's console what was tried, on what, and why it failed. */
void complain(const char *what, const char *path, int error);

/* root.c: makes the initial file system one that pivot_root(2) accepts, and mounts what a kernel offers. */
void root_settle(void);
void root_mount(void);

/* machine.c: control groups, settings, host name, network. */
void machine_settle(void);
/* Another name for the machine: letters, digits and hyphens. Returns 0 or errno. */
int machine_rename(const char *name);

/* services.c */
void services_start(void);
/* A process ended; if it was a service it becomes due again. */
void services_ended(pid_t pid, int status);
/* Starts a server of the learner's files on a connection of the page's; it ends with the connection. */
void services_files(int connection);
/* Ends the shells; each begins anew, with whatever has changed about the machine. */
void services_renew_shells(void);
/* Starts what is due. Returns ms until the next is, or -1. */
int services_due(void);

/* control.c: the page's port. */
enum { MOST_QUESTIONS = 8 };
struct pollfd;
void control_open(void);
/* Fills in what to wait for. Returns the number of entries, at most 1 + MOST_QUESTIONS. */
size_t control_watch(struct pollfd *polled);
void control_serve(const struct pollfd *polled, size_t count);
/* ms until a held back answer is tried again, or -1. */
int control_due(void);

/* restore.c: "1700000000.123" to a time. Returns 0 or EINVAL. */
int parse_clock(const char *text, struct timespec *time);

/* Sets the clock and stirs the random pool: `epoch.ms` and 64 hex digits, as the page sends them. Returns 0 or errno. */
int restore(const char *time, const char *entropy);

/* shutdown.c */
_Noreturn void power_off(void);

#endif
