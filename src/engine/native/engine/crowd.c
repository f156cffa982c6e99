// How many commands run at once. Each is a process that grows to a megabyte; a hundred begun in the same moment
// would want more memory than the machine has, and the kernel would kill somebody.
#include "engine.h"
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

#include "../lib/io.h"

enum {
  COMMAND_KB = 1024,     // what a command may come to need, its client and the container that it starts
  RESERVE_KB = 24 * 1024 // what commands leave to everybody else
};

static int running;

// What can be had without anybody's death: free pages, and caches that can be dropped (proc(5)).
static long long available_kb(void) {
  struct sysinfo info;
  if (sysinfo(&info) < 0)
    return -1;
  long long kb = (long long)info.freeram * info.mem_unit / 1024;
  char text[512];
  if (kb >= RESERVE_KB + (long long)running * COMMAND_KB || read_text("/proc/meminfo", text, sizeof text) < 0)
    return kb;
  const char *line = strstr(text, "\nMemAvailable:");
  return line ? strtoll(line + strlen("\nMemAvailable:"), NULL, 10) : kb;
}

void crowd_enter(void) { running++; }

void crowd_leave(void) { running--; }

bool crowd_has_room(void) {
  if (running == 0)
    return true;
  long long kb = available_kb();
  return kb < 0 || kb >= RESERVE_KB + (long long)running * COMMAND_KB;
}
