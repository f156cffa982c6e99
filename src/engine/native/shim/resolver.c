#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "shim.h"
#include "wire.h"

/* Where containers look for names: the same in each, as nothing else is at this address of theirs. */
static const char ADDRESS[] = "127.0.0.11";

void resolver_hand_over(struct shim *shim, int control) {
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(2 * sizeof(int))];
  } rights;
  char failed[WIRE_FAILED];
  int error = shim->state == STATE_RUNNING ? run_open_resolver(&shim->run, ADDRESS) : ESRCH;
  if (error) {
    /* A daemon that asks no more needs no answer, here and below. */
    (void)send(control, failed, wire_failed(failed, NO_STEP, error), MSG_NOSIGNAL | MSG_DONTWAIT);
    return;
  }
  memset(&rights, 0, sizeof rights);
  rights.header.cmsg_level = SOL_SOCKET;
  rights.header.cmsg_type = SCM_RIGHTS;
  rights.header.cmsg_len = CMSG_LEN(sizeof shim->run.resolver);
  memcpy(CMSG_DATA(&rights.header), shim->run.resolver, sizeof shim->run.resolver);
  struct iovec type = {(char[]){'N'}, 1};
  struct msghdr message = {
      .msg_iov = &type, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
  (void)sendmsg(control, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}
