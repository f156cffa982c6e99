// What a client asks for: the first message on the command socket.
#pragma once
#include <stdint.h>

struct request {
  char *room;  // everything, from malloc
  char **argv; // argv and envp end with NULL
  int argc;
  char **envp;
  const char *directory;
  int fds[3];
};

// Reads it. 0, or an error of errno(3): EPROTO when it is malformed.
int request_read(int connection, struct request *request);
