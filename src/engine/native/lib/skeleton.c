#include "skeleton.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

// More headers than any image has: what is meant to fill the disk is not kept
enum { header = 8, largest = 32 << 20, short_run = 4 };

static void put(struct skeleton_writer *writer, const uint8_t *data, size_t size) {
  while (size && !writer->error) {
    if (writer->out_used == sizeof writer->out) {
      for (size_t done = 0; done < sizeof writer->out && !writer->error;) {
        ssize_t part = write(writer->fd, writer->out + done, sizeof writer->out - done);
        if (part >= 0)
          done += (size_t)part;
        else if (errno != EINTR)
          writer->error = errno;
      }
      writer->out_used = 0;
    }
    size_t part = sizeof writer->out - writer->out_used;
    part = size < part ? size : part;
    memcpy(writer->out + writer->out_used, data, part);
    writer->out_used += part;
    writer->written += part;
    data += part;
    size -= part;
  }
  if (writer->written > largest)
    writer->lost = true;
}

static void put_number(struct skeleton_writer *writer, uint64_t value) {
  uint8_t bytes[10];
  size_t size = 0;
  for (; value > 127; value >>= 7)
    bytes[size++] = (uint8_t)(value | 128);
  bytes[size++] = (uint8_t)value;
  put(writer, bytes, size);
}

// Writes the run; the zeros behind it begin the next one.
static void put_run(struct skeleton_writer *writer) {
  if (!writer->bytes_used) {
    writer->zeros += writer->pending;
    writer->pending = 0;
  }
  if (!writer->zeros && !writer->bytes_used)
    return;
  put_number(writer, writer->zeros);
  put_number(writer, writer->bytes_used);
  put(writer, writer->bytes, writer->bytes_used);
  writer->zeros = writer->pending;
  writer->pending = 0;
  writer->bytes_used = 0;
}

static void add(struct skeleton_writer *writer, uint8_t byte) {
  if (!byte) {
    writer->pending++;
    return;
  }
  if (!writer->bytes_used) {
    writer->zeros += writer->pending;
    writer->pending = 0;
  } else if (writer->pending >= short_run || writer->bytes_used + writer->pending >= sizeof writer->bytes) {
    put_run(writer);
  }
  for (; writer->pending; writer->pending--)
    writer->bytes[writer->bytes_used++] = 0;
  writer->bytes[writer->bytes_used++] = byte;
}

void skeleton_begin(struct skeleton_writer *writer, int fd) {
  static const uint8_t length[header];
  memset(writer, 0, sizeof *writer);
  writer->fd = fd;
  put(writer, length, sizeof length);
}

void skeleton_take(struct skeleton_writer *writer, enum tar_part part, const uint8_t *data, size_t size) {
  if (writer->lost)
    return;
  if (part == tar_part_padding) {
    while (size && !*data)
      data++, size--;
    writer->lost = size > 0;
    return;
  }
  for (size_t i = 0; i < size; i++)
    add(writer, part == tar_part_header ? data[i] ^ writer->previous[i] : data[i]);
  if (part == tar_part_header)
    memcpy(writer->previous, data, sizeof writer->previous);
}

bool skeleton_end(struct skeleton_writer *writer, uint64_t archive) {
  if (writer->lost)
    return ftruncate(writer->fd, 0) == 0 || (writer->error = errno, false);
  put_run(writer);
  put_run(writer); // the zeros behind it
  for (size_t done = 0; done < writer->out_used && !writer->error;) {
    ssize_t part = write(writer->fd, writer->out + done, writer->out_used - done);
    if (part >= 0)
      done += (size_t)part;
    else if (errno != EINTR)
      writer->error = errno;
  }
  uint8_t length[header];
  for (int i = 0; i < header; i++)
    length[i] = (uint8_t)(archive >> 8 * i);
  if (!writer->error && pwrite(writer->fd, length, header, 0) != header)
    writer->error = errno;
  return !writer->error;
}

void skeleton_free(struct skeleton_writer *writer) {
  if (writer->fd >= 0)
    close(writer->fd);
  writer->fd = -1;
}
