#include <errno.h>
#include <signal.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

/* How long the others have between SIGTERM and SIGKILL. */
static const struct timespec GRACE = {.tv_sec = 2};

_Noreturn void power_off(void) {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  kill(-1, SIGTERM);
  while (waitpid(-1, NULL, WNOHANG) >= 0) {
    if (sigtimedwait(&child, NULL, &GRACE) < 0 && errno == EAGAIN) break;
  }
  kill(-1, SIGKILL);
  sync();
  reboot(RB_POWER_OFF);
  for (;;) pause();
}
