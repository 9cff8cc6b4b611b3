import { z } from 'zod';
import { defineRecords } from './record.ts';
import type { StepContext } from './step.ts';

/** What was told last, by its subject. */
const told = defineRecords({ name: 'said', scope: 'run', schema: z.string() });

/** Tells in the first call of a step that comes by, and again only when there is something else to say. */
export async function tellOnce(
  { memory }: Pick<StepContext, 'memory'>,
  subject: string,
  message: string,
  tell: (message: string) => void,
): Promise<void> {
  if (memory.read(told, subject) === message) return;
  tell(message);
  await memory.write(told, message, subject);
}
