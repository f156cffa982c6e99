// Making an archive again of its skeleton and its tree.
#include "below.h"
#include "skeleton.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool fail(struct skeleton_reader *reader, const char *call, int error) {
  reader->call = call;
  reader->error = error;
  return false;
}

static bool damaged(struct skeleton_reader *reader) {
  reader->sentence = "what was kept of its archive is damaged";
  return false;
}

static bool next_byte(struct skeleton_reader *reader, uint8_t *out) {
  if (reader->in_at == reader->in_used) {
    ssize_t got;
    do
      got = read(reader->fd, reader->in, sizeof reader->in);
    while (got < 0 && errno == EINTR);
    if (got < 0)
      return fail(reader, "read", errno);
    reader->in_at = 0;
    reader->in_used = (size_t)got;
    if (!got)
      return damaged(reader);
  }
  *out = reader->in[reader->in_at++];
  return true;
}

static bool next_number(struct skeleton_reader *reader, uint64_t *out) {
  uint8_t byte = 128;
  *out = 0;
  for (int shift = 0; byte & 128; shift += 7) {
    if (shift > 56)
      return damaged(reader);
    if (!next_byte(reader, &byte))
      return false;
    *out |= (uint64_t)(byte & 127) << shift;
  }
  return true;
}

// The next bytes of what was kept.
static bool kept(struct skeleton_reader *reader, uint8_t *out, size_t size) {
  while (size) {
    if (!reader->zeros && !reader->literal) {
      if (!next_number(reader, &reader->zeros) || !next_number(reader, &reader->literal))
        return false;
      if (!reader->zeros && !reader->literal)
        return damaged(reader);
      continue;
    }
    if (reader->zeros) {
      size_t part = size < reader->zeros ? size : (size_t)reader->zeros;
      memset(out, 0, part);
      reader->zeros -= part;
      out += part;
      size -= part;
    } else {
      if (!next_byte(reader, out++))
        return false;
      reader->literal--;
      size--;
    }
  }
  return true;
}

static bool on_entry(void *opaque, const struct tar_entry *entry) {
  struct skeleton_reader *reader = opaque;
  if (entry->type != '0' || !entry->size)
    return true;
  reader->file = open_below(reader->root, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, false);
  if (reader->file < 0)
    return fail(reader, "openat2", -reader->file);
  return true;
}

static bool on_data(void *opaque, const uint8_t *data, size_t size) {
  (void)data;
  ((struct skeleton_reader *)opaque)->bytes += size;
  return true;
}

static bool on_entry_end(void *opaque) {
  struct skeleton_reader *reader = opaque;
  if (reader->file >= 0)
    close(reader->file);
  reader->file = -1;
  return true;
}

static const struct tar_events events = {on_entry, on_data, on_entry_end, NULL};

bool rebuild_begin(struct skeleton_reader *reader, int skeleton, int root) {
  memset(reader, 0, sizeof *reader);
  reader->fd = skeleton;
  reader->root = root;
  reader->file = -1;
  tar_init(&reader->tar);
  for (int i = 0; i < 8; i++) {
    uint8_t byte;
    if (!next_byte(reader, &byte))
      return false;
    reader->archive |= (uint64_t)byte << 8 * i;
  }
  return true;
}

void rebuild_free(struct skeleton_reader *reader) {
  const int fds[] = {reader->fd, reader->root, reader->file};
  for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
    if (fds[i] >= 0)
      close(fds[i]);
  reader->fd = reader->root = reader->file = -1;
  tar_free(&reader->tar);
}

static bool feed(struct skeleton_reader *reader, const uint8_t *data, size_t size) {
  return tar_feed(&reader->tar, data, size, &events, reader) || (reader->call ? false : damaged(reader));
}

// The next header, whole: what differs from the one before tells it.
static bool next_header(struct skeleton_reader *reader) {
  if (!kept(reader, reader->block, sizeof reader->block))
    return false;
  for (size_t i = 0; i < sizeof reader->block; i++)
    reader->block[i] ^= reader->previous[i];
  memcpy(reader->previous, reader->block, sizeof reader->previous);
  reader->block_at = 0;
  reader->block_used = sizeof reader->block;
  return feed(reader, reader->block, sizeof reader->block);
}

static ssize_t content(struct skeleton_reader *reader, uint8_t *out, size_t size) {
  ssize_t got;
  do
    got = read(reader->file, out, size);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    fail(reader, "read", errno);
  else if (!got)
    reader->sentence = "it is shorter than it was when the layer was unpacked";
  return got > 0 ? got : -1;
}

ssize_t rebuild_read(struct skeleton_reader *reader, uint8_t *out, size_t size) {
  size_t done = 0;
  while (done < size && reader->at < reader->archive) {
    uint64_t rest = reader->archive - reader->at;
    size_t part = size - done < rest ? size - done : (size_t)rest;
    uint8_t *to = out + done;
    if (reader->block_at < reader->block_used) {
      size_t left = reader->block_used - reader->block_at;
      part = part < left ? part : left;
      memcpy(to, reader->block + reader->block_at, part);
      reader->block_at += part;
      reader->at += part;
      done += part;
      continue;
    }
    const struct tar *tar = &reader->tar;
    if (tar->state == tar_header) {
      if (!next_header(reader))
        return -1;
      continue;
    }
    if (tar->state == tar_meta || tar->state == tar_data)
      part = part < tar->left ? part : (size_t)tar->left;
    else if (tar->state == tar_padding)
      part = part < tar->padding ? part : tar->padding;
    if (tar->state == tar_data) {
      ssize_t got = content(reader, to, part);
      if (got < 0)
        return -1;
      part = (size_t)got;
    } else if (tar->state == tar_padding) {
      memset(to, 0, part);
    } else if (!kept(reader, to, part)) {
      return -1;
    }
    if (!feed(reader, to, part))
      return -1;
    reader->at += part;
    done += part;
  }
  return (ssize_t)done;
}
