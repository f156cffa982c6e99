/** The project on the laptop as it is found there first: path → content. */
export const project: Readonly<Record<string, string>> = {
  'server.js': `import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';

const types = { html: 'text/html', json: 'application/json' };

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const name = pathname === '/' ? '/index.html' : pathname;
  console.log(request.method, pathname);
  try {
    const body = await readFile(new URL(\`./public\${name}\`, import.meta.url));
    response.setHeader('content-type', types[name.split('.').pop()] ?? 'text/plain');
    response.end(body);
  } catch {
    response.statusCode = 404;
    response.end('There is no such page.');
  }
}).listen(3000, () => console.log('The harbour is open at port 3000.'));
`,
  'public/index.html': `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>Harbour</title>
  <h1>In harbour today</h1>
  <ul id="ships"></ul>
  <script type="module">
    const answer = await fetch('ships.json');
    for (const { name, cargo } of await answer.json()) {
      const item = document.createElement('li');
      item.textContent = \`\${name}: \${cargo}\`;
      document.getElementById('ships').append(item);
    }
  </script>
</html>
`,
  'public/ships.json': `[
  { "name": "Aurora", "cargo": "tea" },
  { "name": "Haneul", "cargo": "books" }
]
`,
  'package.json': `{
  "name": "harbour",
  "private": true,
  "type": "module",
  "scripts": {
    "start": "node server.js"
  }
}
`,
  Dockerfile: `# The machine has no image of Node.js (it is a 32-bit computer with little memory),
# so BusyBox serves the same pages here.
FROM busybox
COPY public /www
EXPOSE 8080
CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]
`,
};
