import * as z from 'zod/mini';

/** A port of the machine that a running container answers. */
export interface PublishedPort {
  readonly port: number;
  /** Id of the container. */
  readonly container: string;
  readonly name: string;
}

/** The part of `GET /containers/json` that tells published ports. */
const listSchema = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    Ports: z.array(z.object({ PublicPort: z.optional(z.int()), Type: z.string() })),
  }),
);

/** The TCP ports that a list of running containers publishes, each once (IPv6 repeats them), by number. */
export function publishedIn(list: unknown): readonly PublishedPort[] {
  const ports = new Map<number, PublishedPort>();
  for (const { Id: container, Names, Ports } of listSchema.parse(list)) {
    for (const { PublicPort: port, Type } of Ports) {
      if (port === undefined || Type !== 'tcp') continue;
      ports.set(port, { port, container, name: Names[0]?.replace(/^\//, '') ?? '' });
    }
  }
  return [...ports.values()].sort((a, b) => a.port - b.port);
}
