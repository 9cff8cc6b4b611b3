import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a process forgets to let go of ends with it; to start one costs as much as three trials. */
const ITEMS_OF_A_PROCESS = 250;

/**
 * Orders one after the other, in so many processes; a worker answers each message with `{ value }` or `{ error }`, and `told` gets each answer, or
 * the error that came instead.
 */
export async function askEach<Order extends object>(
  worker: string,
  orders: readonly Order[],
  {
    processes,
    told,
  }: { readonly processes: number; readonly told: (order: Order, answer: unknown, error: Error | undefined) => void },
): Promise<void> {
  const next = orders.values();
  const work = async (): Promise<void> => {
    let child = fork(worker);
    let asked = 0;
    try {
      for (const order of next) {
        await ask(child, order).then(
          (answer) => told(order, answer, undefined),
          (error: Error) => told(order, undefined, error),
        );
        asked += 1;
        if (asked % ITEMS_OF_A_PROCESS !== 0 && child.exitCode === null) continue;
        child.kill();
        child = fork(worker);
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
}

async function ask(child: ChildProcess, order: object): Promise<unknown> {
  const answered = new AbortController();
  const { signal } = answered;
  const gone = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`the process ended with ${code}`);
  });
  // Whoever loses the race is told to stop listening.
  gone.catch(() => undefined);
  child.send(order);
  const message = (await Promise.race([once(child, 'message', { signal }), gone])) as readonly unknown[];
  answered.abort();
  const [{ value, error }] = message as [{ readonly value?: unknown; readonly error?: string }];
  if (error !== undefined) throw new Error(error);
  return value;
}

/** The other side: answers the orders of the process that started this one. */
export function answerOrders<Order>(answer: (order: Order) => Promise<unknown>): void {
  process.on('message', (order: Order) => {
    answer(order).then(
      (value) => process.send?.({ value }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}
