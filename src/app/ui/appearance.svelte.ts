import type { LessonState } from '../state/lesson.svelte.ts';
import type { Route } from '../state/route.svelte.ts';
import type { Settings } from '../state/settings.svelte.ts';
import { applyLook, showLanguage } from './document.ts';
import { loadFonts } from './fonts/fonts.ts';

/** How the document looks and which language it speaks, as the settings say; keeps the settings whenever they change. */
export class Appearance {
  /** Resolves when the fonts of the language are here. */
  fonts: Promise<void> = $state.raw(Promise.resolve());

  /** Follows the settings for as long as the component lives that makes this. */
  constructor(settings: Settings, route: Route, lesson: LessonState) {
    this.fonts = loadFonts(settings.language);
    $effect(() => {
      applyLook(settings.dark, settings.scale);
    });
    $effect(() => {
      const t = settings.messages;
      const title = lesson.entry?.title[settings.language];
      showLanguage(
        settings.language,
        route.place === 'sandbox'
          ? t.site.sandboxTitle
          : title === undefined
            ? t.site.name
            : t.site.lessonTitle(title),
        t.site.description,
      );
      lesson.setLanguage(settings.language);
      if (settings.language === 'ko') this.fonts = loadFonts('ko');
    });
    $effect(() => {
      settings.save();
    });
  }
}
