/** Vite gives a file's text. */
declare module '*.yaml?raw' {
  const text: string;
  export default text;
}
