/** Dockerfiles as first courses write them, from the file to the page that opens on the published port. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../../src/machine/http/client.ts';
import { Guest } from './machine.ts';

let guest: Guest;
beforeAll(async () => {
  guest = await Guest.open();
});
afterAll(() => guest.close());

/** What a browser gets on a published port, by the way that the page takes. */
async function open(port: number, path = '/'): Promise<string> {
  const answer = await request(() => guest.machine.network.connect(port), path, {});
  return `${answer.status} ${await answer.text()}`;
}

/** Runs a command that must succeed. */
async function out(command: string): Promise<string> {
  const { stdout, stderr, code } = await guest.sh(command);
  if (code !== 0) throw new Error(`${command}: ${String(code)} ${stderr}`);
  return stdout;
}

/** Until the container has said this. */
const says = (container: string, words: string): Promise<string> =>
  out(`timeout 50 docker logs -f ${container} 2>&1 | grep -q -m 1 "${words}"`);

test('a web API: COPY, WORKDIR, ENV, RUN, EXPOSE, CMD; then a changed file, rebuilt and run anew', async () => {
  await out(`mkdir -p ~/api && cd ~/api && cat >app.py <<'APP'
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ships(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"path": self.path, "mode": os.environ["MODE"], "version": 1}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = HTTPServer(("", 8000), Ships)
print("serving", flush=True)
server.serve_forever()
APP
echo 'one two' >words
cat >Dockerfile <<'DOCKERFILE'
FROM python
WORKDIR /srv
ENV MODE=production
COPY words .
RUN wc -w <words >count
COPY app.py .
EXPOSE 8000
CMD ["python", "app.py"]
DOCKERFILE`);
  const first = await out('docker build -t api ~/api');
  expect(first).not.toContain('Using cache');
  expect(first).toMatch(/Step 8\/8 : CMD \["python", "app.py"\][^]*Successfully tagged api:latest/);
  await out('docker run -d --name api -p 8000:8000 api');
  await says('api', 'serving');
  expect(await open(8000, '/ships?n=1')).toBe(
    '200 {"path": "/ships?n=1", "mode": "production", "version": 1}',
  );
  expect(await out('docker exec api cat count')).toBe('2\n');

  // What comes before the changed file is found again, what comes after it is done anew.
  await out(`sed -i 's/"version": 1/"version": 2/' ~/api/app.py`);
  const second = await out('docker build -t api ~/api');
  expect(second.match(/Step \d\/8 : \w+|Using cache/g)).toEqual([
    'Step 1/8 : FROM',
    ...['WORKDIR', 'ENV', 'COPY', 'RUN'].flatMap((word, index) => [
      `Step ${index + 2}/8 : ${word}`,
      'Using cache',
    ]),
    'Step 6/8 : COPY',
    'Step 7/8 : EXPOSE',
    'Step 8/8 : CMD',
  ]);
  expect(await open(8000)).toContain('"version": 1');
  // The name is the new image's; the one that still runs is known by its ID alone.
  const [old = ''] = /[0-9a-f]{12}/.exec(await out("docker inspect -f '{{.Image}}' api")) ?? [];
  expect(await out("docker ps --format '{{.Image}}'")).toBe(`${old}\n`);
  await out('docker rm -f api && docker run -d --name api -p 8000:8000 api');
  await says('api', 'serving');
  expect(await open(8000)).toContain('"version": 2');
  await out('docker rm -f api && docker rmi api && docker image prune -f && docker rmi python');
  expect(await out('docker images -aq')).toBe('');
}, 240_000);

test('stages, the last one from scratch: only what was copied is in it', async () => {
  await out(`mkdir -p ~/tiny && cat >~/tiny/Dockerfile <<'DOCKERFILE'
FROM busybox AS build
RUN mkdir -p /out/etc && cp /bin/busybox /out/cat && echo "from scratch" >/out/etc/motd

FROM scratch
COPY --from=build /out/ /
ENTRYPOINT ["/cat"]
CMD ["/etc/motd"]
DOCKERFILE`);
  expect(await out('docker build -t tiny ~/tiny')).toContain('Step 6/6 : CMD');
  expect(await out('docker run --name tiny tiny')).toBe('from scratch\n');
  const files = (await out('docker export tiny | tar -t')).split('\n');
  expect(files).toEqual(expect.arrayContaining(['cat', 'etc/motd']));
  expect(files.some((name) => name.startsWith('bin'))).toBe(false);
  expect(await out("docker image inspect -f '{{len .RootFS.Layers}}' tiny")).toBe('1\n');
  await out('docker rm tiny && docker rmi tiny && docker image prune -f && docker rmi busybox');
  expect(await out('docker images -aq')).toBe('');
}, 120_000);
