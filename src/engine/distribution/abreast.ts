/**
 * Does `work` for every item in their order, for at most `limit` of them at a time. After a failure none is
 * begun; `stop` is told of it, to end those under way, and the failure is thrown when all have ended.
 */
export async function abreast<T>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
  stop: (failure: Error) => void,
): Promise<void> {
  const failures: Error[] = [];
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) {
      try {
        await work(item);
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error));
        failures.push(failure);
        stop(failure);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  for (const first of failures) throw first;
}
