/* Messages from the shim to the daemon, byte by byte; all numbers little-endian. */
#ifndef BOTTLE_WIRE_H
#define BOTTLE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../plan/plan.h"

/* In message F: it was not a step that failed. */
#define NO_STEP UINT32_MAX

enum { WIRE_FAILED = 9, WIRE_STARTED = 9, WIRE_ENDED = 13, WIRE_STATUS = WIRE_STARTED + WIRE_ENDED };

uint16_t wire_u16(const char *from);
uint32_t wire_u32(const char *from);

/* Each writes at `to` and returns the length. */
size_t wire_failed(char *to, uint32_t step, int error);
/* `type`: P when it started, s as the answer to a status query. */
size_t wire_started(char *to, char type, pid_t pid, pid_t own_pid);
/* The body of message X, without its type. */
size_t wire_ended(char *to, int wait_status, bool oom, uint64_t finished);
/* Bytes that wire_trace writes. */
size_t wire_trace_length(const struct plan *plan);
size_t wire_trace(char *to, const struct plan *plan, const struct report *report);

#endif
