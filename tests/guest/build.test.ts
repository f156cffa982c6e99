/** `docker build` in the real guest: the classic builder's output, its cache, its failures and what they leave. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { killDaemon } from './census.ts';
import { Guest } from './machine.ts';
import type { Result } from './machine.ts';
import { ustar } from './tar.ts';

let guest: Guest;

beforeAll(async () => {
  guest = await Guest.open();
  const pulled = await guest.sh('docker pull -q busybox');
  expect(pulled.stderr).toBe('');
});

afterAll(() => guest.close());

afterEach(async () => {
  await guest.sh(
    'rm -rf ~/c; docker rm -f $(docker ps -aq) >/dev/null 2>&1; ' +
      // t2 is made of t: it goes first, also when both are of one second
      'docker rmi -f $(docker images -q t2) $(docker images -q t) >/dev/null 2>&1; docker builder prune -af >/dev/null',
  );
  await expectNothingLeft();
});

/** Nothing of a build but the image that it began with. */
async function expectNothingLeft(): Promise<void> {
  const { stdout } = await guest.root(
    'ls /var/lib/docker/tmp /var/lib/docker/containers; ls /sys/fs/cgroup/docker; mount | grep -c overlay; ' +
      'ls /var/lib/docker/overlay2 | wc -l; docker images -aq | wc -l; ls /run/bottle | grep -c build-',
  );
  const said = stdout
    .replace(/^\S+:$/gm, '')
    .trim()
    .split(/\s+/);
  // No mount, three directories (a layer, the places for mounts, the short names), one image, no socket.
  const numbers = said.filter((word) => /^\d+$/.test(word));
  expect(numbers).toEqual(['0', '3', '1', '0']);
}

/** Writes files below `~/c`. */
async function context(files: Readonly<Record<string, string>>): Promise<void> {
  const writes = Object.entries(files).map(([name, content]) => {
    const directory = name.includes('/') ? `mkdir -p ~/c/${name.replace(/\/[^/]*$/, '')}; ` : '';
    const text = Buffer.from(content).toString('base64');
    return `${directory}echo ${text} | base64 -d > ~/c/${name}`;
  });
  const { code, stderr } = await guest.sh(`mkdir -p ~/c; ${writes.join('; ')}`);
  expect(stderr).toBe('');
  expect(code).toBe(0);
}

const build = (flags = '', where = '~/c'): Promise<Result> =>
  guest.sh(`docker build ${flags} ${where}`);

/** A build that must succeed: what it said. */
async function built(flags = '-t t', where = '~/c'): Promise<string> {
  const { stdout, stderr, code } = await build(flags, where);
  expect(stderr).toBe('');
  expect(code, stdout).toBe(0);
  return stdout;
}

const ID = '[0-9a-f]{12}';

describe('docker build', () => {
  it('says what Docker’s classic builder says', async () => {
    await context({
      Dockerfile:
        'FROM busybox\nENV a=b\nCOPY f /f\nRUN echo $a; echo oops >&2\nCMD ["cat", "/f"]\n',
      f: 'hello\n',
    });
    expect((await built('-t t -t t2:x')).replaceAll('\r', '')).toMatch(
      new RegExp(
        '^Sending build context to Docker daemon  3\\.072kB[^]*?' +
          `Step 1/5 : FROM busybox\n ---> ${ID}\n` +
          `Step 2/5 : ENV a=b\n ---> Running in (${ID})\n ---> Removed intermediate container \\1\n ---> ${ID}\n` +
          `Step 3/5 : COPY f /f\n ---> ${ID}\n` +
          `Step 4/5 : RUN echo \\$a; echo oops >&2\n ---> Running in (${ID})\nb\n\x1b\\[91moops\n\x1b\\[0m ---> Removed intermediate container \\2\n ---> ${ID}\n` +
          `Step 5/5 : CMD \\["cat", "/f"\\]\n ---> Running in (${ID})\n ---> Removed intermediate container \\3\n ---> (${ID})\n` +
          'Successfully built \\4\nSuccessfully tagged t:latest\nSuccessfully tagged t2:x\n$',
      ),
    );
    expect((await guest.sh('docker run --rm t')).stdout).toBe('hello\n');
    const history = await guest.sh(
      'docker history --no-trunc --format "{{.CreatedBy}}|{{.Size}}" t | head -4',
    );
    expect(history.stdout).toMatch(
      /^\/bin\/sh -c #\(nop\) {2}CMD \["cat" "\/f"\]\|0B\n\/bin\/sh -c echo \$a; echo oops >&2\|0B\n\/bin\/sh -c #\(nop\) COPY file:[0-9a-f]{64} in \/f \|6B\n\/bin\/sh -c #\(nop\) {2}ENV a=b\|0B\n$/,
    );
  });

  it('finds every step again, by content and not by time, also after the daemon was killed', async () => {
    await context({ Dockerfile: 'FROM busybox\nCOPY . /a\nRUN date > /date\nENV x=y\n', f: '1' });
    const first = await built();
    await killDaemon(guest);
    await guest.sh('touch ~/c/f; until docker info >/dev/null 2>&1; do :; done');
    const again = await built();
    expect(again.match(/---> Using cache/g)).toHaveLength(3);
    expect(again.slice(again.indexOf('Successfully'))).toBe(
      first.slice(first.indexOf('Successfully')),
    );
    await context({ f: '2' });
    expect(await built()).not.toContain('Using cache');
    expect(await built('--no-cache -t t')).not.toContain('Using cache');
  });

  it('keeps the steps before a changed source, in the order that the file gives them', async () => {
    const good = 'FROM busybox\nCOPY req /\nRUN cat /req > /installed\nCOPY . /app\n';
    const bad = 'FROM busybox\nCOPY . /app\nRUN cat /app/req > /installed\n';
    await context({ Dockerfile: good, 'bad.file': bad, req: 'x\n', 'src.py': '1\n' });
    await built();
    await built('-t t2 -f ~/c/bad.file');
    await context({ 'src.py': '2\n' });
    expect((await built()).match(/---> Using cache/g)).toHaveLength(2);
    expect(await built('-t t2 -f ~/c/bad.file')).not.toContain('Using cache');
  });

  it('builds in stages, with names, numbers, images and --target', async () => {
    await context({
      Dockerfile:
        'ARG base=busybox\nFROM ${base} AS one\nRUN echo 1 > /x\nFROM one AS two\nRUN echo 2 >> /x\n' +
        'FROM scratch\nCOPY --from=two /x /two\nCOPY --from=0 /x /zero\nCOPY --from=busybox /bin/busybox /bin/sh\nCMD ["/bin/sh", "-c", "echo $(cat /two)"]\n',
    });
    expect(await built()).toContain('Step 10/10 : CMD');
    const { stdout } = await guest.sh(
      'id=$(docker create t); docker cp $id:/two - | tar -xO; docker cp $id:/zero - | tar -xO',
    );
    expect(stdout).toBe('1\n2\n1\n');
    expect(await built('-q --target one')).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    const missing = await build('--target nope');
    expect(missing.stderr).toBe(
      'Error response from daemon: failed to reach build target nope in Dockerfile\n',
    );
  });

  it('follows the rules of ARG, ENV and LABEL, and warns of arguments that nobody wanted', async () => {
    await context({
      Dockerfile: 'FROM busybox\nARG v=1\nARG w\nENV e=$v\nRUN echo "$v $w $e"\nLABEL l=$e\n',
    });
    const said = await guest.sh(
      'w=env docker build --build-arg v=2 --build-arg w --build-arg z=1 --label q=r -t t ~/c',
    );
    expect(said.stdout).toContain('\n2 env 2\n');
    expect(said.stdout).toContain('[Warning] One or more build-args [z] were not consumed\n');
    const labels = await guest.sh('docker image inspect -f "{{json .Config.Labels}}" t');
    expect(labels.stdout).toBe('{"l":"2","q":"r"}\n');
  });

  it('copies as COPY and ADD say: names, patterns, owners, modes, heredocs, archives', async () => {
    await context({
      Dockerfile:
        'FROM busybox\nWORKDIR /w\nCOPY a.txt b\nCOPY *.txt sub d/\nCOPY --chown=1:2 --chmod=600 a.txt /o\n' +
        'COPY <<one <<"two" /h/\nhi $HOME\none\n$x\ntwo\nADD t.tar /t\nCOPY l /l\n' +
        "RUN <<EOF\nfind /w /o /h /t /l -type f | sort | xargs ls -ln | awk '{print $1, $3, $4, $9}'\ncat /h/two\nEOF\n",
      'a.txt': 'a',
      'b.txt': 'b',
      'sub/c': 'c',
    });
    await guest.sh('cd ~/c; ln -s a.txt l; tar -cf t.tar sub; rm -f ~/c/none');
    expect(await built()).toContain(
      '-rw-r--r-- 0 0 /h/one\n-rw-r--r-- 0 0 /h/two\n-rw-r--r-- 0 0 /l\n-rw------- 1 2 /o\n' +
        '-rw-r--r-- 1000 1000 /t/sub/c\n-rw-r--r-- 0 0 /w/b\n-rw-r--r-- 0 0 /w/d/a.txt\n-rw-r--r-- 0 0 /w/d/b.txt\n-rw-r--r-- 0 0 /w/d/c\n$x\n',
    );
  });

  it('leaves out what .dockerignore names', async () => {
    await context({
      Dockerfile: 'FROM busybox\nCOPY . /a\nRUN cd /a && find . -type f | sort\n',
      '.dockerignore': '*.log\nnode_modules\n!keep.log\nDockerfile\n.dockerignore\n**/tmp\n',
      'a.log': '',
      'keep.log': '',
      'node_modules/x': '',
      'src/tmp/y': '',
      'src/z': '',
    });
    expect(await built()).toContain('\n./keep.log\n./src/z\n --->');
    const { stderr } = await guest.sh(
      'printf "FROM busybox\\nCOPY a.log /\\n" | docker build -f - ~/c',
    );
    expect(stderr).toBe(
      'COPY failed: file not found in build context or excluded by .dockerignore: stat a.log: file does not exist\n',
    );
  });

  it('takes a Dockerfile or an archive from standard input', async () => {
    await context({ 'in/D': 'FROM busybox\nCOPY D /D\n' });
    expect((await guest.sh('echo FROM busybox | docker build -t t -')).code).toBe(0);
    expect((await guest.sh('tar -C ~/c/in -c D | docker build -t t -f D -')).code).toBe(0);
    expect((await guest.sh('docker build -f - - </dev/null')).stderr).toBe(
      "invalid argument: can't use stdin for both build context and dockerfile\n",
    );
    await built('-q --iidfile ~/c/id -f ~/c/in/D', '~/c/in');
    expect((await guest.sh('cat ~/c/id')).stdout).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('hands triggers, health checks and volumes on', async () => {
    await context({
      Dockerfile:
        'FROM busybox\nONBUILD COPY f /f\nONBUILD RUN echo triggered\nHEALTHCHECK --interval=5s CMD true\n',
      child: 'FROM t\nSTOPSIGNAL SIGINT\n',
      f: 'x',
    });
    await built();
    const said = await built('-t t2 -f ~/c/child');
    expect(said).toContain('# Executing 2 build triggers\n');
    expect(said).toContain('\ntriggered\n');
    expect(await guest.api('/images/t2/json')).toMatchObject({
      Config: {
        OnBuild: null,
        Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5_000_000_000 },
        StopSignal: 'SIGINT',
      },
    });
  });
});

describe('docker build of what cannot be', () => {
  it.each([
    [
      'FROM busybox\nFOO x\n',
      'Error response from daemon: dockerfile parse error on line 2: unknown instruction: FOO (did you mean FROM?)\n',
    ],
    [
      'FROM busybox\n\nCOPY a\n',
      'Error response from daemon: dockerfile parse error on line 3: COPY requires at least two arguments, but only one was provided. Destination could not be determined\n',
    ],
    [
      'FROM busybox\nCOPY a /\n',
      'COPY failed: file not found in build context or excluded by .dockerignore: stat a: file does not exist\n',
    ],
    [
      'FROM busybox\nCOPY ../a /\n',
      'COPY failed: forbidden path outside the build context: ../a ()\n',
    ],
    ['FROM busybox\nCOPY x* /\n', 'COPY failed: no source files were specified\n'],
    ['FROM busybox\nCOPY --from=3 a /\n', 'invalid from flag value 3: index out of bounds\n'],
    ['FROM busybox AS a\nFROM busybox AS a\n', 'a stage name already used\n'],
    ['FROM busybox\nUSER ${u:?who}\n', 'failed to process "${u:?who}": u: who\n'],
    [
      'FROM busybox\nRUN --mount=type=cache,target=/x true\n',
      'the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled\n',
    ],
    [
      'FROM nosuch\n',
      "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied\n",
    ],
  ])('%j', async (file, sentence) => {
    await context({ Dockerfile: file });
    const { stderr, code } = await build();
    expect(stderr).toBe(sentence);
    expect(code).toBe(1);
  });

  it('an empty Dockerfile, and none', async () => {
    await guest.sh('mkdir ~/c; : > ~/c/Dockerfile');
    expect((await build()).stderr).toBe(
      'Error response from daemon: the Dockerfile (Dockerfile) cannot be empty\n',
    );
    expect((await build('', '~/nowhere')).stderr).toBe(
      'unable to prepare context: path "/home/learner/nowhere" not found\n',
    );
  });

  it('a command that fails gives its status, and keeps its container', async () => {
    await context({ Dockerfile: 'FROM busybox\nRUN echo before; exit 7\n' });
    const { stdout, stderr, code } = await build('-t t');
    expect(stdout).toContain('\nbefore\n');
    expect(stderr).toBe(
      "The command '/bin/sh -c echo before; exit 7' returned a non-zero code: 7\n",
    );
    expect(code).toBe(7);
    expect((await guest.sh('docker ps -a --format "{{.Status}}"')).stdout).toMatch(/^Exited \(7\)/);
    await build('--force-rm -q');
    expect((await guest.sh('docker ps -aq | wc -l')).stdout.trim()).toBe('1');
  });

  it('a client that leaves ends the command that runs', async () => {
    await context({ Dockerfile: 'FROM busybox\nRUN echo here; sleep 1000\n' });
    await guest.sh(
      'docker build ~/c > ~/c/out & until grep -q ^here ~/c/out; do :; done; kill -INT $!; wait; until [ -z "$(docker ps -aq)" ]; do :; done',
    );
    expect((await guest.root('ps | grep -c "[s]leep 1000"')).stdout).toBe('0\n');
  });

  it('a daemon that is killed in the middle leaves nothing', async () => {
    await context({ Dockerfile: 'FROM busybox\nRUN echo here; sleep 1000\n' });
    await guest.sh('docker build ~/c > ~/c/out 2>&1 & until grep -q ^here ~/c/out; do :; done');
    await killDaemon(guest);
    await guest.sh(
      'until docker info >/dev/null 2>&1; do :; done; until [ -z "$(docker ps -aq)" ]; do :; done',
    );
    expect((await guest.root('ps | grep -c "[s]leep 1000"')).stdout).toBe('0\n');
  });
});

describe('a build context that means harm', () => {
  const post = async (body: Uint8Array<ArrayBuffer>): Promise<string> => {
    const response = await guest.machine.request('/build?rm=1', { method: 'POST', body });
    return `${response.status} ${await response.text()}`;
  };
  const file = Buffer.from('FROM busybox\nCOPY . /a\nRUN find /a | sort; cat /a/l 2>&1\n');

  it.each([
    ['climbs out', { '../evil': Buffer.from('x') }, /^400 .*leads out/],
    [
      'has a link on the way',
      { l: { link: '/etc' }, 'l/evil': Buffer.from('x') },
      /^400 .*not a directory/,
    ],
    [
      'links to a file outside',
      { h: { link: '../../etc/passwd', hard: true } },
      /^400 .*leads out/,
    ],
  ])('%s', async (_, files, refusal) => {
    expect(await post(ustar({ Dockerfile: file, ...files }))).toMatch(refusal);
  });

  it('has links that lead out: they are copied as links, and followed only inside', async () => {
    const files = { Dockerfile: file, l: { link: '/etc/shadow' }, d: { link: '/' } };
    const said = await post(ustar(files));
    expect(said).toMatch(/^200 [^]*\/a\/d\\n\/a\/l\\n/);
    const single = Buffer.from('FROM busybox\nCOPY l /x\n');
    expect(await post(ustar({ ...files, Dockerfile: single }))).toContain(
      'COPY failed: file not found in build context or excluded by .dockerignore: stat l: file does not exist',
    );
    const through = Buffer.from('FROM busybox\nCOPY d/etc/passwd /x\n');
    expect(await post(ustar({ ...files, Dockerfile: through }))).toContain('file does not exist');
  });

  it('is cut off, is no archive, is empty', async () => {
    const whole = ustar({ Dockerfile: file, big: Buffer.alloc(5000) });
    expect(await post(whole.slice(0, 3000))).toMatch(/^400 .*the archive ends in the middle of it/);
    expect(await post(Buffer.alloc(2000, 1))).toMatch(/^400 .*dockerfile parse error/);
    expect(await post(new Uint8Array(0))).toMatch(/^400 .*Cannot locate specified Dockerfile/);
  });
});
