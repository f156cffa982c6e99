import { createFlags } from '../create/flags.ts';
import { bool, int, list, text, type FlagSpec } from '../flags.ts';
import { parseRepository } from '../reference.ts';

/** The flags of `docker build`, the classic builder's. */
export function buildFlags(): readonly FlagSpec[] {
  return [
    list('tag', 't', 'Name and optionally a tag in the "name:tag" format', { check: checkTag }),
    list('build-arg', '', 'Set build-time variables', { check: shared('env') }),
    list('label', '', 'Set metadata for an image', { check: shared('label') }),
    text('file', 'f', 'Name of the Dockerfile (Default is "PATH/Dockerfile")'),
    text('target', '', 'Set the target build stage to build.'),
    text('iidfile', '', 'Write the image ID to the file'),
    text('network', '', 'Set the networking mode for the RUN instructions during build', {
      fallback: 'default',
    }),
    text('platform', '', 'Set platform if server is multi-platform capable'),
    bool('no-cache', '', 'Do not use cache when building the image'),
    bool('pull', '', 'Always attempt to pull a newer version of the image'),
    bool('quiet', 'q', 'Suppress the build output and print image ID on success'),
    bool('rm', '', 'Remove intermediate containers after a successful build', true),
    bool('force-rm', '', 'Always remove intermediate containers'),
    bool('compress', '', 'Compress the build context using gzip'),
    bool('squash', '', 'Squash newly built layers into a single new layer'),
    bool('disable-content-trust', '', 'Skip image verification', true),
    list('cache-from', '', 'Images to consider as cache sources', { type: 'strings' }),
    ...limits(),
    // BuildKit's: how its progress is drawn, which the classic builder has one way for.
    { ...text('progress', '', ''), insteadOf: 'progress' },
  ];
}

function limits(): FlagSpec[] {
  const memory = { type: 'bytes', check: shared('memory') };
  return [
    list('add-host', '', 'Add a custom host-to-IP mapping ("host:ip")', {
      check: shared('add-host'),
    }),
    text('cgroup-parent', '', 'Set the parent cgroup for the "RUN" instructions during build'),
    int('cpu-period', '', 'Limit the CPU CFS (Completely Fair Scheduler) period'),
    int('cpu-quota', '', 'Limit the CPU CFS (Completely Fair Scheduler) quota'),
    int('cpu-shares', 'c', 'CPU shares (relative weight)'),
    text('cpuset-cpus', '', 'CPUs in which to allow execution (0-3, 0,1)'),
    text('cpuset-mems', '', 'MEMs in which to allow execution (0-3, 0,1)'),
    text('isolation', '', 'Container isolation technology'),
    text('memory', 'm', 'Memory limit', memory),
    text('memory-swap', '', 'Swap limit equal to memory plus swap: -1 to enable unlimited swap', {
      type: 'bytes',
      check: shared('memory-swap'),
    }),
    list('security-opt', '', 'Security options', { type: 'strings' }),
    text('shm-size', '', 'Size of "/dev/shm"', memory),
    {
      ...list('ulimit', '', 'Ulimit options', { type: 'ulimit', check: shared('ulimit') }),
      fallback: '[]',
    },
  ];
}

/** What `docker run` checks of a flag, with its sentences. */
function shared(name: string): (value: string) => string {
  return (value) =>
    createFlags()
      .find((flag) => flag.name === name)
      ?.check?.(value) ?? value;
}

function checkTag(value: string): string {
  parseRepository(value);
  return value;
}
