/** Lets the reader keep a file. */
export function download(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // the browser reads it from the address after the click
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}

/** `2026-11-21`, for names of files. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
