#include "engine.h"
void layer_install(JSContext *ctx, JSValueConst sys) {}
