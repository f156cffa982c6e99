/** Boots the guest from nothing to the moment that visitors start from. */
import { engineReady } from '../../src/machine/control.ts';
import { Machine } from '../../src/machine/index.ts';
import type { Assets } from '../../src/machine/assets.ts';
import type { Console } from '../../src/machine/index.ts';
import { MachineError } from '../../src/machine/errors.ts';

/** No step of a boot takes longer, in ms, even on a computer with much else to do: it has hung. */
const PATIENCE = 150_000;

/** Commands whose first run would be slow for the visitor; they leave nothing behind. */
const WARM_UP = [
  'docker version',
  'docker ps -a',
  'docker images',
  'docker info',
  'docker run --help',
];

const PROMPT = /[#$] $/;

export interface Booted {
  readonly state: ArrayBuffer;
  /** What the four consoles show. */
  readonly shown: readonly string[];
  /** From switching on to the prompt, and until the engine answered, in ms. */
  readonly promptMs: number;
  readonly readyMs: number;
}

/** Boots, warms up, tidies up and saves. Throws with the guest's last words when it does not get there. */
export async function bootAndSave(
  assets: Assets,
  memory: number,
  engine: boolean,
): Promise<Booted> {
  const started = performance.now();
  const machine = await Machine.create({ assets, memory, cold: true });
  const log: string[] = [];
  machine.onLog((line) => log.push(line));
  try {
    const screens = machine.consoles.map((console) => new Screen(console));
    const within = patience(log, screens);
    await within('the shells to prompt', Promise.all(screens.map((screen) => screen.prompt())));
    const promptMs = performance.now() - started;
    if (engine) await within('the engine to answer', answering(machine));
    const readyMs = performance.now() - started;
    const last = screens[3];
    if (engine && last) await within('the warm-up', warmUp(last));
    if (last) await within('the memory to be tidied', tidy(last));
    await within('connections to end', quiet(machine));
    return {
      state: await machine.save(),
      shown: screens.map(({ text }) => text),
      promptMs,
      readyMs,
    };
  } finally {
    await machine.destroy();
  }
}

/** What a terminal has shown since its last fresh start. */
class Screen {
  text = '';
  readonly #console: Console;
  #look: () => void = () => undefined;

  constructor(console: Console) {
    this.#console = console;
    const decoder = new TextDecoder();
    console.onData((bytes) => {
      // the shell asks the terminal where the cursor is; nobody is there to answer
      this.text += decoder.decode(bytes, { stream: true }).replaceAll('\x1b[6n', '');
      this.#look();
    });
  }

  prompt(): Promise<void> {
    return this.shows(PROMPT);
  }

  async shows(pattern: RegExp): Promise<void> {
    await new Promise<void>((found) => {
      this.#look = () => {
        if (pattern.test(this.text)) found();
      };
      this.#look();
    });
  }

  /** Runs one command and waits for the next prompt. */
  async run(line: string): Promise<void> {
    this.text = '';
    await this.#console.write(`${line}\r`);
    await this.shows(/\n(?:.*\n)*.*[#$] $/);
  }

  /** Ends the shell; init starts a fresh one, whose greeting is all that is left on the screen. */
  async renew(line: string): Promise<void> {
    await this.run(line);
    this.text = this.text.slice(this.text.indexOf('\n') + 1);
  }
}

async function answering(machine: Machine): Promise<void> {
  for (;;) {
    try {
      if (await engineReady(machine.network)) return;
    } catch (error) {
      if (!(error instanceof MachineError)) throw error; // not listening yet
    }
    await new Promise((next) => setTimeout(next, 20));
  }
}

async function warmUp(screen: Screen): Promise<void> {
  for (const command of WARM_UP) await screen.run(`${command} >/dev/null 2>&1`);
}

/**
 * Gives back the memory that only makes the next reading faster: the kernel fills what is free with zeros,
 * which a state does not store. Leaves a fresh shell without history.
 */
async function tidy(screen: Screen): Promise<void> {
  await screen.run("su -c 'sync; echo 3 >/proc/sys/vm/drop_caches'");
  await screen.renew('rm -f ~/.ash_history; kill -9 $$');
}

async function quiet(machine: Machine): Promise<void> {
  while (machine.network.connections > 0) await new Promise((next) => setTimeout(next, 5));
}

type Within = <T>(what: string, work: Promise<T>) => Promise<T>;

/** Waits, but not for ever; the error then shows what the guest had to say. */
function patience(log: readonly string[], screens: readonly Screen[]): Within {
  return async (what, work) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const seen = screens.map(({ text }, index) => `hvc${index}: ${text.slice(-300)}`);
        reject(
          new Error(
            `snapshot: waited ${PATIENCE / 1000} s for ${what}. The kernel's log ends:\n` +
              `${log.slice(-15).join('\n') || '(nothing)'}\nThe terminals show:\n${seen.join('\n')}`,
          ),
        );
      }, PATIENCE);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
