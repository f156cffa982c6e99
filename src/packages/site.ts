/** Something that answers for a part of the page's address in the guest's network, 192.168.86.1. */
export interface Site {
  fetch(request: Request): Promise<Response>;
}

/** Where the packages are: `http://192.168.86.1/packages/…`. */
export const PREFIX = '/packages/';

/**
 * `site`, with the packages below {@link PREFIX}.
 *
 * @param load makes the packages' site when somebody asks for the first of them
 */
export function withPackages(site: Site, load: () => Promise<Site>): Site {
  let packages: Promise<Site> | undefined;
  return {
    async fetch(request) {
      if (!new URL(request.url).pathname.startsWith(PREFIX)) return site.fetch(request);
      packages ??= load().catch((error: unknown) => {
        // Who asks again finds the network back, perhaps.
        packages = undefined;
        throw error;
      });
      return (await packages).fetch(request);
    },
  };
}
