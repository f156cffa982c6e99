import type { Area } from '../transcript/parse.ts';
import { container } from './container.ts';
import { exec } from './exec.ts';
import { files } from './files.ts';
import { images } from './images.ts';
import { lifecycle } from './lifecycle.ts';
import { networks } from './networks.ts';
import { observe } from './observe.ts';
import { run } from './run.ts';
import { system } from './system.ts';
import { volumes } from './volumes.ts';

/** Every area of the command, in the order in which they are run. */
export const areas: Readonly<Record<string, Area>> = {
  lifecycle,
  run,
  exec,
  observe,
  images,
  files,
  networks,
  volumes,
  system,
  container,
};
