import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundledPackages } from '../../../src/packages/node.ts';
import { serve } from '../../../src/registry/node.ts';

/** The image's pip, run by this machine's Python against the index that the page serves. */
let index = '';
let folder = '';
let close = async (): Promise<void> => undefined;

beforeAll(async () => {
  const serving = await serve(await bundledPackages(), { host: '127.0.0.1', port: 0 });
  index = `http://127.0.0.1:${serving.port}/packages/pypi/simple/`;
  close = () => serving.close();
  folder = mkdtempSync(join(tmpdir(), 'pip-'));
});
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function python(...args: string[]): Promise<Outcome> {
  const env = { PATH: process.env['PATH'], PYTHONPATH: import.meta.dirname, PIP_INDEX_URL: index };
  const running = promisify(execFile)('python3', ['-S', '-B', ...args], { env });
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Outcome) => error,
  );
}

const pip = (...args: string[]): Promise<Outcome> => python('-m', 'pip', ...args);

test('a file of requirements is installed with all that it needs, and can be imported', async () => {
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(
    requirements,
    '# the web\nFlask >= 3.0  # or newer\n\nuvloop; sys_platform == "win32"\n',
  );
  const place = join(folder, 'app');
  const { code, stdout, stderr } = await pip(
    'install',
    '--no-cache-dir',
    '-r',
    requirements,
    '-t',
    place,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    `Looking in indexes: ${index}`,
    `Collecting Flask>=3.0 (from -r ${requirements})`,
    expect.stringMatching(/^ {2}Downloading flask-3\.1\.3-1bottle-cp311-none-any\.whl \(\d+ kB\)$/),
    `Ignoring uvloop: markers 'sys_platform == "win32"' don't match your environment`,
    ...[
      'blinker>=1.9.0',
      'click>=8.1.3',
      'itsdangerous>=2.2.0',
      'jinja2>=3.1.2',
      'markupsafe>=2.1.1',
      'werkzeug>=3.1.0',
    ].flatMap((name) => [
      `Collecting ${name} (from Flask)`,
      expect.stringMatching(/^ {2}Downloading /),
    ]),
    expect.stringMatching(/^Installing collected packages: .*markupsafe.*, Flask$/),
    expect.stringMatching(/^Successfully installed blinker-1\.9\.0 click-8\.5\.0 Flask-3\.1\.3 /),
    '',
  ]);
  const run = await python(
    '-c',
    `import sys; sys.path.insert(0, ${JSON.stringify(place)}); import flask; print(flask.Flask('x').name)`,
  );
  expect(run).toMatchObject({ code: 0, stdout: 'x\n' });
  const record = readFileSync(join(place, 'flask-3.1.3.dist-info', 'RECORD'), 'utf8');
  expect(record).toContain('bin/flask,,');
});

test('what is not there, or does not fit, is said in the words of pip', async () => {
  const missing = await pip('install', 'djang0');
  expect(missing.code).toBe(1);
  expect(missing.stderr).toBe(
    'ERROR: Could not find a version that satisfies the requirement djang0 (from versions: none)\nERROR: No matching distribution found for djang0\n',
  );
  const old = await pip('install', 'click<8');
  expect(old.stderr).toContain('requirement click<8 (from versions: 8.5.0)');
  const clash = await pip(
    'install',
    '-t',
    join(folder, 'no'),
    'flask',
    'markupsafe==2.1.2',
    'werkzeug<3',
  );
  expect(clash.stderr).toContain('No matching distribution found for werkzeug<3');
  expect((await pip('install', '-r', 'nowhere.txt')).stderr).toBe(
    "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'nowhere.txt'\n",
  );
  expect((await pip('install')).stderr).toBe(
    'ERROR: You must give at least one requirement to install (see "pip help install")\n',
  );
  expect((await pip('install', '.')).stderr).toMatch(/^ERROR: Invalid requirement: '\.'/);
  expect(await pip('install', '--frobnicate')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no such option: --frobnicate\n$/) as string,
  });
});

test('it says that it is not the pip of PyPA', async () => {
  expect((await pip('--version')).stdout).toContain("the sandbox's own");
  expect((await pip('help')).stdout).toContain("not PyPA's pip");
});

test('extras bring what they name, and nobody else', async () => {
  const plain = await pip('install', 'flask', '-t', join(folder, 'plain'));
  expect(plain.stdout).not.toContain('dotenv');
  const more = await pip('install', 'flask[dotenv]', '-t', join(folder, 'more'));
  expect(more.stdout).toContain('Collecting python-dotenv (from flask)');
});

test('versions and markers mean what PEP 440 and PEP 508 say', async () => {
  const fits: [string, string, boolean][] = [
    ['2.1.2', '>=2.1.1', true],
    ['2.1', '==2.1.0', true],
    ['2.10', '>2.9', true],
    ['1.0rc1', '<1.0', true],
    ['1.0.dev3', '<1.0a1', true],
    ['1.0.post1', '>1.0', true],
    ['3.1.3', '~=3.1', true],
    ['4.0', '~=3.1', false],
    ['3.2.0', '~=3.1.2', false],
    ['3.1.9', '==3.1.*', true],
    ['3.10', '==3.1.*', false],
    ['2.0', '!=2.*', false],
    ['1.5', '>=1,<2,!=1.4', true],
  ];
  const markers: [string, boolean][] = [
    ["python_version < '3.10'", false],
    ["python_version >= '3.9' and sys_platform == 'linux'", true],
    ['extra == "async"', false],
    ["(os_name == 'nt' or os_name == 'posix') and platform_system != 'Windows'", true],
    ["'linux' in sys_platform", true],
    ["'win' not in sys_platform", true],
    ["python_full_version < '3.1.3'", false],
  ];
  const script = `
import json, sys
from pip.requirement import Requirement
from pip.version import fits
cases, markers = json.loads(sys.argv[1])
print(json.dumps([[fits(v, s) for v, s, _ in cases], [Requirement(f'x ; {m}').applies() for m, _ in markers]]))
`;
  const { stdout } = await python('-c', script, JSON.stringify([fits, markers]));
  expect(JSON.parse(stdout)).toEqual([fits.map(([, , yes]) => yes), markers.map(([, yes]) => yes)]);
});
