#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shim.h"

bool stream_read(struct shim *shim, enum stream stream) {
  static char bytes[16 * 1024];
  int *fd = stream == STREAM_OUT ? &shim->out : &shim->err;
  if (*fd < 0) return false;
  ssize_t n = read(*fd, bytes, sizeof bytes);
  if (n > 0) {
    log_output(&shim->log, stream, bytes, (size_t)n);
    clients_output(shim, stream, bytes, (size_t)n);
    return true;
  }
  if (n < 0 && errno == EINTR) return true;
  if (n < 0 && errno == EAGAIN) return false;
  /* The end: of a pipe when all its writers are gone; of a terminal when its session is. */
  close(*fd);
  if (shim->input == *fd) shim->input = -1;
  *fd = -1;
  log_end(&shim->log, stream);
  return false;
}

void input_flush(struct shim *shim) {
  size_t length = buffer_length(&shim->pending);
  if (length > 0 && shim->input >= 0) {
    ssize_t n = write(shim->input, shim->pending.bytes + shim->pending.start, length);
    if (n >= 0) {
      buffer_take(&shim->pending, (size_t)n);
    } else if (errno != EAGAIN && errno != EINTR) {
      /* Nobody reads any more. */
      buffer_take(&shim->pending, length);
      if (!shim->config.tty) shim->close_input = true;
    }
  }
  if (shim->close_input && buffer_length(&shim->pending) == 0 && shim->input >= 0 && !shim->config.tty) {
    close(shim->input);
    shim->input = -1;
  }
}

void input_add(struct shim *shim, const char *data, size_t length) {
  bool expected = shim->config.tty ? shim->state != STATE_ENDED : shim->input >= 0;
  if (!expected || shim->close_input) return;
  /* Without memory the input is lost; the process lives. */
  (void)buffer_add(&shim->pending, data, length);
  input_flush(shim);
}

void terminal_resize(struct shim *shim) {
  struct winsize size = {.ws_row = shim->config.rows, .ws_col = shim->config.cols};
  if (!shim->config.tty || shim->out < 0 || (size.ws_row == 0 && size.ws_col == 0)) return;
  /* The master is ours; nothing but a bad descriptor could fail here. */
  (void)ioctl(shim->out, TIOCSWINSZ, &size);
}
