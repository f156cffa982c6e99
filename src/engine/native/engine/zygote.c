#include "engine.h"
int zygote(JSContext *ctx) { return 1; }
