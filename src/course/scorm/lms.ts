/** The learning management system around a lesson, in either version of SCORM. Runs in the package's launch page. */

type Api = Readonly<Record<string, unknown>>;

/** How the versions call their verbs and elements (SCORM 1.2 and 2004 4th Edition, Run-Time Environment). */
const dialects = {
  '1.2': {
    api: 'API',
    initialize: 'LMSInitialize',
    get: 'LMSGetValue',
    set: 'LMSSetValue',
    commit: 'LMSCommit',
    finish: 'LMSFinish',
    error: 'LMSGetLastError',
    words: 'LMSGetErrorString',
    status: 'cmi.core.lesson_status',
    score: 'cmi.core.score',
    time: 'cmi.core.session_time',
  },
  '2004': {
    api: 'API_1484_11',
    initialize: 'Initialize',
    get: 'GetValue',
    set: 'SetValue',
    commit: 'Commit',
    finish: 'Terminate',
    error: 'GetLastError',
    words: 'GetErrorString',
    status: 'cmi.completion_status',
    score: 'cmi.score',
    time: 'cmi.session_time',
  },
} as const;

type Dialect = (typeof dialects)[keyof typeof dialects];

/** How many windows up a system may be; the standard's own algorithm gives up after as many. */
const FAR = 500;

/** Thrown when the system refuses something; says what, and why in the system's words. */
export class LmsError extends Error {}

export class Lms {
  readonly #api: Api;
  readonly #say: Dialect;
  readonly #version: keyof typeof dialects;
  readonly #began = Date.now();
  /** The best of this attempt and those before it, 0 to 100. */
  #score: number;
  #passed: boolean;

  /** Begins a session. @throws LmsError */
  private constructor(api: Api, version: keyof typeof dialects) {
    this.#api = api;
    this.#version = version;
    this.#say = dialects[version];
    this.#do(this.#say.initialize, '');
    const status = this.#get(this.#say.status);
    this.#passed = status === 'passed' || status === 'completed';
    this.#score = Number(this.#get(`${this.#say.score}.raw`)) || 0;
    if (!this.#passed) this.#set(this.#say.status, 'incomplete');
    this.#set(`${this.#say.score}.min`, '0');
    this.#set(`${this.#say.score}.max`, '100');
    this.#do(this.#say.commit, '');
  }

  /** Looks for the system up the windows around `from`, then around the one that opened it; null when there is none. */
  static find(from: Window): Lms | null {
    for (const version of ['2004', '1.2'] as const) {
      const api = findApi(from, dialects[version].api);
      if (api !== null) return new Lms(api, version);
    }
    return null;
  }

  /** Reports how many of the lesson's steps are passed. A score that was reached before stays. @throws LmsError */
  progress(passed: number, steps: number): void {
    const score = Math.round((100 * passed) / steps);
    if (score <= this.#score) return;
    this.#score = score;
    this.#set(`${this.#say.score}.raw`, String(score));
    if (this.#version === '2004') {
      this.#set('cmi.score.scaled', String(score / 100));
      this.#set('cmi.progress_measure', String(score / 100));
    }
    this.#do(this.#say.commit, '');
  }

  /** Reports that the lesson is passed. @throws LmsError */
  pass(): void {
    if (this.#passed) return;
    this.#passed = true;
    if (this.#version === '2004') {
      this.#set('cmi.success_status', 'passed');
      this.#set('cmi.completion_status', 'completed');
    } else this.#set('cmi.core.lesson_status', 'passed');
    this.#do(this.#say.commit, '');
  }

  /** Ends the session: the page is being left. @throws LmsError */
  end(): void {
    this.#set(this.#say.time, duration(Date.now() - this.#began, this.#version));
    this.#do(this.#say.commit, '');
    this.#do(this.#say.finish, '');
  }

  #get(element: string): string {
    return String(this.#call(this.#say.get, element));
  }

  #set(element: string, value: string): void {
    this.#do(this.#say.set, element, value);
  }

  #do(verb: string, ...args: readonly string[]): void {
    if (String(this.#call(verb, ...args)) === 'true') return;
    const code = String(this.#call(this.#say.error));
    const words = String(this.#call(this.#say.words, code));
    throw new LmsError(`${verb}(${args.join(', ')}): error ${code}, ${words}`);
  }

  #call(verb: string, ...args: readonly string[]): unknown {
    const method = this.#api[verb];
    if (typeof method !== 'function') throw new LmsError(`The system's API has no ${verb}.`);
    return Reflect.apply(method, this.#api, args);
  }
}

function findApi(from: Window, name: string): Api | null {
  return search(from, name) ?? (hasOpener(from) ? search(from.opener, name) : null);
}

function hasOpener(window: Window): window is Window & { opener: Window } {
  return typeof window.opener === 'object' && window.opener !== null;
}

function search(from: Window, name: string): Api | null {
  let window = from;
  for (let up = 0; up < FAR; up++) {
    try {
      const api: unknown = Reflect.get(window, name);
      // It is another window's object: all that can be asked is what it answers to.
      if (typeof api === 'object' && api !== null) return api as Api;
      if (window.parent === window) return null;
      window = window.parent;
    } catch {
      return null; // a window of another origin: there is no looking into it, nor past it
    }
  }
  return null;
}

/** A time as the versions write it: 0000:05:03.00 (CMITimespan), or PT303S (ISO 8601). */
function duration(milliseconds: number, version: '1.2' | '2004'): string {
  const seconds = Math.round(milliseconds / 1000);
  if (version === '2004') return `PT${String(seconds)}S`;
  const digits = (value: number, width: number): string =>
    String(Math.floor(value)).padStart(width, '0');
  return `${digits(seconds / 3600, 4)}:${digits((seconds / 60) % 60, 2)}:${digits(seconds % 60, 2)}.00`;
}
