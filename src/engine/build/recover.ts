import type { Context } from '../container/context.ts';
import { removeStep } from './run.ts';

/** Removes what builds of a killed daemon left: their containers. Files went with the temporary ones. */
export async function discardBuilds(context: Context): Promise<void> {
  for (const container of context.containers.list()) {
    if (container.build === true) await removeStep(context, container);
  }
}
