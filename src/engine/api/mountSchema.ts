import * as v from 'valibot';
import type { Mount } from '../../protocol/mount.ts';

const flag = v.nullish(v.boolean());
const text = v.nullish(v.string());
const map = v.nullish(v.record(v.string(), v.string()));

/** An entry of `HostConfig.Mounts`, as clients send it. */
export const mountSchema = v.looseObject({
  Type: text,
  Source: text,
  Target: text,
  ReadOnly: flag,
  Consistency: text,
  BindOptions: v.nullish(
    v.looseObject({
      Propagation: text,
      NonRecursive: flag,
      CreateMountpoint: flag,
      ReadOnlyNonRecursive: flag,
      ReadOnlyForceRecursive: flag,
    }),
  ),
  VolumeOptions: v.nullish(
    v.looseObject({
      NoCopy: flag,
      Labels: map,
      DriverConfig: v.nullish(v.looseObject({ Name: text, Options: map })),
      Subpath: text,
    }),
  ),
  TmpfsOptions: v.nullish(
    v.looseObject({
      SizeBytes: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
      Mode: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o7777))),
    }),
  ),
});

/** The same with what is absent left out. */
export function mountFrom(asked: v.InferOutput<typeof mountSchema>): Mount {
  const { BindOptions: bind, VolumeOptions: volume, TmpfsOptions: tmpfs } = asked;
  const driver = volume?.DriverConfig;
  return {
    Type: asked.Type ?? '',
    Source: asked.Source ?? '',
    Target: asked.Target ?? '',
    ...(asked.ReadOnly ? { ReadOnly: true } : {}),
    ...(asked.Consistency ? { Consistency: asked.Consistency } : {}),
    ...(bind ? { BindOptions: present(bind) } : {}),
    ...(volume
      ? {
          VolumeOptions: {
            ...present({ NoCopy: volume.NoCopy, Labels: volume.Labels, Subpath: volume.Subpath }),
            ...(driver ? { DriverConfig: present(driver) } : {}),
          },
        }
      : {}),
    ...(tmpfs ? { TmpfsOptions: present(tmpfs) } : {}),
  };
}

type Present<T> = { [Name in keyof T]?: NonNullable<T[Name]> };

function present<T extends object>(object: T): Present<T> {
  // Of each property only what is neither null nor undefined is left: that is what the type says.
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== null && value !== undefined),
  ) as Present<T>;
}
