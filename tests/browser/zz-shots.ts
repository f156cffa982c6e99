import { preview } from 'vite';
import { launch } from './chromium.ts';
const out = '/tmp/PAGE2';
const server = await preview({
  root: process.cwd(),
  logLevel: 'warn',
  preview: { port: 23754, host: '127.0.0.1' },
});
const site = 'http://127.0.0.1:23754/';
const browser = await launch();
const log = (m: string) => console.log((performance.now() / 1000).toFixed(1), m);
const only = process.argv[2] ?? '';
const shots = [
  {
    name: 'wide-en-light',
    size: { width: 1440, height: 900 },
    locale: 'en-US',
    dark: false,
    path: '',
  },
  {
    name: 'sandbox-ko-dark',
    size: { width: 1440, height: 900 },
    locale: 'ko-KR',
    dark: true,
    path: '#/sandbox',
  },
  {
    name: 'phone-ko-light',
    size: { width: 390, height: 844 },
    locale: 'ko-KR',
    dark: false,
    path: '',
  },
];
for (const shot of shots) {
  if (only !== '' && !shot.name.includes(only)) continue;
  const context = await browser.newContext({
    viewport: shot.size,
    locale: shot.locale,
    colorScheme: shot.dark ? 'dark' : 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('console', (m) => {
    if (m.type() === 'error') log(`console: ${m.text()}`);
  });
  page.on('pageerror', (e) => log(`error: ${e.message}`));
  await page.goto(site + shot.path);
  const narrow = shot.size.width < 900;
  const ko = shot.locale === 'ko-KR';
  const word = (en: string, k: string) => (ko ? k : en);
  if (narrow)
    await page.getByRole('button', { name: word('Editor', '편집기'), exact: true }).click();
  else await page.getByRole('button', { name: word('Editor', '편집기'), exact: true }).click();
  await page.getByRole('button', { name: word('New file', '새 파일') }).waitFor();
  log(`${shot.name}: tree`);
  await page.screenshot({ path: `${out}/${shot.name}-1.png` });
  await page.getByRole('button', { name: word('New file', '새 파일') }).click();
  await page.keyboard.type('web/Dockerfile');
  await page.keyboard.press('Enter');
  await page.locator('.cm-content').waitFor();
  await page.locator('.cm-content').click();
  await page.keyboard.insertText(
    '# A small web application\nFROM python:3.11\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nEXPOSE 5000\nCMD ["python", "app.py"]\n',
  );
  await page.getByText(word('Saved', '저장됨'), { exact: true }).waitFor();
  log(`${shot.name}: saved`);
  if (narrow) await page.getByRole('button', { name: word('All files', '모든 파일') }).click();
  await page.getByRole('button', { name: word('New file', '새 파일') }).click();
  await page.keyboard.type('app.py');
  await page.keyboard.press('Enter');
  await page.locator('.cm-content').waitFor();
  await page.locator('.cm-content').click();
  await page.keyboard.insertText(
    'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef index():\n    # 안녕하세요\n    return {"hello": "world", "n": 42}\n',
  );
  await page.getByText(word('Saved', '저장됨'), { exact: true }).waitFor();
  await page.screenshot({ path: `${out}/${shot.name}-2.png` });
  if (narrow) await page.getByRole('button', { name: word('All files', '모든 파일') }).click();
  if (narrow) await page.screenshot({ path: `${out}/${shot.name}-tree.png` });
  if (narrow)
    await page.getByRole('button', { name: word('Terminal', '터미널'), exact: true }).click();
  const clicked = Date.now();
  await page
    .getByRole('button', { name: word('Switch on your friend’s laptop', '친구의 노트북 켜기') })
    .click();
  await page.waitForFunction(() =>
    /learner@friend:~\$$/.test(
      [...document.querySelectorAll('section[data-region=friend] .xterm-rows > div')]
        .map((r) => (r.textContent ?? '').replaceAll('\u00a0', ' ').trimEnd())
        .join('\n')
        .trimEnd(),
    ),
  );
  log(`${shot.name}: friend's prompt after ${Date.now() - clicked} ms`);
  await page.keyboard.type('hostname; docker run --rm hello-world | head -3\n');
  await page.waitForFunction(() =>
    /Hello from/.test(document.querySelector('section[data-region=friend]')?.textContent ?? ''),
  );
  await page.screenshot({ path: `${out}/${shot.name}-3.png` });
  await context.close();
}
await browser.close();
await server.close();
