import { Guest } from '../guest/machine.ts';
import { result, type Result } from './result.ts';

/** Ten steps, as a first course would write them. */
const DOCKERFILE = [
  'FROM busybox',
  'ARG version=1',
  'ENV MODE=production',
  'LABEL app=bench',
  'WORKDIR /app',
  'COPY requirements.txt .',
  'RUN cat requirements.txt > installed',
  'COPY . .',
  'EXPOSE 5000',
  'CMD ["cat", "installed"]',
].join('\\n');

/** The smallest files that are no round number of blocks. */
const FILES = 1000;

/** Runs a command that must succeed. Milliseconds. */
async function timed(guest: Guest, command: string): Promise<number> {
  const begin = performance.now();
  const { stdout, stderr, code } = await guest.sh(command);
  const time = performance.now() - begin;
  if (code !== 0) throw new Error(`${command}: exit status ${String(code)}\n${stdout}${stderr}`);
  return time;
}

/**
 * `build.cold` and `build.cached`: ten steps, beside `docker run` of the same machine; and
 * `context.1000files`: a thousand files sent and copied, beside packing and unpacking them with tar.
 */
export async function builds(runs = 7): Promise<Result[]> {
  const guest = await Guest.open();
  await timed(guest, 'docker pull -q busybox');
  await timed(
    guest,
    `mkdir -p ~/ten ~/many/d && cd ~/ten && printf '${DOCKERFILE}\\n' > Dockerfile && echo flask > requirements.txt && ` +
      `cd ~/many && printf 'FROM busybox\\nCOPY . /many\\n' > Dockerfile && ` +
      `i=0; while [ $i -lt ${FILES} ]; do echo "file $i of a thousand" > d/$i.txt; i=$((i+1)); done`,
  );
  const times: Record<string, number[]> = {};
  const note = async (name: string, command: string): Promise<void> => {
    (times[name] ??= []).push(await timed(guest, command));
  };
  for (let i = 0; i < runs; i++) {
    await note('cold', 'docker build -q --no-cache -t ten ~/ten');
    await note('cached', 'docker build -q -t ten ~/ten');
    await note('run', 'docker run --rm busybox true');
    await note('context', 'docker build -q --no-cache ~/many');
    await note('tar', 'mkdir /tmp/u && tar -C ~/many -cf - . | tar -C /tmp/u -xf -; rm -rf /tmp/u');
    await timed(guest, 'docker image prune -f >/dev/null');
  }
  await guest.close();
  const of = (name: string): number[] => times[name] ?? [];
  const run = { name: 'docker run', values: of('run') };
  return [
    result('build.cold', 'ms', of('cold'), run),
    result('build.cached', 'ms', of('cached'), run),
    result('context.1000files', 'ms', of('context'), {
      name: 'tar to tar, and rm',
      values: of('tar'),
    }),
  ];
}
