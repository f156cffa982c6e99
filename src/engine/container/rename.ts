import { EngineError } from '../errors.ts';
import type { Container } from './container.ts';
import { emit, type Context } from './context.ts';
import { checkName } from './names.ts';

/**
 * Gives a container another name; its id stays.
 * @throws EngineError 400 for what is no name, 409 when another container has it.
 */
export function rename(context: Context, container: Container, name: string): void {
  const bare = name.replace(/^\//, '');
  if (bare === '') throw new EngineError(400, 'Neither old nor new names may be empty');
  if (bare === container.name) {
    throw new EngineError(400, 'Renaming a container with the same name as its current name');
  }
  try {
    checkName(context.containers, name);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.status, `Error when allocating new name: ${error.message}`);
  }
  const oldName = `/${container.name}`;
  container.name = bare;
  context.containers.save(container);
  emit(context, container, 'rename', { oldName });
}
