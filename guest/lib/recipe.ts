import { z } from 'zod';

/** An image's execution parameters, as config.md of the OCI image specification names them. */
const imageConfigSchema = z.strictObject({
  User: z.string().optional(),
  ExposedPorts: z.record(z.string(), z.strictObject({})).optional(),
  Env: z.array(z.string()).optional(),
  Entrypoint: z.array(z.string()).optional(),
  Cmd: z.array(z.string()).optional(),
  Volumes: z.record(z.string(), z.strictObject({})).optional(),
  WorkingDir: z.string().optional(),
  Labels: z.record(z.string(), z.string()).optional(),
  StopSignal: z.string().optional(),
});

/**
 * `image.json` of a recipe, guest/images/NAME. Beside it `build.sh FOLDER` makes one folder a layer in
 * FOLDER; files there belong to root in the image unless `owners` says otherwise.
 */
export const recipeSchema = z.strictObject({
  /** The repository: `library/busybox`. */
  name: z.string().regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/),
  tags: z.array(z.string().regex(/^\w[\w.-]{0,127}$/)).min(1),
  layers: z
    .array(
      z.strictObject({
        folder: z.string().min(1),
        /** What `docker history` shows for the layer. */
        createdBy: z.string(),
        /** Numeric owners by path, "uid:gid"; a path names everything below it too. */
        owners: z.record(z.string(), z.string().regex(/^\d+:\d+$/)).optional(),
      }),
    )
    .min(1),
  config: imageConfigSchema,
  /** Names in guest/sources.json of what the image contains. */
  sources: z.array(z.string()).min(1),
});

export type Recipe = z.infer<typeof recipeSchema>;
