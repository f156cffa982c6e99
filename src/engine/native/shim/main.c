#include "shim.h"

int main(void) {
  return shim_main();
}
