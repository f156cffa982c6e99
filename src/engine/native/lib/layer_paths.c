#include "layer_paths.h"
#include "below.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

bool layer_fail(struct layer *layer, const char *call, int error) {
  layer->call = call;
  layer->error = error;
  return false;
}

bool layer_refuse(struct layer *layer, const char *sentence) {
  layer->sentence = sentence;
  return false;
}

void layer_lose(struct layer *layer) {
  if (layer->skeleton)
    layer->skeleton->lost = true;
}

// The name with what is asked for in the place of its beginning. Takes `clean`.
static char *renamed(struct layer *layer, char *clean) {
  const char *rest = clean, *prefix = layer->files.prefix ? layer->files.prefix : "";
  if (layer->files.strip) {
    rest += strcspn(rest, "/");
    rest += *rest == '/';
  }
  char *out = malloc(strlen(prefix) + strlen(rest) + 2);
  if (out)
    sprintf(out, "%s%s%s", prefix, *prefix && *rest ? "/" : "", rest);
  else
    layer_fail(layer, "malloc", ENOMEM);
  free(clean);
  return out;
}

char *layer_clean_name(struct layer *layer, const char *name) {
  while (layer->plain && *name == '/') // below the directory, as tar(1) takes them
    name++;
  if (*name == '/') {
    layer_refuse(layer, "its name is absolute");
    return NULL;
  }
  char *clean = malloc(strlen(name) + 1), *out = clean;
  if (!clean) {
    layer_fail(layer, "malloc", ENOMEM);
    return NULL;
  }
  while (*name) {
    size_t part = strcspn(name, "/");
    if (part == 2 && name[0] == '.' && name[1] == '.') {
      free(clean);
      layer_refuse(layer, "its name leads out of the layer with ..");
      return NULL;
    }
    if (part && !(part == 1 && *name == '.')) {
      if (out != clean)
        *out++ = '/';
      memcpy(out, name, part);
      out += part;
    }
    name += part + (name[part] == '/');
  }
  *out = 0;
  return layer->plain ? renamed(layer, clean) : clean;
}

static int open_directory(const struct layer *layer, const char *name) {
  const char *below = layer->files.below;
  if (below) {
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", below, name) >= sizeof path)
      return errno = ENAMETOOLONG, -1;
    int fd = open_below(layer->root, path, O_PATH | O_DIRECTORY, true);
    return fd >= 0 ? fd : (errno = -fd, -1);
  }
  uint64_t stay = layer->plain ? 0 : RESOLVE_NO_XDEV;
  struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | stay};
  return (int)syscall(SYS_openat2, layer->root, *name ? name : ".", &how, sizeof how);
}

// Opens the directory, making what is missing of it.
static int make_below(struct layer *layer, const char *name) {
  int fd = open_directory(layer, name);
  if (fd >= 0 || errno != ENOENT || !*name)
    return fd;
  const char *slash = strrchr(name, '/');
  char *above = slash ? strndup(name, (size_t)(slash - name)) : strdup("");
  if (!above)
    return -1;
  int parent = make_below(layer, above);
  free(above);
  if (parent < 0)
    return -1;
  const char *base = slash ? slash + 1 : name;
  if (mkdirat(parent, base, 0755) == 0)
    fchmodat(parent, base, 0755, 0); // whatever the umask; it was ours a moment ago
  int error = errno;
  close(parent);
  fd = open_directory(layer, name);
  if (fd < 0 && errno == ENOENT)
    errno = error;
  return fd;
}

int layer_parent(struct layer *layer, const char *name, const char **base) {
  const char *slash = strrchr(name, '/');
  size_t size = slash ? (size_t)(slash - name) : 0;
  *base = slash ? slash + 1 : name;
  if (layer->parent >= 0 && strncmp(layer->parent_name, name, size) == 0 && !layer->parent_name[size])
    return layer->parent;
  if (layer->parent >= 0)
    close(layer->parent);
  free(layer->parent_name);
  layer->parent = -1;
  layer->parent_name = strndup(name, size);
  if (!layer->parent_name) {
    layer_fail(layer, "malloc", ENOMEM);
    return -1;
  }
  layer->parent = make_below(layer, layer->parent_name);
  if (layer->parent < 0) {
    // A last part that is a symbolic link is "not a directory" to O_NOFOLLOW, one before it a loop
    if (errno == ELOOP || errno == ENOTDIR)
      layer_refuse(layer, "its name goes through something that is not a directory, such as a symbolic link");
    else
      layer_fail(layer, "openat2", errno);
  }
  return layer->parent;
}

static int remove_all(int parent, const char *base, int depth) {
  if (unlinkat(parent, base, 0) == 0 || errno == ENOENT)
    return 0;
  if (errno != EISDIR && errno != EPERM)
    return errno;
  if (unlinkat(parent, base, AT_REMOVEDIR) == 0)
    return 0;
  if (errno != ENOTEMPTY && errno != EEXIST)
    return errno;
  if (depth > 200)
    return ELOOP;
  int fd = openat(parent, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
  int error = directory ? 0 : errno;
  if (!directory && fd >= 0)
    close(fd);
  const struct dirent *entry;
  while (directory && !error && (errno = 0, entry = readdir(directory)))
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      error = remove_all(fd, entry->d_name, depth + 1);
  if (directory) {
    error = error ? error : errno;
    closedir(directory);
  }
  if (!error && unlinkat(parent, base, AT_REMOVEDIR) < 0)
    error = errno;
  return error;
}

bool layer_clear(struct layer *layer, int parent, const char *base, bool *whiteout) {
  struct stat st;
  *whiteout = false;
  if (fstatat(parent, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return errno == ENOENT || layer_fail(layer, "lstat", errno);
  *whiteout = S_ISCHR(st.st_mode) && st.st_rdev == 0;
  if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
    layer_lose(layer);
  // The directory that is kept open may be the one that goes
  if (S_ISDIR(st.st_mode) && layer->parent_name && parent != layer->parent) {
    close(layer->parent);
    layer->parent = -1;
  }
  int error = remove_all(parent, base, 0);
  return !error || layer_fail(layer, "unlink", error);
}
