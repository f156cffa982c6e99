// Names of a layer, resolved below its root and never through a symbolic link.
#pragma once
#include "layer.h"

// The name without `.`, empty parts and a slash at the end, from malloc: "" is the root itself. NULL: refused.
char *layer_clean_name(struct layer *layer, const char *name);
// The directory that holds `name` (as cleaned), created when it is missing; `*base` is the last part. The
// descriptor is the layer's, valid until the next call. -1: failed.
int layer_parent(struct layer *layer, const char *name, const char **base);
// Removes what is there, directories with all that is in them. `*whiteout`: it was a whiteout.
bool layer_clear(struct layer *layer, int parent, const char *base, bool *whiteout);
bool layer_fail(struct layer *layer, const char *call, int error);
bool layer_refuse(struct layer *layer, const char *sentence);
// A content of the archive is not in the tree: it cannot be made again.
void layer_lose(struct layer *layer);
