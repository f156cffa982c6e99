/**
 * The table: what people type, and what Docker says. Every case of `table/` is run by the Docker CLI that others
 * wrote and then, from the same beginning, by the guest's own `docker`, against the same daemon: both must say
 * what the table says, and the same as each other. A run takes a part of the scenarios (`part.ts`).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInPart, part } from '../part.ts';
import { Bottle, findDocker } from './docker/bottle.ts';
import type { Ended } from './docker/process.ts';
import { Slate } from './docker/slate.ts';
import { areas } from './table/index.ts';
import { masked, normal, patternOf } from './transcript/expectation.ts';
import { parseTranscript } from './transcript/parse.ts';
import type { Case } from './transcript/parse.ts';
import { run } from './tools.ts';

const docker = await findDocker();
const version = docker.missing
  ? 0
  : Number(/version (\d+)/.exec((await run(docker, ['--version'])).stdout)?.[1]);

/**
 * What the transcripts may use beside the commands of both systems: `first [N] COMMAND…` prints the first line, or
 * N lines, of a command that would go on, and ends it; `ready CONTAINER` waits for the first line of its log.
 */
const PRELUDE = `
first() {
  n=1
  case $1 in [0-9]*) n=$1; shift ;; esac
  mkfifo .first
  "$@" >.first &
  while [ $n -gt 0 ] && read -r line; do
    echo "$line"
    n=$((n - 1))
  done <.first
  kill $!
  wait $! 2>.ended
  rm .first .ended
}
ready() { first docker logs -f "$1" >.ready; }
`;

const scenarios = Object.entries(areas)
  .flatMap(([area, all]) => Object.entries(all).map(([name, text]) => ({ area, name, text })))
  .filter((_, index) => isInPart(index));

/** An output as the transcript says it when it fits, else as it is: that makes the difference readable. */
function read(printed: string, expected: string): string {
  return patternOf(expected).test(normal(printed)) ? expected : masked(printed, expected);
}

function check({ status, stdout, stderr }: Ended, wanted: Case): void {
  const said = { status, stdout: read(stdout, wanted.stdout), stderr: read(stderr, wanted.stderr) };
  const { status: code, stdout: out, stderr: err } = wanted;
  expect(said).toEqual({ status: code, stdout: out, stderr: err });
}

const title = `the table (part ${part}), by ${docker.title} ${version} and by ours`;
describe.skipIf(docker.missing)(title, () => {
  let bottle: Bottle;
  let slate: Slate;
  let directory = '';

  beforeAll(async () => {
    bottle = await Bottle.start({ shell: true });
    slate = await Slate.of(bottle);
  });
  afterAll(async () => {
    try {
      await slate.clean();
    } finally {
      expect(await bottle.stop()).toMatchObject({ status: 0, stderr: '' });
    }
  });

  for (const { area, name, text } of scenarios) {
    describe(`${area}: ${name}`, () => {
      const cases = parseTranscript(text);
      const outcomes = new Map<Case, Ended>();

      describe('docker', () => {
        beforeAll(async () => {
          await slate.clean();
          directory = await mkdtemp(join(tmpdir(), 'peers-table-'));
        });
        afterAll(() => rm(directory, { recursive: true }));

        for (const wanted of cases.filter(({ only }) => only !== 'inside')) {
          it.skipIf(version < wanted.since)(wanted.command, async () => {
            const outcome = await bottle.outside(PRELUDE + wanted.command, directory);
            outcomes.set(wanted, outcome);
            check(outcome, wanted);
          });
        }
      });

      describe("the guest's docker", () => {
        beforeAll(async () => {
          await slate.clean();
          const place = '/tmp/table';
          expect(await bottle.inside(`rm -rf ${place} && mkdir ${place}`, '/')).toMatchObject({
            status: 0,
          });
        });

        for (const wanted of cases.filter(({ only }) => only !== 'outside')) {
          it(wanted.command, async () => {
            const outcome = await bottle.inside(PRELUDE + wanted.command, '/tmp/table');
            check(outcome, wanted);
            const theirs = outcomes.get(wanted);
            if (!theirs) return; // a case that is ours alone, or that an older CLI does in another way
            const { stdout } = wanted;
            expect(masked(outcome.stdout, stdout)).toBe(masked(theirs.stdout, stdout));
            expect(outcome.status).toBe(theirs.status);
          });
        }
      });
    });
  }
});
