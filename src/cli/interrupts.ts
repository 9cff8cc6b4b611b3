/**
 * Ctrl+C: the first asks to start nothing new, the second to leave at once. Further ones change nothing.
 * @returns takes the handlers away again.
 */
export function onInterrupts(first: () => void, second: () => void): () => void {
  let count = 0;
  const handler = (): void => {
    count += 1;
    if (count === 1) first();
    if (count === 2) second();
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  return () => {
    process.off('SIGINT', handler);
    process.off('SIGTERM', handler);
  };
}
