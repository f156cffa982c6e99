// spawnShim: a process that belongs to nobody but init, started without copying this one's memory.
#include "engine.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct shim {
  const char *path;
  int control; // its end of the pair
  int pid;     // written by the first child: the memory is shared
  int error;
  // The two children run on these, while we are suspended (CLONE_VFORK)
  _Alignas(16) char first_stack[8192], second_stack[8192];
};

// The shim to be: a session of its own, only descriptors 0 to 3, default signals.
static int become_shim(void *opaque) {
  struct shim *shim = opaque;
  char *arguments[] = {(char *)(uintptr_t)shim->path, NULL};
  char *none[] = {NULL};
  signals_reset();
  setsid();
  // Its own end may be any number, 3 too (which dup2 would leave to be closed on execve)
  int end = fcntl(shim->control, F_DUPFD, 4);
  int null = open("/dev/null", O_RDWR);
  if (end >= 0 && null >= 0 && dup2(null, 0) >= 0 && dup2(null, 1) >= 0 && dup2(end, 3) >= 0) {
    // Needs Linux 5.9; older ones still close what is O_CLOEXEC, which everything of ours is
    syscall(SYS_close_range, 4, ~0U, 0);
    execve(shim->path, arguments, none);
  }
  shim->error = errno;
  _exit(127);
}

static int start_shim(void *opaque) {
  struct shim *shim = opaque;
  int pid = clone(become_shim, shim->second_stack + sizeof shim->second_stack, CLONE_VM | CLONE_VFORK | SIGCHLD, shim);
  if (pid < 0)
    shim->error = errno;
  shim->pid = pid;
  _exit(0);
}

static JSValue sys_spawn_shim(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
  static struct shim shim;
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
    return throw_errno(ctx, "socketpair", NULL, errno);
  const char *other = getenv("BOTTLE_SHIM"); // tests have their own
  shim.path = other ? other : "/usr/lib/bottle/shim";
  shim.control = pair[1];
  shim.pid = -1;
  shim.error = 0;
  // The shim's end blocks or not as it likes: O_NONBLOCK belongs to the description, so set ours only
  fcntl(pair[1], F_SETFL, 0);

  // Nothing may interrupt the children on our memory
  sigset_t every, before;
  sigfillset(&every);
  sigprocmask(SIG_BLOCK, &every, &before);
  int first = clone(start_shim, shim.first_stack + sizeof shim.first_stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &shim);
  int error = first < 0 ? errno : 0;
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(pair[1]);
  if (!error) {
    while (waitpid(first, NULL, 0) < 0 && errno == EINTR)
      ;
    error = shim.error;
  }
  if (error) {
    close(pair[0]);
    return throw_errno(ctx, first < 0 || shim.pid < 0 ? "clone" : "execve", shim.path, error);
  }
  fd_nonblocking(pair[0]);
  JSValue spawned = JS_NewObject(ctx);
  set(ctx, spawned, "pid", JS_NewInt32(ctx, shim.pid));
  set(ctx, spawned, "control", JS_NewInt32(ctx, pair[0]));
  return spawned;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("spawnShim", 0, sys_spawn_shim),
};

void shim_install(JSContext *ctx, JSValueConst sys) {
  JS_SetPropertyFunctionList(ctx, sys, functions, sizeof functions / sizeof *functions);
}
