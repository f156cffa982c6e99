/** What F6 goes round: the regions of the page. */
export type RegionName = 'lesson' | 'companion' | 'terminal' | 'friend';

/**
 * The region after the one that has the focus, round and round, the terminal when none has it; `header` where
 * there is no other region to go to.
 *
 * @param main What holds the regions that are there, each with its name in `data-region`.
 * @param others Regions that are not in the page at the moment and can be brought there: on a narrow screen all
 *   that there are to choose from, on a wide one perhaps the hidden lesson.
 */
export function nextRegion(
  main: HTMLElement | undefined,
  others: { readonly regions: readonly RegionName[] | null; readonly lessonHidden: boolean },
): RegionName | 'header' {
  const panes = [...(main?.querySelectorAll<HTMLElement>('[data-region]') ?? [])];
  const here = nameOf(panes.find((pane) => pane.contains(document.activeElement)));
  const there = new Set([
    ...(others.lessonHidden ? (['lesson'] as const) : []),
    ...(others.regions ?? []),
    ...panes.flatMap((pane) => nameOf(pane) ?? []),
  ]);
  const round = (['lesson', 'companion', 'terminal', 'friend'] as const).filter((name) =>
    there.has(name),
  );
  if (here === null) return 'terminal';
  if (round.length === 1) return 'header';
  return round[(round.indexOf(here) + 1) % round.length] ?? 'terminal';
}

/** Puts the focus where typing makes sense in a region: its text, its tree, or else the region itself. */
export function focusIn(pane: HTMLElement | null | undefined): void {
  const place = pane?.querySelector<HTMLElement>('.cm-content, [role=treeitem][tabindex="0"]');
  (place ?? pane)?.focus();
}

/** Whether the focus may be given to somebody: in a frame it may be with the page around, which keeps it. */
export function nobodyIsFocused(): boolean {
  return document.activeElement === document.body && document.hasFocus();
}

function nameOf(pane: HTMLElement | undefined): RegionName | null {
  const name = pane?.dataset['region'];
  return name === 'lesson' || name === 'companion' || name === 'terminal' || name === 'friend'
    ? name
    : null;
}
