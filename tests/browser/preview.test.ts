import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, scrollsSideways } from './axe.ts';
import { launch } from './chromium.ts';
import { problemsOf, shownIn } from './frame.ts';
import { phone, Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const open = async (visitor: Visitor): Promise<void> => {
  await visitor.page.getByRole('button', { name: /^Preview/ }).click();
};

/** Writes a file in the machine, by its shell. */
async function write(visitor: Visitor, name: string, text: string): Promise<void> {
  await visitor.command(`cat > ${name} <<'END'\n${text}\nEND`);
}

/** An application with a form, an upload, a redirect, a cookie, a stream, and answers that no page should be hurt by. */
const application = `
import http.server, time, gzip
class App(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def page(self, text, *fields, status=200, kind='text/html'):
        body = text.encode() if isinstance(text, str) else text
        self.send_response(status)
        self.send_header('Content-Type', kind)
        for name, value in fields: self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        if self.path == '/':
            self.page('''<!doctype html><link rel=stylesheet href=/style.css><h1>Guests</h1>
<form method=post action=/sign><input name=who><button>Sign</button></form>
<form method=post action=upload enctype=multipart/form-data><input type=file name=file><button>Send</button></form>
<a href=/about?x=1#end>About</a> <a href=http://localhost:8000/stream>Stream</a>''')
        elif self.path == '/style.css': self.page('h1{color:rgb(1,2,3)}', kind='text/css')
        elif self.path == '/thanks': self.page('<p>Thanks, ' + str(self.headers['Cookie']) + ' from ' + str(self.headers['Referer']))
        elif self.path == '/about?x=1': self.page('<p>About ' + self.headers['Host'])
        elif self.path == '/hostile':
            self.page(gzip.compress(b'<p id=p>Framed</p><img src=//example.invalid/x.png>'), ('X-Frame-Options', 'DENY'),
              ('Content-Security-Policy', "sandbox; frame-ancestors 'none'; img-src 'none'"),
              ('Clear-Site-Data', '"*"'), ('Referrer-Policy', 'no-referrer'), ('Content-Encoding', 'gzip'),
              ('Cross-Origin-Opener-Policy', 'same-origin'), ('Strict-Transport-Security', 'max-age=9'))
        elif self.path == '/999': self.send_response_only(999, 'Odd'); self.end_headers(); self.close_connection = True
        elif self.path == '/reset': self.close_connection = True
        elif self.path == '/stream':
            self.send_response(200); self.send_header('Content-Type', 'text/html'); self.end_headers()
            self.wfile.write(b'<!doctype html><p>first</p>' + b' ' * 2000); self.wfile.flush()
            while not open('/app/go').read(): time.sleep(0.2)
            self.wfile.write(b'<p>second</p>'); self.close_connection = True
        else: self.page('<p>No such page', status=404)
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        if self.path == '/sign':
            self.page('', ('Location', '/thanks'), ('Set-Cookie', body.decode() + '; HttpOnly'), status=303)
        else: self.page('<p>Got ' + str(len(body)) + ' ' + str(b'the file itself' in body) + ' ' + str(self.headers['Origin']))
    def log_message(self, *args): pass
print('listening', flush=True)
http.server.ThreadingHTTPServer(('', 8000), App).serve_forever()
`.trim();

describe('the preview', () => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
    await visitor.prompted();
  });
  afterAll(() => visitor.leave());

  const address = () => visitor.page.getByRole('textbox', { name: 'Address' });
  const visit = async (where: string): Promise<void> => {
    await address().fill(where);
    await address().press('Enter');
  };
  const sentence = (text: string | RegExp): Promise<void> =>
    visitor.page.getByRole('heading', { name: text }).waitFor();

  test('says that no port is published, and which command publishes one; the page then comes by itself', async () => {
    const { page } = visitor;
    await open(visitor);
    await sentence('No port is published yet');
    expect(await findings(visitor)).toEqual([]);
    await page.getByRole('button', { name: /docker run -d --name web -p 8080:80 nginx/ }).click();
    await shownIn(visitor).getByRole('heading', { name: 'Welcome to nginx!' }).waitFor();
    await expect.poll(() => address().inputValue()).toBe('localhost:8080/');
  });

  test('offers itself when a container publishes a port, without taking the focus', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await write(visitor, 'app.py', application);
    await visitor.command(
      'touch go; docker run -d --name app -v $PWD:/app -p 8000:8000 python python /app/app.py',
    );
    await page.getByRole('button', { name: 'Preview Port 8000 is published' }).waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.className')).toContain('xterm');
    await open(visitor);
    await shownIn(visitor).getByRole('heading', { name: 'Guests' }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: /is published/ }).count()).toBe(0);
  });

  test('a form, its redirect and its cookie; a style sheet from the root', async () => {
    const shown = shownIn(visitor);
    const heading = shown.getByRole('heading');
    const colour = (): Promise<string> => heading.evaluate((each) => getComputedStyle(each).color);
    await expect.poll(colour).toBe('rgb(1, 2, 3)');
    await shown.getByRole('textbox').fill('ann');
    await shown.getByRole('button', { name: 'Sign' }).click();
    await shown.getByText('Thanks, who=ann from http://localhost:8000/').waitFor();
    await expect.poll(() => address().inputValue()).toBe('localhost:8000/thanks');
    await visitor.page.getByRole('button', { name: 'Back', exact: true }).click();
    await shown.getByRole('button', { name: 'Send' }).waitFor();
    // none of it is this site's
    expect(await visitor.page.evaluate('document.cookie')).toBe('');
  });

  test('an upload, with its bytes', async () => {
    const shown = shownIn(visitor);
    const buffer = Buffer.from('the file itself');
    await shown
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer });
    await shown.getByRole('button', { name: 'Send' }).click();
    await shown.getByText(/Got \d+ True http:\/\/localhost:8000/).waitFor();
  });

  test('links to the root and to the machine’s own name; back and forward', async () => {
    const shown = shownIn(visitor);
    await visit('localhost:8000');
    await shown.getByRole('link', { name: 'About' }).click();
    await shown.getByText('About localhost:8000').waitFor();
    await expect.poll(() => address().inputValue()).toBe('localhost:8000/about?x=1#end');
    await visitor.page.getByRole('button', { name: 'Back', exact: true }).click();
    await shown.getByRole('heading', { name: 'Guests' }).waitFor();
    await visitor.page.getByRole('button', { name: 'Forward', exact: true }).click();
    await shown.getByText('About localhost:8000').waitFor();
  });

  test('shows what has come of an answer that has not ended', async () => {
    const shown = shownIn(visitor);
    await visit('/');
    await shown.getByRole('link', { name: 'Stream' }).click();
    await shown.getByText('first').waitFor();
    expect(await shown.getByText('second').count()).toBe(0);
    await visitor.command('clear; echo 1 > go');
    await shown.getByText('second').waitFor();
  });

  test('fields that would keep a page out of a frame, or speak for this site, do nothing', async () => {
    const { page } = visitor;
    await page.evaluate(() => {
      localStorage.setItem('kept', 'yes');
    });
    await visit('/hostile');
    await shownIn(visitor).getByText('Framed').waitFor();
    expect(await page.evaluate(() => localStorage.getItem('kept'))).toBe('yes');
    // its own policy about its own content holds
    const policy = await shownIn(visitor)
      .locator('p')
      .evaluate(async () => (await fetch('')).headers.get('content-security-policy'));
    expect(policy).toBe("img-src 'none'");
  });

  test('a connection that is cut, and an answer that is none', async () => {
    await visit('/reset');
    await sentence('The connection was cut');
    await visit('/999');
    await sentence('What answers here does not speak HTTP');
  });

  test('nothing listens; another port; an address that is none', async () => {
    const { page } = visitor;
    await visit('localhost:9999');
    await sentence('Nothing listens at localhost:9999');
    await page.getByRole('button', { name: /docker ps/ }).waitFor();
    expect(await findings(visitor)).toEqual([]);
    await visit('https://example.com');
    await page.getByRole('alert').getByText('An address here is a port').waitFor();
    await address().press('Escape');
    await page.getByRole('button', { name: '8080 web' }).focus();
    await page.keyboard.press('Enter');
    await shownIn(visitor).getByRole('heading', { name: 'Welcome to nginx!' }).waitFor();
    expect(problemsOf(visitor)).toEqual([]);
  });
});

test('what was built anew is seen as soon as it runs (dark, Korean, on a phone)', async () => {
  const visitor = await Visitor.arrive(browser, {
    path: '#/sandbox',
    language: 'ko',
    dark: true,
    size: phone,
  });
  const { page } = visitor;
  await visitor.prompted();
  await write(
    visitor,
    'Dockerfile',
    'FROM busybox\nCOPY index.html /www/\nCMD ["httpd", "-f", "-h", "/www"]',
  );
  const build = (version: string): string =>
    `echo '<h1>${version}</h1>' > index.html; docker build -qt site . && docker rm -f site; docker run -d --name site -p 8080:80 site`;
  await visitor.command(build('하나'));
  await page.getByRole('button', { name: '8080번 포트가 열렸어요' }).click();
  await page.getByRole('tab', { name: /^미리 보기/ }).click();
  const shown = shownIn(visitor);
  await shown.getByRole('heading', { name: '하나' }).waitFor();
  expect(await findings(visitor)).toEqual([]);
  expect(await scrollsSideways(visitor)).toBe(false);
  await page.getByRole('navigation').getByRole('button', { name: '터미널' }).click();
  await visitor.command(build('둘'));
  await page.getByRole('button', { name: '8080번 포트가 열렸어요' }).click();
  await shown.getByRole('heading', { name: '둘' }).waitFor();
  expect(problemsOf(visitor)).toEqual([]);
  await visitor.leave();
});

test('without a service worker there is a sentence, and a command that shows a page', async () => {
  const visitor = await Visitor.arrive(browser, {
    path: '#/sandbox',
    before: (context) =>
      context.addInitScript(() => {
        Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
      }),
  });
  await visitor.prompted();
  await open(visitor);
  await visitor.page.getByRole('heading', { name: 'This browser has no way' }).waitFor();
  await visitor.page.getByRole('button', { name: 'wget -qO- localhost:8080' }).click();
  await visitor.shows('Connection refused');
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});
