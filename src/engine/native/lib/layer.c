#include "layer.h"
#include "layer_paths.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

struct layer_time {
  struct layer_time *next;
  struct timespec time;
  char name[];
};

static void start(struct layer *layer) {
  memset(layer, 0, sizeof *layer);
  tar_init(&layer->tar);
  sha256_start(&layer->sha);
  layer->parent = layer->file = -1;
}

int layer_init_files(struct layer *layer, int root, const struct layer_files *files) {
  start(layer);
  layer->plain = layer->devices = true;
  layer->files = *files;
  layer->limit = UINT64_MAX;
  layer->root = root;
  layer->files.below = files->below ? strdup(files->below) : NULL;
  layer->files.prefix = files->prefix ? strdup(files->prefix) : NULL;
  bool complete = (!files->below || layer->files.below) && (!files->prefix || layer->files.prefix);
  return complete ? 0 : ENOMEM;
}

int layer_init(struct layer *layer, const char *root, uint64_t limit, bool devices) {
  start(layer);
  layer->limit = limit;
  layer->devices = devices;
  layer->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return layer->root < 0 ? errno : 0;
}

int layer_keep_skeleton(struct layer *layer, const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return errno;
  layer->skeleton = malloc(sizeof *layer->skeleton);
  if (!layer->skeleton) {
    close(fd);
    return ENOMEM;
  }
  skeleton_begin(layer->skeleton, fd);
  return 0;
}

void layer_free(struct layer *layer) {
  if (layer->skeleton)
    skeleton_free(layer->skeleton);
  free(layer->skeleton);
  layer->skeleton = NULL;
  // A file that is cut off is none
  if (layer->file >= 0 && layer->plain && layer->parent >= 0 && layer->file_name)
    (void)unlinkat(layer->parent, layer->file_name, 0);
  free(layer->file_name);
  layer->file_name = NULL;
  free((char *)(uintptr_t)layer->files.below);
  free((char *)(uintptr_t)layer->files.prefix);
  layer->files.below = layer->files.prefix = NULL;
  const int fds[] = {layer->root, layer->parent, layer->file};
  for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
    if (fds[i] >= 0)
      close(fds[i]);
  layer->root = layer->parent = layer->file = -1;
  free(layer->parent_name);
  layer->parent_name = NULL;
  while (layer->times) {
    struct layer_time *next = layer->times->next;
    free(layer->times);
    layer->times = next;
  }
  tar_free(&layer->tar);
}

// Capabilities and the user's own; overlayfs's marks and labels of other kernels are not the archive's to set.
static bool set_attributes(struct layer *layer, int fd, const struct tar_entry *entry) {
  for (const struct tar_attribute *a = entry->attributes; a; a = a->next) {
    if (strcmp(a->name, "security.capability") != 0 && strncmp(a->name, "user.", 5) != 0)
      continue;
    if (fsetxattr(fd, a->name, a->value, a->size, 0) < 0 && errno != ENOTSUP)
      return layer_fail(layer, "setxattr", errno);
  }
  return true;
}

static mode_t mode_of(const struct layer *layer, const struct tar_entry *entry) {
  return layer->plain && layer->files.moded ? layer->files.mode : entry->mode;
}

// Gives an entry its owner: by descriptor, or by name when `base` is not "".
static bool set_owner(struct layer *layer, const struct tar_entry *entry, int fd, const char *base) {
  const struct layer_files *files = &layer->files;
  if (layer->plain && files->owner == owner_unchanged)
    return true;
  bool fixed = layer->plain && files->owner == owner_fixed;
  unsigned uid = fixed ? files->uid : entry->uid, gid = fixed ? files->gid : entry->gid;
  return fchownat(fd, base, uid, gid, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) == 0 || layer_fail(layer, "chown", errno);
}

static bool begin_file(struct layer *layer, const struct tar_entry *entry, int parent, const char *base) {
  if (entry->size > layer->limit || layer->written > layer->limit - entry->size)
    return layer_refuse(layer, "with it the layer is larger than it may be");
  int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  layer->file = openat(parent, base, flags, 0600);
  if (layer->file < 0 && errno == EEXIST) {
    bool whiteout;
    if (!layer_clear(layer, parent, base, &whiteout))
      return false;
    layer->file = openat(parent, base, flags, 0600);
  }
  if (layer->file < 0)
    return layer_fail(layer, "open", errno);
  layer->file_time = entry->time;
  free(layer->file_name);
  layer->file_name = strdup(base);
  if (!layer->file_name)
    return layer_fail(layer, "malloc", ENOMEM);
  if (!set_owner(layer, entry, layer->file, ""))
    return false;
  if (fchmod(layer->file, mode_of(layer, entry)) < 0) // after chown, which takes setuid away
    return layer_fail(layer, "chmod", errno);
  return set_attributes(layer, layer->file, entry);
}

static bool remember_time(struct layer *layer, const char *name, const struct timespec *time) {
  size_t length = strlen(name);
  struct layer_time *made = malloc(sizeof *made + length + 1);
  if (!made)
    return layer_fail(layer, "malloc", ENOMEM);
  memcpy(made->name, name, length + 1);
  made->time = *time;
  made->next = layer->times; // deepest first, mostly
  layer->times = made;
  return true;
}

static bool make_opaque(struct layer *layer, int parent, const char *base) {
  int fd = openat(parent, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  bool fine = fd >= 0 && fsetxattr(fd, "trusted.overlay.opaque", "y", 1, 0) == 0;
  int error = errno;
  if (fd >= 0)
    close(fd);
  return fine || layer_fail(layer, "setxattr", error);
}

static bool make_directory(struct layer *layer, const struct tar_entry *entry, const char *name, int parent, const char *base) {
  struct stat st;
  bool whiteout = false;
  bool root = !*name;
  bool there = root || (fstatat(parent, base, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode));
  if (!there && (!layer_clear(layer, parent, base, &whiteout) || mkdirat(parent, base, 0700) < 0))
    return layer->call ? false : layer_fail(layer, "mkdir", errno);
  int fd = openat(parent, root ? "." : base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return layer_fail(layer, "open", errno);
  bool fine = set_owner(layer, entry, fd, "");
  if (fine && fchmod(fd, mode_of(layer, entry)) < 0)
    fine = layer_fail(layer, "chmod", errno);
  fine = fine && set_attributes(layer, fd, entry);
  close(fd);
  // A whiteout came first: it hides what is below, and this directory stands in its place
  if (fine && whiteout)
    fine = make_opaque(layer, parent, base);
  return fine && remember_time(layer, name, &entry->time);
}

static bool make_link(struct layer *layer, const struct tar_entry *entry, const char *name, int parent, const char *base) {
  const char *target_base;
  char *target = layer_clean_name(layer, entry->link);
  if (!target)
    return false;
  if (!*target || strcmp(target, name) == 0) {
    free(target);
    return layer_refuse(layer, "it is a hard link to itself or to the root");
  }
  int keep = dup(parent); // finding the target's directory replaces the one that is kept
  int from = keep < 0 ? -1 : layer_parent(layer, target, &target_base);
  bool fine = false;
  if (keep < 0) {
    layer_fail(layer, "dup", errno);
  } else if (from >= 0) {
    fine = linkat(from, target_base, keep, base, 0) == 0;
    bool whiteout;
    struct stat st;
    if (!fine && errno == EEXIST && fstatat(from, target_base, &st, AT_SYMLINK_NOFOLLOW) == 0 && layer_clear(layer, keep, base, &whiteout))
      fine = linkat(from, target_base, keep, base, 0) == 0;
    if (!fine && !layer->call)
      layer_fail(layer, "link", errno);
  }
  if (keep >= 0)
    close(keep);
  free(target);
  return fine;
}

// Symbolic links, devices and pipes.
static bool make_special(struct layer *layer, const struct tar_entry *entry, int parent, const char *base) {
  bool device = entry->type == '3' || entry->type == '4';
  if (device && !layer->devices)
    return layer_refuse(layer, "it is a device, which is not permitted here");
  mode_t kind = entry->type == '3' ? S_IFCHR : entry->type == '4' ? S_IFBLK : S_IFIFO;
  const char *call = entry->type == '2' ? "symlink" : "mknod";
  for (int round = 0;; round++) {
    int result = entry->type == '2' ? symlinkat(entry->link, parent, base)
                                    : mknodat(parent, base, kind | 0600, device ? makedev(entry->major, entry->minor) : 0);
    if (result == 0)
      break;
    bool whiteout;
    if (errno != EEXIST || round)
      return layer_fail(layer, call, errno);
    if (!layer_clear(layer, parent, base, &whiteout))
      return false;
  }
  if (!set_owner(layer, entry, parent, base))
    return false;
  if (entry->type != '2' && fchmodat(parent, base, entry->mode, 0) < 0)
    return layer_fail(layer, "chmod", errno);
  const struct timespec times[2] = {entry->time, entry->time};
  return utimensat(parent, base, times, AT_SYMLINK_NOFOLLOW) == 0 || layer_fail(layer, "utimensat", errno);
}

// `.wh.NAME` hides NAME of the layers below, `.wh..wh..opq` all of its directory; the others are left of aufs.
static bool make_whiteout(struct layer *layer, int parent, const char *hidden) {
  if (strcmp(hidden, ".wh..opq") == 0)
    return make_opaque(layer, parent, ".");
  if (strncmp(hidden, ".wh.", 4) == 0)
    return true;
  if (!*hidden || strcmp(hidden, ".") == 0 || strcmp(hidden, "..") == 0)
    return layer_refuse(layer, "it is a whiteout of nothing");
  struct stat st;
  if (fstatat(parent, hidden, &st, AT_SYMLINK_NOFOLLOW) == 0)
    // This layer's own: what is below it is hidden already, or has to be when both are directories
    return S_ISDIR(st.st_mode) ? make_opaque(layer, parent, hidden) : true;
  return mknodat(parent, hidden, S_IFCHR, 0) == 0 || layer_fail(layer, "mknod", errno);
}

// With `keep_kinds`, what is there stays what it is: a directory, or not one.
static bool kind_may_change(struct layer *layer, const struct tar_entry *entry, const char *name, int parent, const char *base) {
  struct stat st;
  if (!layer->files.keep_kinds || !*name || fstatat(parent, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return true;
  if (S_ISDIR(st.st_mode) && entry->type != '5')
    return layer_refuse(layer, "cannot overwrite directory with non-directory");
  if (!S_ISDIR(st.st_mode) && entry->type == '5')
    return layer_refuse(layer, "cannot overwrite non-directory with directory");
  return true;
}

static bool on_entry(void *opaque, const struct tar_entry *entry) {
  struct layer *layer = opaque;
  const char *base;
  char *name = layer_clean_name(layer, entry->name);
  if (!name)
    return false;
  int parent = layer_parent(layer, name, &base);
  bool fine = false;
  if (parent < 0)
    ;
  else if (!*name && entry->type != '5')
    layer_refuse(layer, "it has no name");
  else if (!*name && layer->plain)
    fine = true; // the directory that is unpacked into stays as it is
  else if (!kind_may_change(layer, entry, name, parent, base))
    ;
  else if (!layer->plain && strncmp(base, ".wh.", 4) == 0)
    fine = make_whiteout(layer, parent, base + 4);
  else if (entry->type == '0')
    fine = begin_file(layer, entry, parent, base);
  else if (entry->type == '1')
    fine = make_link(layer, entry, name, parent, base);
  else if (entry->type == '5')
    fine = make_directory(layer, entry, name, parent, base);
  else
    fine = make_special(layer, entry, parent, base);
  free(name);
  return fine;
}

static bool on_data(void *opaque, const uint8_t *data, size_t size) {
  struct layer *layer = opaque;
  if (layer->file < 0) // a whiteout's content goes nowhere
    layer_lose(layer);
  while (layer->file >= 0 && size) {
    ssize_t part = write(layer->file, data, size);
    if (part < 0 && errno == EINTR)
      continue;
    if (part < 0)
      return layer_fail(layer, "write", errno);
    data += part;
    size -= (size_t)part;
    layer->written += (uint64_t)part;
  }
  return true;
}

static bool on_entry_end(void *opaque) {
  struct layer *layer = opaque;
  if (layer->file < 0)
    return true;
  const struct timespec times[2] = {layer->file_time, layer->file_time};
  bool fine = futimens(layer->file, times) == 0 || layer_fail(layer, "utimensat", errno);
  if (close(layer->file) < 0 && errno != EINTR && fine)
    fine = layer_fail(layer, "close", errno);
  layer->file = -1;
  free(layer->file_name);
  layer->file_name = NULL;
  return fine;
}

static void on_part(void *opaque, enum tar_part part, const uint8_t *data, size_t size) {
  const struct layer *layer = opaque;
  if (layer->skeleton)
    skeleton_take(layer->skeleton, part, data, size);
}

static const struct tar_events events = {on_entry, on_data, on_entry_end, on_part};

bool layer_write(struct layer *layer, const uint8_t *data, size_t size) {
  layer->archive += size;
  if (!layer->plain)
    sha256_update(&layer->sha, data, size);
  if (!tar_feed(&layer->tar, data, size, &events, layer))
    return false;
  return !layer->skeleton || !layer->skeleton->error || layer_fail(layer, "write", layer->skeleton->error);
}

bool layer_end(struct layer *layer, uint8_t digest[32]) {
  if (!tar_finish(&layer->tar))
    return false;
  for (const struct layer_time *entry = layer->times; entry; entry = entry->next) {
    const char *base;
    const struct timespec times[2] = {entry->time, entry->time};
    int parent = layer_parent(layer, entry->name, &base);
    // Gone when a later entry took its place
    if (parent >= 0 && utimensat(parent, *base ? base : ".", times, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
      return layer_fail(layer, "utimensat", errno);
    layer->sentence = NULL;
    layer->call = NULL;
  }
  sha256_end(&layer->sha, digest);
  return !layer->skeleton || skeleton_end(layer->skeleton, layer->archive) || layer_fail(layer, "write", layer->skeleton->error);
}
