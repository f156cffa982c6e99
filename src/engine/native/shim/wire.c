#include "wire.h"

uint16_t wire_u16(const char *from) {
  const unsigned char *p = (const unsigned char *)from;
  return (uint16_t)(p[0] | p[1] << 8);
}

uint32_t wire_u32(const char *from) {
  return (uint32_t)wire_u16(from) | (uint32_t)wire_u16(from + 2) << 16;
}

static char *put(char *to, uint64_t value, unsigned bytes) {
  for (; bytes > 0; bytes--, value >>= 8) *to++ = (char)(value & 0xff);
  return to;
}

size_t wire_failed(char *to, uint32_t step, int error) {
  char *end = put(to, 'F', 1);
  end = put(end, step, 4);
  return (size_t)(put(end, (uint32_t)error, 4) - to);
}

size_t wire_started(char *to, char type, pid_t pid, pid_t own_pid) {
  char *end = put(to, (unsigned char)type, 1);
  end = put(end, (uint32_t)pid, 4);
  return (size_t)(put(end, (uint32_t)own_pid, 4) - to);
}

size_t wire_ended(char *to, int wait_status, bool oom, uint64_t finished) {
  char *end = put(to, (uint32_t)wait_status, 4);
  end = put(end, oom, 1);
  return (size_t)(put(end, finished, 8) - to);
}

size_t wire_trace_length(const struct plan *plan) {
  return 5 + (size_t)plan->count * 12;
}

size_t wire_trace(char *to, const struct plan *plan, const struct report *report) {
  char *end = put(to, 'T', 1);
  end = put(end, plan->count, 4);
  for (uint32_t i = 0; i < plan->count; i++) {
    end = put(end, (uint32_t)report->outcomes[i].error, 4);
    end = put(end, report->outcomes[i].ns, 8);
  }
  return (size_t)(end - to);
}
