import type { Browser, BrowserContext, Page } from 'playwright-core';
import { inject } from 'vitest';

export const wide = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

export interface Visit {
  /** Where the site is; what the tests have built unless told. */
  readonly site?: string;
  /** What follows the site's address, such as `?lang=ko` or `#/sandbox`. */
  readonly path?: string;
  /** Another address than the site's. */
  readonly at?: string;
  readonly language?: 'en' | 'ko';
  readonly dark?: boolean;
  readonly size?: { readonly width: number; readonly height: number };
  /** Runs before the page's own code. */
  readonly before?: (context: BrowserContext) => Promise<unknown>;
}

/** How long a visitor waits for what should come much sooner, on a busy computer. */
const patience = 90_000;

/** Somebody with a fresh browser profile in front of the page. */
export class Visitor {
  readonly page: Page;
  /** Errors that the page logged or threw, a refusal by its content security policy among them. */
  readonly problems: string[] = [];
  readonly #context: BrowserContext;

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
    page.on('console', (message) => {
      if (message.type() === 'error') {
        this.problems.push(`${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => this.problems.push(error.message));
  }

  static async arrive(browser: Browser, visit: Visit = {}): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: visit.size ?? wide,
      colorScheme: visit.dark === true ? 'dark' : 'light',
      locale: visit.language === 'ko' ? 'ko-KR' : 'en-US',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await visit.before?.(context);
    return Visitor.#open(context, visit.at ?? (visit.site ?? inject('site')) + (visit.path ?? ''));
  }

  static async #open(context: BrowserContext, address: string): Promise<Visitor> {
    const visitor = new Visitor(await context.newPage(), context);
    visitor.page.setDefaultTimeout(patience);
    await visitor.page.goto(address);
    return visitor;
  }

  /** Another tab of the same browser profile. */
  another(path = ''): Promise<Visitor> {
    return Visitor.#open(this.#context, inject('site') + path);
  }

  /** Closes the tab and opens the page in a new one. */
  async comeBack(path?: string): Promise<Visitor> {
    await this.page.close();
    return this.another(path);
  }

  async leave(): Promise<void> {
    // The service worker may ask for something yet, and nobody is there for the answer.
    await this.#context.unrouteAll({ behavior: 'ignoreErrors' });
    await this.#context.close();
  }

  /** What the visible terminal shows, line by line, without the blanks at the lines' ends. */
  async screen(): Promise<string> {
    return (await this.page.evaluate(readScreen, { pattern: '', flags: '' }))?.text ?? '';
  }

  /** Waits until the visible terminal shows `text`; the moment, by the page's clock, in ms since the epoch. */
  async shows(text: string | RegExp): Promise<number> {
    const pattern = typeof text === 'string' ? escape(text) : text.source;
    const flags = typeof text === 'string' ? '' : text.flags;
    try {
      const looked = await this.page.waitForFunction(
        readScreen,
        { pattern, flags },
        { timeout: patience },
      );
      return (await looked.jsonValue())?.at ?? 0;
    } catch (error) {
      throw new Error(`the terminal never showed ${pattern}; it shows:\n${await this.screen()}`, {
        cause: error,
      });
    }
  }

  /** Waits for a shell that waits for a command; the moment, as of `shows`. */
  prompted(): Promise<number> {
    return this.shows(/[$#]$/);
  }

  /** Clicks into the visible terminal. */
  async focusTerminal(): Promise<void> {
    await this.page.locator('[role=tabpanel]:visible .xterm').click();
  }

  /** Types into whatever has the focus, as on a keyboard. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Types a command into the visible terminal and presses Enter. */
  async command(line: string): Promise<void> {
    await this.focusTerminal();
    await this.type(line);
    await this.page.keyboard.press('Enter');
  }
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

interface Looked {
  readonly text: string;
  /** When it was so, by the page's clock, in ms since the epoch. */
  readonly at: number;
}

/** Runs in the page: the text of the visible terminal, or null while it does not match. */
function readScreen({ pattern, flags }: { pattern: string; flags: string }): Looked | null {
  const panel = document.querySelector('[role=tabpanel]:not([hidden]) .xterm-rows');
  const text = Array.from(panel?.children ?? [], (row) =>
    (row.textContent ?? '').replaceAll('\u00a0', ' ').trimEnd(),
  )
    .join('\n')
    .trimEnd();
  if (!new RegExp(pattern, flags).test(text)) return null;
  return { text, at: performance.timeOrigin + performance.now() };
}
