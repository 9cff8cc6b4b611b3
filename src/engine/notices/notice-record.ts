import { z } from 'zod';
import { noticeSchema } from '../../domain/notices/notice.ts';
import type { RunStore } from '../../state/ports.ts';
import { openMemory } from '../memory.ts';
import { defineRecords } from '../record.ts';

const recordSchema = z.strictObject({
  notice: noticeSchema,
  /** How often it was sent to whoever has not taken it. */
  attempts: z.number().int(),
  /** Webhooks that took it. */
  delivered: z.array(z.string()),
  /** Nobody is left to whom it is sent again. */
  isSettled: z.boolean(),
});
export type NoticeRecord = z.infer<typeof recordSchema>;

/** What a run has to tell, and whom it has told: `end`, or `plan-` and the beginning of its digest. */
export const noticeRecord = defineRecords({ name: 'notice', schema: recordSchema, scope: 'run' });

/** Of the end of a run. */
export const END = 'end';

/** Whether somebody has yet to be told of the end of a run: that goes on after it, and holds nothing up. */
export async function isEndUntold(runs: RunStore, runId: string): Promise<boolean> {
  return (await openMemory(runs, runId, 'run')).read(noticeRecord, END)?.isSettled === false;
}
