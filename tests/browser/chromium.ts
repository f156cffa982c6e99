import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Where systems keep the browser; CHROMIUM names another. */
const places = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

function find(): string | undefined {
  return places.find((place) => place !== undefined && existsSync(place));
}

/** Debian's way to install a package. */
const debian = {
  command: 'apt-get',
  args: ['install', '-y', '-q', '-o', 'DPkg::Lock::Timeout=120', 'chromium'],
};

/** Debian's package where this user may install packages, else Playwright's own build. */
function install(): string {
  try {
    execFileSync(debian.command, debian.args, { stdio: 'ignore' });
  } catch {
    execFileSync('npx', ['playwright-core', 'install', 'chromium'], { stdio: 'inherit' });
    return chromium.executablePath();
  }
  const found = find();
  if (found === undefined) {
    throw new Error(
      'apt-get installed the package chromium, but none of its programs is there: set CHROMIUM to the path of a Chromium',
    );
  }
  return found;
}

export interface LaunchOptions {
  /** Draws the terminal with WebGL; without it xterm.js draws with text that a test can read. */
  readonly webgl?: boolean;
}

/** Starts a Chromium without a window. */
export function launch({ webgl = false }: LaunchOptions = {}): Promise<Browser> {
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: find() ?? install(),
    args: [...(asRoot ? ['--no-sandbox'] : []), ...(webgl ? [] : ['--disable-3d-apis'])],
  });
}
