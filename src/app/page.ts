import { mount } from 'svelte';
import type { ComponentProps } from 'svelte';
import App from './App.svelte';
import { SessionState } from './session/session.svelte.ts';
import { boot, outside, sessionOfPage } from './state/boot.ts';
import { MachineState } from './state/machine.svelte.ts';
import { Route } from './state/route.svelte.ts';
import type { Settings } from './state/settings.svelte.ts';
import { Terminals } from './state/terminals.svelte.ts';
import { Workbench } from './state/workbench.svelte.ts';
import './ui/theme.css';

type PageProps = ComponentProps<typeof App>;

/**
 * Starts the page's machine, and has everything big travel at once: its memory, the emulator, the terminal.
 *
 * @param keep Whether the machine outlives the page.
 */
export function startPage(
  settings: Settings,
  keep: 'browser' | 'page',
): Pick<PageProps, 'bench' | 'screens'> {
  const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
  settings.systemDark = systemDark.matches;
  systemDark.addEventListener('change', ({ matches }) => {
    settings.systemDark = matches;
  });
  outside.relay = () => settings.relay;

  const terminals = new Terminals();
  const session = new SessionState(boot, sessionOfPage, terminals, keep);
  const machine = new MachineState(session.boot);
  machine.setHidden(document.visibilityState === 'hidden');
  void machine.start();
  const screens = import('./terminal/screen.ts').then(({ Screen }) => Screen);
  screens.catch(() => undefined); // the page says so when it asks
  return { bench: new Workbench(boot, { machine, terminals }, session), screens };
}

/** Shows the page in place of what stood in `target`. */
export function showPage(target: HTMLElement, props: Omit<PageProps, 'route'>): void {
  target.replaceChildren();
  mount(App, { target, props: { ...props, route: new Route(window) } });
}
