#include "operations.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int load(const struct field *program) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insn_cnt = program->length / (uint32_t)sizeof(struct bpf_insn);
  attributes.insns = (uintptr_t)program->bytes;
  attributes.license = (uintptr_t) "MIT";
  long fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes);
  return fd < 0 ? -errno : (int)fd;
}

/*
 * device_filter CGROUP PROGRAM: an array of struct bpf_insn that says which devices the processes of a
 * cgroup may open and make (cgroup-v2.rst, "Device controller"). One of a cgroup below takes its place there;
 * a second one for the same cgroup replaces the first. The kernel lets go of it with the cgroup.
 */
int do_device_filter(struct run *run, const struct step *step) {
  const struct field *program = &step->arguments[1];
  if (program->length == 0 || program->length % sizeof(struct bpf_insn) != 0) return EINVAL;
  int cgroup = open(argument(step, 0), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (cgroup < 0) return errno;
  int loaded = load(program);
  int error = loaded < 0 ? -loaded : 0;
  if (!error) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)cgroup;
    attributes.attach_bpf_fd = (uint32_t)loaded;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    attributes.attach_flags = BPF_F_ALLOW_OVERRIDE;
    if (syscall(SYS_bpf, BPF_PROG_ATTACH, &attributes, sizeof attributes) < 0) error = errno;
    close(loaded);
  }
  close(cgroup);
  return error;
}
