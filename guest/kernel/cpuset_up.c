// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * What cpuset asks of the scheduler, for a kernel without SMP: build.sh adds this file to
 * kernel/cgroup. With one processor every set of processors is the same set, so that moving a task
 * between sets changes no deadline bandwidth and no set can become too small.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/sched.h>

int task_can_attach(struct task_struct *task)
{
	/* Kernel threads that are bound to their processor stay where they are */
	return task->flags & PF_NO_SETAFFINITY ? -EINVAL : 0;
}

int dl_bw_alloc(int cpu, u64 bandwidth)
{
	return 0;
}

void dl_bw_free(int cpu, u64 bandwidth)
{
}

int cpuset_cpumask_can_shrink(const struct cpumask *current_set, const struct cpumask *trial)
{
	return 1;
}
