/** What a Dockerfile of a first course installs, from the indexes that the page serves. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../../src/machine/http/client.ts';
import { Guest } from './machine.ts';

let guest: Guest;
beforeAll(async () => {
  guest = await Guest.open();
});
afterAll(() => guest.close());

/** Runs what takes longer than a shell waits for one command; everything it printed. */
async function build(folder: string, tag: string): Promise<string> {
  const { code } = await guest.sh(
    `(docker build -t ${tag} ${folder} >/tmp/${tag}.log 2>&1; echo "ended with $?" >>/tmp/${tag}.log) & true`,
  );
  expect(code).toBe(0);
  for (;;) {
    // The last line comes when the build has ended; until then this waits inside the guest.
    const { stdout } = await guest.sh(
      `timeout 30 tail -n +1 -f /tmp/${tag}.log | grep -q -m 1 '^ended with'; cat /tmp/${tag}.log`,
    );
    if (stdout.includes('ended with')) return stdout;
  }
}

/** All that a published port answers to these lines, to the end of the connection, by the way that the page takes. */
async function ask(port: number, lines: string): Promise<string> {
  const { readable, writable } = await guest.machine.network.connect(port);
  await writable.getWriter().write(new TextEncoder().encode(lines));
  return new Response(readable).text();
}

test('a Python application: pip installs its requirements while building, and a browser opens it', async () => {
  await guest.sh(`mkdir -p ~/web/templates && cd ~/web && echo flask==3.1.3 >requirements.txt
echo '<h1>Hello, {{ name }}</h1>' >templates/index.html
cat >app.py <<'APP'
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("index.html", name="harbour & sea")


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
APP
cat >Dockerfile <<'DOCKERFILE'
FROM python
ADD requirements.txt /src/
WORKDIR /src
RUN pip install -r requirements.txt
ADD templates /src/templates
ADD app.py /src/
EXPOSE 5000
CMD ["python", "app.py"]
DOCKERFILE`);
  const log = await build('~/web', 'web');
  expect(log).toContain('Collecting werkzeug>=3.1.0 (from flask)');
  expect(log).toMatch(/Successfully installed .*flask-3\.1\.3.* werkzeug-3\.1\.9/i);
  expect(log).toContain('ended with 0');
  await guest.sh('docker run -d --name web -p 5000:5000 web');
  await guest.sh('timeout 50 docker logs -f web 2>&1 | grep -q -m 1 "Running on"');
  const page = await request(() => guest.machine.network.connect(5000), '/', {});
  expect(await page.text()).toBe('<h1>Hello, harbour &amp; sea</h1>');
  // The disk is memory: what comes next wants its room.
  await guest.sh('docker rm -f web; docker rmi web python');
}, 240_000);

test('a base with a package manager: apt installs redis while building, and it serves', async () => {
  await guest.sh(`mkdir -p ~/store && printf '%s\\n' 'FROM debian' \
'RUN apt-get update && apt-get install -y redis-server && rm -rf /var/lib/apt/lists/*' \
'CMD ["redis-server"]' >~/store/Dockerfile`);
  const log = await build('~/store', 'store');
  expect(log).toContain('Setting up redis-server (5:7.0.15-1~deb12u7) ...');
  expect(log).toContain('ended with 0');
  await guest.sh('docker run -d --name store -p 6379:6379 store');
  const { stdout } = await guest.sh(
    'timeout 50 docker logs -f store | grep -q -m 1 "Ready to accept"; docker exec store redis-cli set port 6379',
  );
  expect(stdout).toBe('OK\n');
  // As on any computer, Redis itself turns strangers away until it is told not to.
  expect(await ask(6379, '')).toMatch(/^-DENIED Redis is running in protected mode/);
  await guest.sh(
    'docker run -d --name open -p 6380:6379 store redis-server --protected-mode no && timeout 50 docker logs -f open | grep -q -m 1 "Ready to accept"',
  );
  expect(await ask(6380, 'PING\r\nQUIT\r\n')).toBe('+PONG\r\n+OK\r\n');
  const missing = await guest.sh(
    'docker run --rm debian sh -c "apt-get update && apt-get install -y emacs"',
  );
  expect(missing.code).toBe(100);
  expect(missing.stderr).toContain('E: Unable to locate package emacs');
  await guest.sh('docker rm -f store open; docker rmi store debian');
}, 240_000);

test('another tag of an image shares the layer below with the first', async () => {
  await guest.sh('docker pull -q redis:6');
  const pulled = await guest.sh('docker pull redis:7');
  expect(pulled.stdout).toMatch(/: Already exists/);
  const versions = await guest.sh(
    'for tag in 6 7; do docker run --rm --entrypoint redis-server redis:$tag --version | cut -d " " -f 3; done',
  );
  expect(versions.stdout).toBe('v=6.0.16\nv=7.0.15\n');
}, 120_000);
