/* Started by init for the page: descriptor 0 is the connection, the directory is the learner's. */
#include "files.h"

#include <signal.h>
#include <unistd.h>

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  return serve(STDIN_FILENO);
}
