import type { Rows } from './rows.ts';

const DECISION = ['test/unit/domain/removal/removal-decision.test.ts'];
const ORDER = ['test/unit/domain/removal/removal-order.test.ts'];
const RUN = ['test/unit/perform/removal-run.test.ts'];
const DUMP = ['test/unit/perform/dump.test.ts'];
const DUMP_PLAN = ['test/unit/planning/removal/plan-dump.test.ts'];
const DUMP_JOB = ['test/unit/resources/app/dump.test.ts'];

/** What must never be deleted, and in which order the rest goes. */
export const DELETIONS: Rows = {
  'src/domain/removal/removal-decision.ts': [
    [
      'a resource of another environment deleted',
      "if (typeof mark === 'object') return { action: 'keep', reason: `of the environment ${mark.environment}` };",
      '',
      DECISION,
    ],
    ['what was adopted deleted', 'if (!isMadeByUs(candidate)) {', 'if (false) {', DECISION],
    ['data deleted that is to be kept', 'if (keepData && record.holds_data)', 'if (false)', DECISION],
  ],
  'src/domain/removal/removal-order.ts': [
    ['what is needed deleted first', ' || isBelow(other.id, one.id)', '', ORDER],
    [
      'steps in the order in which they make',
      'stepsBefore(other.step).has(one.step)',
      'stepsBefore(one.step).has(other.step)',
      ORDER,
    ],
  ],
  'src/domain/removal/confirmation.ts': [
    [
      'a yes taken for the name',
      'removal?.deletesData && !destroy?.confirmed',
      'removal?.deletesData && false',
      DECISION,
    ],
  ],
  'src/perform/removal-run.ts': [
    ['deleted before it is dumped', '  if (dumping) return dumping;', '', DUMP],
    ['a dump begun by a run that was cancelled', 'isCancelled ? undefined : await dumpFirst', 'await dumpFirst', DUMP],
  ],
  'src/perform/dump.ts': [
    ['a dump that failed made again by the same run', 'if (failed) throw', 'if (false) throw', DUMP],
    ['what is made for a dump unknown to the state', '  if (memory.read(recorded)) return;', '  return;', DUMP],
  ],
  'src/planning/removal/plan-dump.ts': [
    [
      'a container missing, and not told',
      "if (target.kind === 'missing' || obstacles.length > 0)",
      'if (false)',
      DUMP_PLAN,
    ],
    ['a job of somebody else written', "markOf(live.tags, input.environment) !== 'ours' ||", '', DUMP_PLAN],
  ],
  'src/resources/app/dump.ts': [
    ['an upload whose size is not compared', '[ "$here" = "$there" ] ||', 'true ||', DUMP_JOB],
    ['an archive that nobody reads back', '> /dev/null || exit 1`', '> /dev/null`', DUMP_JOB],
    ['a dump that failed uploaded', '[ -e ${DONE} ] ||', 'true ||', DUMP_JOB],
  ],
  'src/perform/remove-for-good.ts': [
    ['a group deleted with what is in it', 'if (inIt.length === 0) return undefined;', 'return undefined;', RUN],
    ['a deletion believed without a look', 'if (!(await isThere(azure.arm, resource)))', 'if (true)', RUN],
  ],
};
