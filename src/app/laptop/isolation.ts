/** The query with which a server that can isolate the page does so (tools/vite-isolation.ts). */
const ASK = 'laptop';

/** The address at which this site's server isolates the page; null when it does not. */
export async function isolatedAddress(): Promise<string | null> {
  if (window.parent !== window) return null; // a frame is as isolated as the page around it
  const address = new URL(location.href);
  address.searchParams.set(ASK, '');
  try {
    const { headers } = await fetch(address, { method: 'HEAD' });
    return headers.has('cross-origin-embedder-policy') ? address.href : null;
  } catch {
    return null;
  }
}
