import type { Rows } from './rows.ts';

const PATIENCE = ['test/unit/engine/waiting/patience.test.ts'];
const LEDGER = ['test/unit/perform/perform-step.test.ts'];
const STORES = ['test/contract/state/file-stores.test.ts'];
const BLOBS = ['test/contract/state/blob-stores.test.ts'];
const CONVERGE = ['test/unit/engine/converge.test.ts', 'test/unit/engine/converge-all.test.ts'];
const FIRST = ['test/contract/activities/first-steps.test.ts', 'test/contract/activities/bad-days.test.ts'];
const DANGERS = ['test/unit/release/remove-dangers.test.ts', 'test/unit/planning/foreign/dangers.test.ts'];
const LAST = ['test/contract/activities/last-steps.test.ts'];

/** Bugs of what keeps the state and does the steps. */
export const STATE_AND_STEPS: Rows = {
  'src/state/update-state.ts': [
    ['a skipped fence check', 'if (options.fence !== undefined) checkFence(current.value, options.fence);', '', LEDGER],
    ['an older fence accepted', 'lock?.fence !== fence', '(lock?.fence ?? 0) < fence', [...LEDGER, ...STORES]],
    ['a conflict not tried again', 'attempt === MAX_TRIES', 'attempt >= 1', STORES],
  ],
  'src/state/lock.ts': [
    ['a late holder asked too early', 'Date.parse(lock.wakeBy) <= now', 'Date.parse(lock.wakeBy) >= now', STORES],
    ['a lock broken without a new fence', 'lock: null, fence: current.fence + 1', 'lock: null', STORES],
    [
      'a fence given out twice',
      'const fence = current.fence + 1;',
      'const fence = Math.max(1, current.fence);',
      STORES,
    ],
    ['the lock released for anybody', 'state.lock?.runId === runId ? null', 'state.lock ? null', STORES],
    ['a queue that is passed', 'before > 0 || (lock', '(lock', STORES],
  ],
  'src/state/file/state-store.ts': [
    [
      'a blind write of the state',
      'if (current !== etag) throw new StateConflict(',
      "if (current === '') throw new StateConflict(",
      STORES,
    ],
    ['a serial that stands still', 'store(state, state.serial + 1)', 'store(state, state.serial)', STORES],
  ],
  'src/state/blob/state-store.ts': [
    ['an If-Match left out', "{ ifNoneMatch: '*' } : { ifMatch: etag }", "{ ifNoneMatch: '*' } : {}", BLOBS],
  ],
  'src/state/file/run-store.ts': [
    ['an event written twice', '({ id }: RunEvent): boolean => !known.has(id)', '(): boolean => true', STORES],
    ['a torn line kept', '      await file.truncate(content.lastIndexOf(0x0a) + 1);\n', '', STORES],
  ],
  'src/state/parse-state.ts': [
    ['a newer state read as ours', 'document.version !== STATE_VERSION', 'document.version === undefined', STORES],
    ['a foreign environment’s state accepted', 'parsed.data.environment !== environment', "environment === ''", STORES],
  ],
  'src/perform/perform-step.ts': [
    ['an event id without its call number', '`${step.name}/${input.callNumber}`', '`${step.name}`', LEDGER],
    ['an answered call performed again', 'if (recorded) return recorded;', '', LEDGER],
    [
      'writes to Azure without the fence',
      'withFence(connection, () => assertFence(run.stores.state, fence))',
      'connection',
      LEDGER,
    ],
    [
      'a cancellation overlooked',
      '(await run.stores.runs.isCancelRequested(input.runId)) ?',
      "input.runId === '' ?",
      LEDGER,
    ],
    [
      'a step begun after a failure elsewhere',
      "([name, other]) => other?.status === 'failed' &&",
      "([name, other]) => other?.status === 'skipped' &&",
      LEDGER,
    ],
    ['a finished step run again after a crash', 'before.run_id === input.runId', "before.run_id === ''", LEDGER],
  ],
  'src/perform/known-storage.ts': [
    ['a lock taken back from a run that came later', '|| fence >= known.fence', '', LEDGER],
    ['a record of an earlier run taken for this one’s', '|| steps[step].run_id !== runId', '', LEDGER],
  ],
  'src/perform/step-ledger.ts': [
    ['a dropped output', 'outputs: { ...result.outputs },', 'outputs: {},', LEDGER],
    ['outputs lost by a failure', '        ...before,\n', '', LEDGER],
    ['a missing mask', 'message: services.mask(message)', 'message', LEDGER],
  ],
  'src/perform/keep-lock.ts': [
    ['a lock not renewed for the whole sleep', '(seconds + GRACE_IN_SECONDS) * 1000', 'GRACE_IN_SECONDS', LEDGER],
  ],
  'src/perform/answer-patiently.ts': [
    [
      'an answer that waits and lets the lock run out',
      'if (isWaiting(answer)) await activity.keepLock(answer.retryAfterInSeconds);',
      '',
      ['test/unit/activities/close-run.test.ts'],
    ],
  ],
  'src/engine/removal.ts': [
    [
      'a deletion waited for without end',
      '      limitInSeconds,\n      whenOver',
      '      limitInSeconds: Number.POSITIVE_INFINITY,\n      whenOver',
      ['test/unit/activities/close-run.test.ts'],
    ],
  ],
  'src/engine/waiting/patience.ts': [
    ['an attempt not counted', 'write(failures, attempt, name)', 'write(failures, attempt - 1, name)', PATIENCE],
    ['one attempt too many', 'attempt > patience.retryAttempts', 'attempt > patience.retryAttempts + 1', PATIENCE],
    ['a grant waited for without end', 'waited > Math.min(', 'waited > Math.max(Infinity, ', PATIENCE],
    ['a backoff that does not grow', '* 2 ** (attempt - 1)', '', PATIENCE],
    ['what Azure asked for taken for impatience', 'asked + patience.busyFor', 'patience.busyFor', PATIENCE],
    ['a clock that survives a success', '    await endClock(timekeeper, busy(name));\n', '', PATIENCE],
  ],
  'src/engine/memory-contents.ts': [
    [
      'a migration repeated after a failure elsewhere',
      "'execution', 'migrated'",
      "'execution', 'migration'",
      ['test/unit/perform/adopt-operations.test.ts'],
    ],
  ],
  'src/engine/memory.ts': [
    [
      'what was of one run handed on to the next',
      "record.scope === 'inherited' && record.isOpen(value)",
      'record.isOpen(value)',
      ['test/unit/engine/memory.test.ts'],
    ],
  ],
  'src/engine/settle.ts': [
    [
      'work that goes on after the answer',
      'const settled = await Promise.allSettled(work);',
      'const settled: PromiseSettledResult<unknown>[] = [];',
      ['test/unit/engine/settle.test.ts'],
    ],
  ],
  'src/engine/waiting/until-ready.ts': [
    [
      'a time that goes on after a success',
      'settleAll([rememberDuration(timekeeper, name), endClock(timekeeper, name)])',
      'settleAll([rememberDuration(timekeeper, name)])',
      ['test/unit/engine/waiting/until-ready.test.ts'],
    ],
  ],
  'src/engine/waiting/look-schedule.ts': [
    [
      'pauses that do not grow',
      'elapsedInSeconds * SHARE_OF_ELAPSED',
      'SHARE_OF_ELAPSED',
      ['test/unit/engine/waiting/look-schedule.test.ts'],
    ],
  ],
  'src/engine/event-recorder.ts': [
    ['events that pass the mask by', 'const masked = maskEvent(body, services);', 'const masked = body;', LEDGER],
  ],
  'src/engine/failure.ts': [
    [
      'a throttled call counted as an attempt',
      'if (error.statusCode === 429) return',
      'if (error.statusCode === 529) return',
      LEDGER,
    ],
  ],
  'src/engine/waiting/waiting.ts': [
    [
      'the quickest waited for instead of the slowest',
      'return combine(waits, Math.max);',
      'return combine(waits, Math.min);',
      ['test/unit/engine/waiting/waiting.test.ts'],
    ],
  ],
  'src/engine/operation.ts': [
    [
      'an operation not recorded',
      'await context.memory.write(operations, { operation: reply.operation }, key.key);',
      '',
      CONVERGE,
    ],
    ['an operation dropped because nobody answered', 'if (isUnanswered(error)) throw error;', '', CONVERGE],
    [
      'a limit that the configuration lowers',
      'return Math.max(timeoutInSeconds,',
      'return Math.min(timeoutInSeconds,',
      CONVERGE,
    ],
  ],
  'src/engine/converge.ts': [
    ['a foreign resource taken over', '  requireOurs(context, desired, live);\n', '', [...CONVERGE, ...FIRST]],
    [
      'a write repeated in the same run',
      '  if (writtenInThisRun(context, desired)) return await settle(context, desired, live);\n',
      '',
      CONVERGE,
    ],
  ],
  'src/perform/run-summary.ts': [
    [
      'a lock that stays after the run',
      'const without = withoutRun(current, runId);',
      'const without = current;',
      LEDGER,
    ],
  ],
  'src/activities/close-run.ts': [
    [
      'a lost activity not named',
      "event.type === 'step_started' && !ended",
      "event.type === 'step_skipped' && !ended",
      LEDGER,
    ],
  ],
  'src/secrets/vault-secrets.ts': [
    [
      'a generated secret made anew',
      'const isKept = found.secret !== undefined && !isEarlier(found.secret);',
      'const isKept = false;',
      ['test/unit/activities/store-secrets.test.ts'],
    ],
    [
      'a new version without a new value',
      'return found.secret && isSame ?',
      'return found.secret && !isSame ?',
      ['test/unit/activities/store-secrets.test.ts'],
    ],
  ],
  'src/secrets/postgres-password.ts': [
    [
      'a password set at every run',
      '...(applied === mark && { done: true }),',
      '',
      ['test/unit/activities/store-secrets.test.ts', ...FIRST],
    ],
  ],
  'src/images/image-build.ts': [
    [
      'a build asked for twice',
      '(await findLost(context, { ...order, tag: record.tag }, record)) ?? (await start(context, order))',
      'await start(context, order)',
      LAST,
    ],
    [
      'a failed build taken for a good one',
      "if (run.status !== 'Succeeded') throw",
      "if (run.status === 'Lost') throw",
      LAST,
    ],
  ],
  'src/release/remove-dangers.ts': [
    [
      'a rule removed that was narrowed since',
      'if (live && kind.danger(live) === undefined) return undefined;',
      '',
      DANGERS,
    ],
    ['a refused removal overlooked', "if (removal.kind === 'kept') throw removal.error;", '', DANGERS],
    ['a removed rule that the state still knows', '  context.recordRemoval(id);\n', '', DANGERS],
  ],
  'src/planning/foreign/foreign-children.ts': [
    ['ours taken for somebody’s', 'ours.has(id.toLowerCase()) ? undefined : kind', 'kind', DANGERS],
    ['a danger that preserve does not keep', "? 'preserved' : 'goes'", "? 'goes' : 'goes'", DANGERS],
  ],
  'src/release/job-execution.ts': [
    ['a failed migration passed over', "if (ended !== 'Succeeded') throw", 'if (ended === undefined) throw', LAST],
    [
      'a job started twice after a lost answer',
      '  if (ours) {',
      '  if (ours && record.name) {',
      ['test/unit/release/job-execution.test.ts'],
    ],
  ],
  'src/release/application-log.ts': [
    [
      'a log shown by a process that does not know the secrets',
      '    await learnSecrets(context);\n',
      '',
      ['test/unit/release/job-execution.test.ts'],
    ],
  ],
  'src/release/service-health.ts': [
    [
      'a probe that accepts 500',
      'result.status >= 300) return',
      'result.status >= 600) return',
      ['test/unit/release/service-health.test.ts'],
    ],
    [
      'a console shown by a process that does not know the secrets',
      'await applicationLog(context, async () => logs.console)',
      'logs.console',
      ['test/unit/release/service-health.test.ts'],
    ],
  ],
};
