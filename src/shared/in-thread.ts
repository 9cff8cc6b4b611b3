import { Worker } from 'node:worker_threads';

/** Work was ended because it took longer than it may. */
export class OverBudget extends Error {
  override readonly name = 'OverBudget';
}

/**
 * Has a module do its work in a thread of its own, so that whoever asked goes on meanwhile, and ends the thread when its time is over,
 * whatever it is at. The module finds its input as `workerData` and posts one answer.
 *
 * The thread has none of the process's variables: what it works on was written by others. Its memory has no limit of its own, since Node
 * ends the whole process where a thread meets one at a bad moment; the work's input has to bound it.
 *
 * @param file the module: a file of the sources, which Node runs as they are, or of a bundle
 * @throws OverBudget, or what the module throws
 */
export async function inThread<Answer>(file: URL, input: unknown, budgetInMs: number): Promise<Answer> {
  const worker = new Worker(file, { workerData: input, env: {}, execArgv: [] });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      timer = setTimeout(() => reject(new OverBudget(`the work took more than ${budgetInMs} ms`)), budgetInMs);
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the thread ended with ${code} and without an answer`)));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
