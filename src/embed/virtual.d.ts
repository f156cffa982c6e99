/** Written into embed.js and embed.html when they are built; `tools/vite-embed.ts` provides it. */
declare module 'virtual:embed-facts' {
  // An ambient module may not import relatively with a statement, so the type is named in place.
  // eslint-disable-next-line @typescript-eslint/consistent-type-imports
  const facts: import('./facts.ts').Facts;
  export default facts;
}
