#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "../lib/io.h"
#include "init.h"

/* Shells on the consoles, then the engine. */
enum { ENGINE = CONSOLES, SERVICES };

static struct service services[SERVICES];

static const char USER[] = "learner";

/* A learner's fork bomb ends here, before the machine does. */
static const rlim_t MOST_PROCESSES = 400;

/* What systemd gives every service, and so what a container of Docker's has. */
static const struct rlimit OPEN_FILES = {1024, 524288};

#define PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static _Noreturn void give_up(const char *what, const char *path) {
  complain(what, path, errno);
  _exit(1);
}

static void default_signals(void) {
  sigset_t none;
  signal(SIGPIPE, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The terminal as a new one is, whatever the program before left; erasing knows characters of several bytes. */
static void reset_terminal(int fd) {
  struct termios modes;
  if (tcgetattr(fd, &modes) < 0) give_up("tcgetattr", "console");
  modes.c_iflag = ICRNL | IXON | IUTF8;
  modes.c_oflag = OPOST | ONLCR;
  modes.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
  modes.c_cc[VERASE] = 0x7f;
  if (tcsetattr(fd, TCSANOW, &modes) < 0) give_up("tcsetattr", "console");
}

static void open_console(const char *path, const struct passwd *user) {
  if (setsid() < 0) give_up("setsid", path);
  int fd = open(path, O_RDWR);
  if (fd < 0) give_up("open", path);
  if (ioctl(fd, TIOCSCTTY, 1) < 0) give_up("take as terminal", path);
  reset_terminal(fd);
  if (fchown(fd, user->pw_uid, 5) < 0 || fchmod(fd, 0620) < 0) give_up("hand over", path);
  for (int i = 0; i < 3; i++) {
    if (dup2(fd, i) < 0) give_up("dup2", path);
  }
  if (fd > 2) close(fd);
}

static void become(const struct passwd *user) {
  struct rlimit limit = {MOST_PROCESSES, MOST_PROCESSES};
  if (setrlimit(RLIMIT_NPROC, &limit) < 0) give_up("setrlimit", user->pw_name);
  if (initgroups(user->pw_name, user->pw_gid) < 0) give_up("initgroups", user->pw_name);
  if (setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0) give_up("become", user->pw_name);
  if (chdir(user->pw_dir) < 0) give_up("chdir", user->pw_dir);
}

static _Noreturn void be_shell(unsigned number) {
  char path[16], home[128], shell[128];
  snprintf(path, sizeof path, "/dev/hvc%u", number);
  const struct passwd *user = getpwnam(USER);
  if (!user) give_up("look up in /etc/passwd", USER);
  open_console(path, user);
  become(user);
  snprintf(home, sizeof home, "HOME=%s", user->pw_dir);
  snprintf(shell, sizeof shell, "SHELL=%s", user->pw_shell);
  char *environment[] = {home, shell, "USER=learner", "LOGNAME=learner", PATH, "TERM=xterm-256color", NULL};
  default_signals();
  execve(user->pw_shell, (char *[]){"-sh", NULL}, environment);
  give_up("execve", user->pw_shell);
}

static _Noreturn void be_engine(void) {
  static const char program[] = "/usr/lib/bottle/engine";
  char *environment[] = {PATH, "HOME=/root", "USER=root", "LANG=C.UTF-8", NULL};
  if (setsid() < 0) give_up("setsid", program);
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0 || dup2(null, STDIN_FILENO) < 0) give_up("open", "/dev/null");
  /* When memory is short a container dies, not what looks after all of them. */
  int error = write_file("/proc/self/oom_score_adj", 0, 0, "-999", 4);
  if (error) complain("write", "/proc/self/oom_score_adj", error);
  umask(022);
  default_signals();
  execve(program, (char *[]){"engine", "zygote", NULL}, environment);
  give_up("execve", program);
}

static void start(unsigned index) {
  struct service *service = &services[index];
  service->due = 0;
  service->started = clock_ns(CLOCK_MONOTONIC);
  service->pid = fork();
  if (service->pid == 0) {
    if (setrlimit(RLIMIT_NOFILE, &OPEN_FILES) < 0) give_up("setrlimit", "open files");
    if (index == ENGINE) be_engine();
    be_shell(index);
  }
  if (service->pid < 0) {
    complain("fork", index == ENGINE ? "engine" : "shell", errno);
    service->pid = 0;
    service->due = service->started + 1000000000u;
  }
}

/* The first console is what somebody waits for: the others, and the engine, which has much to load, leave it the
 * processor for about as long as its shell needs. */
static const uint64_t HEAD_START_NS = 400000000u;

/* CLOCK_MONOTONIC ns: when all shells were ended, to begin anew. */
static uint64_t renewed;

void services_start(void) {
  start(0);
  for (unsigned i = 1; i < CONSOLES; i++) {
    char path[16];
    snprintf(path, sizeof path, "/dev/hvc%u", i);
    if (access(path, F_OK) == 0) services[i].due = services[0].started + HEAD_START_NS;
  }
  services[ENGINE].due = services[0].started + HEAD_START_NS;
}

void services_ended(pid_t pid, int status) {
  for (unsigned i = 0; i < SERVICES; i++) {
    struct service *service = &services[i];
    if (service->pid != pid) continue;
    uint64_t now = clock_ns(CLOCK_MONOTONIC);
    service->pid = 0;
    service->short_lives = now - service->started < 1000000000u ? service->short_lives + 1 : 0;
    service->due = service->short_lives >= 3 ? now + 1000000000u : now;
    if (i > 0 && i < CONSOLES && service->due < renewed + HEAD_START_NS) service->due = renewed + HEAD_START_NS;
    if (i == ENGINE && service->short_lives <= 3) {
      dprintf(STDERR_FILENO, "init: the engine ended with wait status 0x%x; starting it again%s\n", (unsigned)status,
              service->short_lives == 3 ? ", every second from now on" : "");
    }
  }
}

void services_renew_shells(void) {
  renewed = clock_ns(CLOCK_MONOTONIC);
  for (unsigned i = 0; i < CONSOLES; i++) {
    if (services[i].pid > 0) kill(services[i].pid, SIGKILL);
  }
}

void services_files(int connection) {
  static const char program[] = "/usr/lib/bottle/files";
  pid_t pid = fork();
  if (pid < 0) complain("fork", program, errno);
  if (pid != 0) return;
  const struct passwd *user = getpwnam(USER);
  if (!user) give_up("look up in /etc/passwd", USER);
  int flags = fcntl(connection, F_GETFL);
  if (flags < 0 || fcntl(connection, F_SETFL, flags & ~O_NONBLOCK) < 0) give_up("fcntl", program);
  if (dup2(connection, STDIN_FILENO) < 0) give_up("dup2", program);
  become(user);
  umask(022);
  default_signals();
  execve(program, (char *[]){"files", NULL}, (char *[]){PATH, NULL});
  give_up("execve", program);
}

int services_due(void) {
  int wait = -1;
  for (unsigned i = 0; i < SERVICES; i++) {
    if (services[i].due == 0) continue;
    uint64_t now = clock_ns(CLOCK_MONOTONIC);
    if (services[i].due <= now) start(i);
    if (services[i].due == 0) continue;
    int left = (int)((services[i].due - now) / 1000000u) + 1;
    if (wait < 0 || left < wait) wait = left;
  }
  return wait;
}
