/* Sockets in the network namespace of another process: a socket stays where it was made. */
#ifndef BOTTLE_NAMESPACE_H
#define BOTTLE_NAMESPACE_H

#include <sys/types.h>

/*
 * socket(2) in the network namespace of `pid`. Returns 0, or errno: ENOENT when there is no such process.
 * The calling thread is in its own namespace again in every case; when that is impossible the process ends.
 */
int namespace_socket(pid_t pid, int domain, int type, int protocol, int *fd);

#endif
