const dark = `
  --paper: #071620; --sheet: #0a1c27; --ink: #e2ecf0; --soft: #a6bbc6; --line: #1a3341;
  --accent: #ff9d5e; --on: #1f0e02; color-scheme: dark;`;

/** The poster's look: the page's colours (src/app/ui/theme.css), the fonts that are there. */
export const css = `
  :host { display: block; position: relative; }
  :host([hidden]) { display: none; }
  .poster {
    --paper: #f4f3ee; --sheet: #fdfcf9; --ink: #14222c; --soft: #42525d; --line: #dbd8ce;
    --accent: #a83a08; --on: #fffaf5; color-scheme: light;
    box-sizing: border-box; display: grid; grid-template-rows: auto 1fr auto;
    min-height: inherit; overflow: hidden; border: 1px solid var(--line); border-radius: 8px;
    background: var(--paper); color: var(--ink); text-align: start;
    font: 400 15px/1.5 'Pretendard Variable', Pretendard, system-ui, -apple-system, 'Segoe UI',
      'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', 'Noto Sans CJK KR', sans-serif;
  }
  .poster[data-theme=dark] {${dark}}
  @media (prefers-color-scheme: dark) { .poster[data-theme=auto] {${dark}} }
  .poster:lang(ko) { word-break: keep-all; }
  svg { flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
  .top { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 10px; padding: 12px 16px; }
  .top svg { width: 28px; height: 28px; }
  .top path:last-child { stroke: var(--accent); }
  .top :is(b, h1) { margin: 0; font-size: 17px; font-weight: 650; letter-spacing: -.01em; }
  .top span { color: var(--soft); font-size: 14px; }
  .screen { padding: 16px; border: solid var(--line); border-width: 1px 0; background: var(--sheet); }
  pre, ::slotted(pre) {
    margin: 0 !important; padding: 0 !important; border: 0 !important;
    background: none !important; color: var(--ink) !important;
    font: 400 14px/1.45 'JetBrains Mono', ui-monospace, 'Cascadia Mono', Menlo, 'D2Coding', 'Nanum Gothic Coding', monospace !important;
    font-variant-ligatures: none !important; white-space: pre-wrap !important; overflow-wrap: anywhere;
  }
  code { display: block; padding-inline-start: 2ch; text-indent: -2ch; font: inherit; }
  i { color: var(--soft); font-style: normal; }
  .bottom { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; padding: 12px 16px; }
  button {
    display: inline-flex; align-items: center; gap: 8px; min-height: 44px; padding: 0 18px 0 14px;
    border: 0; border-radius: 6px; background: var(--accent); color: var(--on);
    font: inherit; font-weight: 600; cursor: pointer;
  }
  button[aria-disabled] { cursor: default; background: none; color: var(--ink); }
  button svg { width: 18px; height: 18px; fill: currentColor; }
  button[aria-disabled] svg { display: none; }
  a { color: var(--accent); font-size: 14px; text-underline-offset: .2em; text-decoration-thickness: 1px; }
  p { flex-basis: 100%; margin: 0; color: var(--soft); font-size: 14px; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  iframe {
    display: block; box-sizing: border-box; width: 100%; border: 1px solid rgb(128 140 148 / 30%);
    border-radius: 8px; color-scheme: normal;
  }
  iframe.coming { position: absolute; inset: 0; visibility: hidden; }
`;
