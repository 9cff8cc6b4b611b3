import type { Rows } from './rows.ts';

const PLAN = ['test/unit/planning/plan.test.ts', 'test/unit/planning/decide.test.ts'];
const CONVERGE = ['test/unit/engine/converge.test.ts', 'test/unit/engine/converge-all.test.ts'];
const OPERATION = ['test/unit/azure/operation.test.ts'];
const HTTP = ['test/unit/triggers/deployments.test.ts', 'test/unit/triggers/approval.test.ts'];
const SOURCE = ['test/unit/source'];
const FIRST = ['test/contract/activities/first-steps.test.ts', 'test/contract/activities/bad-days.test.ts'];
const ORCHESTRATORS = ['test/unit/orchestrators'];
const FINGERPRINT = ['test/unit/domain/fingerprint.test.ts'];

/** Bugs of the rest: Azure, rules, orchestrators, runtime, sources and triggers. */
export const EDGES: Rows = {
  'src/azure/sign-in.ts': [
    [
      'a sign-in that sleeps for a day',
      '> LONGEST_PAUSE_IN_SECONDS) throw error;',
      '> Infinity) throw error;',
      ['test/faults/found.test.ts'],
    ],
    [
      'the minute of silence forgotten',
      'Math.max(error.retryAfterInSeconds ?? 0, SILENT_REFUSAL_IN_SECONDS)',
      '(error.retryAfterInSeconds ?? 0)',
      ['test/unit/azure/sign-in.test.ts'],
    ],
  ],
  'src/azure/arm.ts': [
    [
      'a POST repeated blindly',
      "options.repeatable ?? method !== 'POST'",
      'options.repeatable ?? true',
      ['test/unit/azure/arm.test.ts'],
    ],
    [
      'the token sent to a foreign address',
      'if (url.origin !== origin) {',
      "if (url.origin === 'null') {",
      [...OPERATION, 'test/unit/azure/arm.test.ts'],
    ],
    ['only the first page of a list', 'next = nextLinkOf(page);', 'next = undefined;', ['test/unit/azure/arm.test.ts']],
    [
      'a 403 taken for gone',
      'if (errorOfException(error).statusCode === 404) return undefined;',
      'if ([403, 404].includes(errorOfException(error).statusCode ?? 0)) return undefined;',
      ['test/unit/azure/arm.test.ts'],
    ],
  ],
  'src/azure/operation.ts': [
    [
      'a failed operation taken for a good one',
      'if (isFailed(status)) throw failed(operation, answer, status);',
      '',
      OPERATION,
    ],
    [
      'a vanished deletion taken for done',
      "if (operation.method === 'DELETE' && progress.kind === 'succeeded') throw vanished(operation);",
      '',
      OPERATION,
    ],
  ],
  'src/azure/errors.ts': [
    [
      'milliseconds taken for seconds',
      'bounded(milliseconds / 1000)',
      'bounded(milliseconds)',
      ['test/unit/azure/errors.test.ts'],
    ],
    [
      'a signed address in an error',
      'const cleaned = masker.mask(read.replace(',
      'const cleaned = (read.replace(',
      ['test/unit/azure/errors.test.ts'],
    ],
    [
      'a bug swallowed as a lost connection',
      'if (!isLostConnection(thrown)) throw error;',
      '',
      ['test/unit/azure/errors.test.ts'],
    ],
    [
      'the words of a parser passed on, with the secret that they quote',
      "const isUnread = thrown.code === 'PARSE_ERROR';",
      'const isUnread = false;',
      ['test/unit/azure/strange-answers.test.ts'],
    ],
    [
      'an answer of another shape is a bug of ours',
      "if (!(error instanceof Error) || !OF_SHAPE.includes(error.constructor) || 'code' in error) {",
      'if (error) {',
      ['test/unit/azure/strange-answers.test.ts'],
    ],
  ],
  'src/azure/short-retries.ts': [
    [
      'a long pause slept in the activity',
      'pause <= LONGEST_PAUSE_IN_SECONDS',
      'pause >= 0',
      ['test/unit/azure/arm.test.ts'],
    ],
  ],
  'src/azure/vault.ts': [
    [
      'a secret the masker never hears of',
      "    const { name, value = '', properties } = secret;\n    keepSecret(value);",
      "    const { name, value = '', properties } = secret;",
      ['test/unit/azure/vault.test.ts'],
    ],
  ],
  'src/planning/decide.ts': [
    ['a deleted resource overlooked', 'if (missing.length > 0) return', 'if (missing.length > 1) return', PLAN],
    [
      'a failed step skipped',
      "previous.status === 'failed' && !isBegun",
      "previous.status === 'failed' && isBegun",
      PLAN,
    ],
    ['a removed dependency overlooked', '[...Object.keys(before), ...Object.keys(after)]', 'Object.keys(after)', PLAN],
  ],
  'src/domain/fingerprint.ts': [
    [
      'outputs left out of the fingerprint',
      "value === undefined ? 'unknown' : sha256(value)",
      "'unknown'",
      FINGERPRINT,
    ],
    [
      'the body left out of the fingerprint',
      'hashJson({ id, apiVersion: kind.fingerprintVersion ?? kind.apiVersion, body })',
      'hashJson({ id, apiVersion: kind.fingerprintVersion ?? kind.apiVersion })',
      FINGERPRINT,
    ],
  ],
  'src/domain/masking.ts': [
    [
      'a secret inside JSON not masked',
      ', JSON.stringify(secret).slice(1, -1), ...lines]',
      ', ...lines]',
      ['test/unit/domain/masking.test.ts'],
    ],
    [
      'the shorter secret masked first',
      '.sort((a, b) => b.length - a.length)',
      '.sort((a, b) => a.length - b.length)',
      ['test/unit/domain/masking.test.ts'],
    ],
  ],
  'src/domain/tags.ts': [
    [
      'another environment’s resource taken for ours',
      ' && tagValue(tags, ENVIRONMENT) === environment',
      '',
      [...CONVERGE, ...FIRST],
    ],
  ],
  'src/domain/ownership/decide-fields.ts': [
    [
      'what somebody else changed written back',
      'applied !== undefined && this.#isSame(path, to, applied) && !this.#isRepaired(path)',
      'false',
      ['test/unit/domain/ownership/decide-fields.test.ts'],
    ],
  ],
  'src/domain/ownership/apply-changes.ts': [
    [
      'foreign tags deleted',
      "const WHOLE = ['tags', 'sku'];",
      "const WHOLE = ['sku'];",
      ['test/unit/domain/ownership/decide-fields.test.ts'],
    ],
  ],
  'src/domain/compare.ts': [
    [
      'a grown disk sent back',
      "return Number(scalarText(found, 'NaN')) >= Number(expected);",
      'return Number(found) <= Number(expected);',
      ['test/unit/domain/compare.test.ts'],
    ],
  ],
  'src/runtime/durable/dispatcher.ts': [
    [
      'a clock that is set back makes a timer longer',
      'Math.min(Date.parse(fireAt) - clock.now().getTime(), unslept)',
      'Date.parse(fireAt) - clock.now().getTime()',
      ['test/contract/runtime/durable-library.test.ts'],
    ],
  ],
  'src/runtime/durable/turn.ts': [
    [
      'the time of an orchestration goes back',
      'Timestamp > latest ? Timestamp : latest',
      "Timestamp > 'later' ? Timestamp : latest",
      ['test/contract/runtime/durable-library.test.ts'],
    ],
  ],
  'src/orchestrators/call-until-done.ts': [
    [
      'a retryable failure given up',
      "answer.kind === 'failed' && answer.retryable",
      "answer.kind === 'failed' && !answer.retryable",
      ORCHESTRATORS,
    ],
    [
      'a call number that starts over',
      'continueAsNew({ ...input, callNumber: nextHistory })',
      'continueAsNew({ ...input, callNumber: 1 })',
      ORCHESTRATORS,
    ],
    ['a lost activity that breaks the run', '  } catch {', '  } catch (error) {\n    throw error;', ORCHESTRATORS],
  ],
  'src/orchestrators/call-activity.ts': [
    [
      'an activity given up at its first loss',
      'for (const pause of PAUSES_IN_SECONDS) {',
      'for (const pause of PAUSES_IN_SECONDS.slice(7)) {',
      ORCHESTRATORS,
    ],
  ],
  'src/orchestrators/run-schedule.ts': [
    [
      'a step started after a failed one',
      "if (walked.outcome === 'succeeded') continue;",
      'if (walked.outcome) continue;',
      ORCHESTRATORS,
    ],
  ],
  'src/orchestrators/walked.ts': [
    [
      'a failure hidden by a parallel success',
      "outcome: worst?.outcome ?? 'succeeded'",
      "outcome: 'succeeded'",
      ORCHESTRATORS,
    ],
  ],
  'src/orchestrators/deploy.ts': [
    [
      'planning that is not made again',
      "if (answer.kind === 'waiting') {",
      "if (answer.kind === ('never' as string)) {",
      ORCHESTRATORS,
    ],
    [
      'an approval of another plan accepted',
      "approval.decision === 'cancel' || approval.planDigest === planDigest",
      'approval.planDigest',
      ORCHESTRATORS,
    ],
    [
      'a rejection overlooked',
      "approval === undefined || approval.decision === 'reject'",
      'approval === undefined',
      ORCHESTRATORS,
    ],
    ['an approval without end', 'if (winner === timer) return undefined;', '', ORCHESTRATORS],
  ],
  'src/runtime/durable/journal.ts': [
    [
      'bound: records in the snapshots and behind them',
      'if (await replaceBy(compaction.records(), compaction.onFailed)) return;',
      'await replaceBy(compaction.records(), compaction.onFailed);',
      ['test/unit/runtime/journal-compaction.test.ts'],
    ],
    [
      'a torn line of the journal kept',
      'if (whole !== content.length) await truncate(path, whole);',
      '',
      ['test/unit/runtime/journal.test.ts'],
    ],
    [
      'a failed write of the journal swallowed',
      '        for (const { reject } of [...batch, ...waiting]) reject(error);',
      '        for (const { resolve } of [...batch, ...waiting]) resolve();',
      ['test/unit/runtime/journal.test.ts'],
    ],
    ['records accepted after a failed write', '        broken = error;\n', '', ['test/unit/runtime/journal.test.ts']],
  ],
  'src/source/archive-reader.ts': [
    [
      'an archive not checked against its digest',
      'if (digest !== sha256) throw',
      'if (digest === sha256.toUpperCase()) throw',
      SOURCE,
    ],
    [
      'a name that leads out of the archive',
      "if (parts.includes('..')) throw",
      "if (parts.includes('...')) throw",
      SOURCE,
    ],
    ['a size that is no number, waited for', '!Number.isSafeInteger(header.size)', 'header.size === -1', SOURCE],
    ['an archive without a limit', 'if (bytes > maxBytes) done(', 'if (bytes < 0) done(', SOURCE],
  ],
  'src/source/select.ts': [
    [
      'a source outside of the context',
      "if (path === '..' || path.startsWith('../')) return",
      "if (path === '..') return",
      SOURCE,
    ],
  ],
  'src/source/path-patterns.ts': [
    ['a pattern that is never taken back', 'if (takesBack === matched && ', 'if (!takesBack && ', SOURCE],
    [
      'a folder that does not hide what is in it',
      '(hits[index] || expression.test(path))',
      'expression.test(path)',
      SOURCE,
    ],
  ],
  'src/source/dockerfile/shell-word.ts': [
    ['a word that expands without end', 'this.depth > MAX_DEPTH', 'this.depth < 0', SOURCE],
  ],
  'src/source/wildcard.ts': [
    ['a star that crosses folders', "(token?.kind === 'star' && character !== '/')", "token?.kind === 'star'", SOURCE],
  ],
  'src/triggers/http/access.ts': [
    [
      'a caller without a role let in',
      'if (caller.roles.some((role) => allowed.includes(role))) return;',
      'if (caller.roles.length >= 0) return;',
      ['test/unit/triggers/access.test.ts'],
    ],
  ],
  'src/runs/decisions.ts': [
    [
      'a decision about another plan taken',
      'if (!isKnown && view.pendingApproval !== planDigest) throw notPending(view.pendingApproval);',
      '',
      HTTP,
    ],
  ],
  'src/triggers/http/environments.ts': [
    [
      'a reset without confirmation',
      'if (confirm === environment) return environment;',
      'if (confirm) return environment;',
      ['test/unit/triggers/environments.test.ts'],
    ],
  ],
  'src/triggers/http/request.ts': [
    ['a body without a limit', 'if (size > limits.bodyInBytes) throw tooLarge(limits);', '', HTTP],
  ],
  'src/runs/uploads/uploaded-config.ts': [
    [
      'a secret accepted over HTTP',
      '[...literals(parsed), ...missing(services, parsed.config)]',
      'missing(services, parsed.config)',
      HTTP,
    ],
  ],
  'src/runs/secret-variable.ts': [
    [
      'any variable readable through a configuration',
      'name.startsWith(PREFIX) ? name : `${PREFIX}${name}`',
      'name',
      ['test/unit/runs/secret-variable.test.ts'],
    ],
  ],
  'src/runs/handover/unfinished-runs.ts': [
    [
      'a run resumed on a state that forgot its steps',
      'return isStopped || isForgotten;',
      'return isStopped;',
      ['test/crash/torn-files.test.ts'],
    ],
    [
      'the end of a run that died in its last moment untold',
      'if (!summary || !hasEnded(summary)) return;',
      'if (!summary || !hasEnded(summary) || runId) return;',
      ['test/crash/full-disk.test.ts'],
    ],
  ],
  'src/runs/reservation.ts': [
    [
      'the last run believed although another came in between',
      'answer.known.value.fence === known.value.fence + 1',
      'answer.known.value.fence > 0',
      ['test/unit/triggers/deployments.test.ts'],
    ],
  ],
  'src/runs/earlier-call.ts': [
    [
      'a reused key answered with another run',
      'if (first.requestDigest !== call.requestDigest) throw keyReused(first.runId);',
      '',
      HTTP,
    ],
  ],
  'src/runs/start-run.ts': [
    ['a reservation kept after a failed start', '  await releaseLock(state, runId);\n', '', HTTP],
  ],
};
