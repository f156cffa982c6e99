import * as z from 'zod/mini';
import { relayProblem } from '../../machine/gateway/relay.ts';
import { languages, nearestLanguage } from '../messages/language.ts';
import type { Language } from '../messages/language.ts';
import { messagesOf } from '../messages/messages.ts';
import type { Messages } from '../messages/en.ts';
import { browserStorage } from './storage.ts';
import type { KeyValue } from './storage.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Text sizes and the scale that each stands for; the terminal follows. */
const textSizes = { small: 0.875, normal: 1, large: 1.125, larger: 1.25 } as const;
export type TextSize = keyof typeof textSizes;

/** Bounds of the lesson's width, in px. */
export const lessonWidths = { least: 360, most: 900, usual: 616 } as const;

/** What the pane beside the terminal takes of the room of both. */
export const paneShares = { least: 0.2, most: 0.8, usual: 0.5 } as const;

const stored = z.partial(
  z.object({
    language: z.enum(languages),
    theme: z.enum(themes),
    textSize: z.enum(['small', 'normal', 'large', 'larger']),
    screenReader: z.boolean(),
    lessonWidth: z.number().check(z.minimum(lessonWidths.least), z.maximum(lessonWidths.most)),
    lessonOpen: z.boolean(),
    paneShare: z.number().check(z.minimum(paneShares.least), z.maximum(paneShares.most)),
    relay: z.string().check(z.refine((text) => text === '' || relayProblem(text) === null)),
  }),
);

/** The key in localStorage. The script in index.html reads it too, for the colours of the first paint. */
const key = 'settings';

/** Why settings are not kept, or not as they were left; null when all is well. */
export type SettingsProblem = 'blocked' | 'unreadable' | null;

/** What a reader chose about the page, kept in the browser's storage. Changing a field applies and keeps it. */
export class Settings {
  language: Language = $state('en');
  theme: Theme = $state('auto');
  textSize: TextSize = $state('normal');
  /** xterm's accessible tree, for screen readers. Costs speed, hence a choice. */
  screenReader = $state(false);
  /** Width of the lesson beside the terminal, in px. */
  lessonWidth: number = $state(lessonWidths.usual);
  lessonOpen = $state(true);
  paneShare: number = $state(paneShares.usual);
  /** Address of a relay to other registries, '' for none. */
  relay = $state('');
  problem: SettingsProblem = $state(null);
  /** Whether the system asks for dark colours. */
  systemDark = $state(false);

  readonly messages: Messages = $derived(messagesOf(this.language));
  readonly dark: boolean = $derived(
    this.theme === 'dark' || (this.theme === 'auto' && this.systemDark),
  );
  readonly scale: number = $derived(textSizes[this.textSize]);

  readonly #storage: () => KeyValue;

  /**
   * @param address The page's address: `?lang=ko` outranks what is stored.
   * @param preferred The browser's languages, in order, for a first visit.
   */
  constructor(
    address: URL,
    preferred: readonly string[],
    storage: () => KeyValue = browserStorage,
  ) {
    this.#storage = storage;
    const kept = this.#load();
    const asked = nearestLanguage(address.searchParams.get('lang') ?? '');
    const fits = preferred.map(nearestLanguage).find((language) => language !== null);
    this.language = asked ?? kept.language ?? fits ?? 'en';
    this.theme = kept.theme ?? 'auto';
    this.textSize = kept.textSize ?? 'normal';
    this.screenReader = kept.screenReader ?? false;
    this.lessonWidth = kept.lessonWidth ?? lessonWidths.usual;
    this.lessonOpen = kept.lessonOpen ?? true;
    this.paneShare = kept.paneShare ?? paneShares.usual;
    this.relay = kept.relay ?? '';
  }

  #load(): z.infer<typeof stored> {
    let text: string | null;
    try {
      text = this.#storage().getItem(key);
    } catch {
      this.problem = 'blocked';
      return {};
    }
    try {
      return stored.parse(JSON.parse(text ?? '{}'));
    } catch {
      this.problem = 'unreadable';
      return {};
    }
  }

  /** Keeps the settings as they are now; where that cannot be, `problem` says so and the page goes on. */
  save(): void {
    const now: z.infer<typeof stored> = {
      language: this.language,
      theme: this.theme,
      textSize: this.textSize,
      screenReader: this.screenReader,
      lessonWidth: this.lessonWidth,
      lessonOpen: this.lessonOpen,
      paneShare: this.paneShare,
      relay: this.relay,
    };
    try {
      this.#storage().setItem(key, JSON.stringify(now));
    } catch {
      this.problem = 'blocked';
    }
  }
}
