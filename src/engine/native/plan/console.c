#include "operations.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "below.h"

/* Opens a new pseudo-terminal where the container has its own; a mere file of that name is refused. */
static int open_master(int root) {
  int fd = root >= 0 ? open_below(root, "dev/pts/ptmx", O_RDWR | O_NOCTTY, false)
                     : open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && root < 0) fd = -errno;
  /* A plan from which a learner took the container's devpts: the machine's, still reachable then. */
  if (fd == -ENOENT && root >= 0) {
    int node = open_below(root, "dev/pts/ptmx", O_PATH, false);
    if (node >= 0) close(node);
    /* Something of that name is there, and it is no terminal. */
    if (node != -ENOENT) return node < 0 ? node : -ENODEV;
    fd = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) fd = -errno;
  }
  if (fd < 0) return fd;
  struct statfs kind;
  struct stat node;
  int error = fstatfs(fd, &kind) < 0 || fstat(fd, &node) < 0                                        ? errno
              : kind.f_type != DEVPTS_SUPER_MAGIC || node.st_rdev != makedev(5, 2) ? ENODEV
                                                                                                     : 0;
  int locked = 0;
  if (!error && ioctl(fd, TIOCSPTLCK, &locked) < 0) error = errno;
  if (error) close(fd);
  return error ? -error : fd;
}

/* Hands the master to the shim, as the one byte 't' with the descriptor. */
static int send_master(int sync, int master) {
  char byte = 't', control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec data = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(head), &master, sizeof(int));
  return sendmsg(sync, &message, MSG_NOSIGNAL) < 0 ? errno : 0;
}

/* Binds the terminal on PATH below the root, by descriptor: no name is trusted twice (CVE-2025-52565). */
static int bind_console(int root, int terminal, const char *path) {
  char source[32], target[32];
  int node = open_or_make(root, path, false, false);
  if (node < 0) return -node;
  int error = mount(descriptor_path(terminal, source), descriptor_path(node, target), NULL, MS_BIND, NULL) < 0
                  ? errno
                  : 0;
  close(node);
  return error;
}

/* console [PATH]: a terminal of the container's own devpts as its standard streams, bound on PATH */
int do_console(struct run *run, const struct step *step) {
  if (!run->terminal) return STEP_ABSENT;
  int terminal = STDIN_FILENO, error = 0;
  if (run->stdio[0] < 0) {
    int master = open_master(run->root);
    if (master < 0) return -master;
    terminal = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    error = terminal < 0 ? errno : send_master(run->sync, master);
    close(master);
    for (int fd = 0; !error && fd < 3; fd++) {
      if (dup2(terminal, fd) < 0) error = errno;
    }
  }
  if (!error && *argument(step, 0)) error = bind_console(run->root, terminal, argument(step, 0));
  if (terminal > STDERR_FILENO) close(terminal);
  /* A session leader by now: the terminal becomes its controlling one here, else by `setsid`. */
  if (!error && getsid(0) == getpid() && ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0) error = errno;
  return error;
}

/* setsid: a session of its own, with the terminal as its controlling one */
int do_setsid(struct run *run, const struct step *step) {
  if (setsid() < 0) return errno;
  if (run->terminal && isatty(STDIN_FILENO) && ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0) return errno;
  return STEP_OK;
}
